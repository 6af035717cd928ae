"""The address of the running server, which it publishes in its data folder for other commands."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.server.settings import ServerSettings
from sync.server.storage import LOCK

FILE = "serve.url"


@contextmanager
def published(folder: Path, url: str) -> Iterator[None]:
    """Publish the address while the block runs; :func:`read_published` ignores the file of a server that was killed."""
    (folder / FILE).write_text(url, encoding="utf-8")
    try:
        yield
    finally:
        (folder / FILE).unlink(missing_ok=True)


def read_published(folder: Path) -> str | None:
    """The address of the server that runs on this folder now; None: none runs."""
    try:
        with (folder / LOCK).open("rb") as lock:
            if not _is_locked(lock.fileno()):
                return None
        return (folder / FILE).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None  # no server has run here, or it has stopped meanwhile


def address(settings: ServerSettings, listen: str | None) -> str:
    """The server's URL: as configured (``listen``: of the command line), or else as published by the running server."""
    if settings.public_url or listen or not isinstance(settings.place, Path):
        return settings.url
    return read_published(settings.place) or settings.url


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # released when the file is closed
    except BlockingIOError:
        return True
    return False
