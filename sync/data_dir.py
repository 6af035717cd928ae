"""The data directory: private, writable, and locked by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_data_path

from sync.errors import UserError

RETRY_S = 0.05
SHOWN = 60  # characters of an invalid path in an error


def default_data_dir(program: str) -> Path:
    """Where a program ("kiosk", "server") keeps its data by default (XDG Base Directory Specification)."""
    return user_data_path("hearth") / program


def read_path(text: str, setting: str) -> Path:
    """Parse a path from a setting or argument, ``~`` included; ``setting`` names it. Raises UserError.

    A path that does not exist is valid; one with a NUL, or longer than the system allows, is not.
    """
    try:
        path = Path(text).expanduser()
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        raise UserError(f"{setting}: {shown!r} is not a path that this system can use ({reason})") from error
    return path


def prepare(folder: Path) -> Path:
    """Create the data directory if needed, readable by its owner alone. Raises UserError if it can't be written."""
    try:
        os.umask(0o077)  # the same for all files that this process creates
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / ".writable").open("w"):
            pass
        (folder / ".writable").unlink(missing_ok=True)  # another command may do the same at this time
    except OSError as error:
        raise UserError(f"{folder} can't be written ({error.strerror}): choose another folder with --data") from error
    return folder


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Lock the data directory for this process, until it ends at the latest. Raises UserError if another has it."""
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def is_locked(folder: Path, name: str) -> bool:
    """Whether another process has locked the data directory."""
    try:
        with (folder / name).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(RETRY_S)  # is_locked() of another process takes it for a moment
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"{folder} is in use by another process: stop that one first, or use another --data"
            ) from error
