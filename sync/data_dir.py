"""The data directory: private, writable, and locked by one process at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_data_path

from sync.errors import UserError

GLANCE_S = 0.05
SHOWN = 60  # characters of a path that is no path


def default_data_dir(program: str) -> Path:
    """Where a program ("kiosk", "server") keeps its data by default (XDG Base Directory Specification)."""
    return user_data_path("hearth") / program


def read_path(text: str, says: str) -> Path:
    """Resolve a path that a person wrote, ``~`` included; ``says`` names the setting. Raises UserError.

    A path that leads nowhere yet is a path; one with a NUL, or longer than the system takes, is none.
    """
    try:
        path = Path(text).expanduser()
        path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return path
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        raise UserError(f"{says}: {shown!r} is not a path that this system can use ({reason})") from error
    return path


def prepare(folder: Path) -> Path:
    """Make the folder if it is not there, readable by its owner alone. Raises UserError where that can't be."""
    try:
        os.umask(0o077)  # whatever is written into it is nobody else's either
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / ".writable").open("w"):
            pass
        (folder / ".writable").unlink(missing_ok=True)  # another command may look at the same time
    except OSError as error:
        raise UserError(f"{folder} can't be written ({error.strerror}): choose another folder with --data") from error
    return folder


@contextmanager
def held(folder: Path, name: str) -> Iterator[None]:
    """Hold the folder for this process; the lock goes with it, however it ends. Raises UserError where it is taken."""
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def is_held(folder: Path, name: str) -> bool:
    """Whether another process holds the folder now."""
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
        time.sleep(GLANCE_S)  # whoever only looks whether it is held has it for a moment
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"{folder} is in use by another process: stop that one first, or use another --data"
            ) from error
