"""Integrity checks of a kiosk's SQLite file, and the files beside it: suspect mark, damaged copies, WAL.

A damaged file is never deleted: it is renamed.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sync.errors import UserError
from sync.ledger.readonly import reading_uri

STEPS = 4000  # of SQLite's virtual machine between two calls of ``stop``
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR)
SUSPECT = ".suspect"  # suffix of the mark beside a database that was found damaged while it was in use
SIDE_FILES = ("-wal", "-shm")  # what SQLite keeps beside a database


class Damaged(Exception):
    """The file is not a sound database; the text is what SQLite says."""


class Interrupted(Exception):
    """The integrity check was cancelled; its result is unknown."""


def check(file: Path, thorough: bool = False, stop: Callable[[], bool] = lambda: False) -> None:
    """Check that the database is sound. Raises Damaged, or OSError where it can't be read.

    ``thorough`` compares every index with its table as well. Raises Interrupted when ``stop`` returns True meanwhile.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    try:
        with closing(sqlite3.connect(open_uri(file), uri=True)) as connection:
            connection.set_progress_handler(stop, STEPS)
            (result,) = connection.execute(f"PRAGMA {pragma}(1)").fetchone()
    except sqlite3.Error as error:
        if result_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise Interrupted from error
        if result_code(error) in DAMAGE:
            raise Damaged(str(error)) from error
        raise OSError(str(error)) from error  # locked, no permission, no such folder, a disk error
    if result != "ok":
        raise Damaged(result)


def result_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code (sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def open_uri(file: Path) -> str:
    """The file as a read-only SQLite URI. Raises OSError where it can't be read."""
    try:
        return reading_uri(file)
    except UserError as error:
        raise OSError(str(error)) from error


def mark_suspect(file: Path, damage: Damaged) -> None:
    """Mark the database for a full integrity check and a rebuild at the next start."""
    _mark(file).write_text(f"{damage}\n")


def is_suspect(file: Path) -> bool:
    """Whether the database is marked for a full integrity check."""
    return _mark(file).exists()


def clear_suspect(file: Path) -> None:
    """Remove the mark: the database is sound, or has been rebuilt."""
    _mark(file).unlink(missing_ok=True)


def _mark(file: Path) -> Path:
    return file.with_name(file.name + SUSPECT)


def remove(file: Path) -> None:
    """Delete a database that was never finished."""
    for suffix in ("", *SIDE_FILES):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def free_name(file: Path) -> Path:
    """The next unused name for a damaged database."""
    number = 1
    while (aside := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    return aside


def set_aside(file: Path) -> Path:
    """Rename the damaged database and its side files; returns the new name."""
    aside = free_name(file)
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside
