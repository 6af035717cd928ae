"""Care of a kiosk's database file: looked at before it is opened, copied while it is used, rebuilt when it is damaged.

Nothing is ever deleted but the older of our own backups; a damaged file is set aside under another name.
"""

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.domain.events import SERVER_KINDS, Entry, Unreadable, read_entry
from sync.folder import Mistake
from sync.ledger import salvage
from sync.ledger.readonly import reading_uri
from sync.ledger.salvage import Remains

log = logging.getLogger(__name__)
BACKUPS_KEPT = 2
STEPS = 4000  # of SQLite's virtual machine between two questions whether to stop
SPARE = 1024 * 1024  # bytes that a copy leaves free on the disk
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR)
SUSPECT = ".suspect"  # beside a database that was found damaged while it was in use
DAMAGED, REBUILT = "damaged", "rebuilt"  # under these a ledger remembers what became of its file
UNCOPIED = "backup"  # why there is no newer backup; empty: there is
SIDE_FILES = ("-wal", "-shm")  # what SQLite keeps beside a database


class Damaged(Exception):
    """The file is not a sound database; the text is what SQLite says."""


class CopyFailed(Exception):
    """A sound database could not be copied: its folder is full, missing or closed, or its disk fails."""

    def __init__(self, words: str, *, is_full: bool) -> None:
        super().__init__(words)
        self.is_full = is_full


class Interrupted(Exception):
    """The integrity check was cancelled; its result is unknown."""


@dataclass
class Rescued:
    """What could still be read: facts by id, whose they are, and what never travels."""

    entries: dict[str, Entry] = field(default_factory=dict)
    learnt: set[str] = field(default_factory=set)  # the ids of those that others wrote; of the rest nobody can tell
    local: dict[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> list[Entry]:
        """The facts that were written here, as far as can be told."""
        return [one for id, one in self.entries.items() if id not in self.learnt]

    @property
    def others(self) -> list[Entry]:
        """The facts that others wrote."""
        return [one for id, one in self.entries.items() if id in self.learnt]


def check(file: Path, thorough: bool = False, stop: Callable[[], bool] = lambda: False) -> None:
    """Look whether the database is sound. Raises Damaged, or OSError where it can't be looked at.

    ``thorough`` compares every index with its table as well; raises Interrupted when ``stop`` says so meanwhile.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    try:
        with closing(sqlite3.connect(_reading_uri(file), uri=True)) as connection:
            connection.set_progress_handler(stop, STEPS)
            (said,) = connection.execute(f"PRAGMA {pragma}(1)").fetchone()
    except sqlite3.Error as error:
        if _code(error) == sqlite3.SQLITE_INTERRUPT:
            raise Interrupted from error
        if _code(error) in DAMAGE:
            raise Damaged(str(error)) from error
        raise OSError(str(error)) from error  # locked, no right to read, no such folder, a disk that does not answer
    if said != "ok":
        raise Damaged(said)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code (sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _reading_uri(file: Path) -> str:
    try:
        return reading_uri(file)
    except Mistake as mistake:
        raise OSError(str(mistake)) from mistake


def backup(file: Path, folder: Path) -> Path:
    """Copy the database while it is in use, check the copy thoroughly, keep the newest two.

    A copy that is sound proves that what it was copied from could be read to the last page. Where there is none,
    the database itself is checked, so that a failing copy is never called damage of the database.
    Raises CopyFailed, Damaged, or OSError where the database itself can't be looked at.
    """
    unproven = folder / "unproven.db"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        remove(unproven)
        _copy(file, unproven)
        check(unproven, thorough=True)
        number = 1 + max((int(one.stem) for one in folder.glob("[0-9]*.db")), default=0)
        proven = unproven.rename(folder / f"{number:08d}.db")
        for old in backups(folder)[BACKUPS_KEPT:]:
            old.unlink()
    except (sqlite3.Error, OSError, Damaged) as error:
        with suppress(OSError):
            remove(unproven)  # what there is of it takes the room that the database needs
        check(file, thorough=isinstance(error, Damaged) or _is_damage(error))
        raise CopyFailed(_words(folder, error), is_full=_is_full(error)) from error
    return proven


def _copy(file: Path, unproven: Path) -> None:
    log_file = file.with_name(file.name + SIDE_FILES[0])
    needed = file.stat().st_size + (log_file.stat().st_size if log_file.exists() else 0) + SPARE
    if shutil.disk_usage(unproven.parent).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # before the copy takes the room of the next entries
    with closing(sqlite3.connect(_reading_uri(file), uri=True)) as source, closing(sqlite3.connect(unproven)) as copy:
        source.backup(copy, pages=256)  # in steps, so that a tap need not wait for the whole


def _is_damage(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and _code(error) in DAMAGE


def _is_full(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return _code(error) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _words(folder: Path, error: Exception) -> str:
    what = "the copy came out damaged: " if isinstance(error, Damaged) else ""
    return f"no copy could be made in {folder}: {what}{getattr(error, 'strerror', None) or error}"


def backups(folder: Path) -> list[Path]:
    """Proven copies, the newest first."""
    return sorted(folder.glob("[0-9]*.db"), reverse=True)


def suspect(file: Path, damage: Damaged) -> None:
    """Leave word for the next start: it looks thoroughly, and rebuilds."""
    _mark(file).write_text(f"{damage}\n")


def is_suspect(file: Path) -> bool:
    """Whether somebody has left word."""
    return _mark(file).exists()


def clear(file: Path) -> None:
    """It is sound, or has been rebuilt."""
    _mark(file).unlink(missing_ok=True)


def _mark(file: Path) -> Path:
    return file.with_name(file.name + SUSPECT)


def remove(file: Path) -> None:
    """Delete a database that was never finished."""
    for suffix in ("", *SIDE_FILES):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def free_name(file: Path) -> Path:
    """The name that a damaged database would be kept under."""
    number = 1
    while (aside := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    return aside


def set_aside(file: Path) -> Path:
    """Give the damaged database and its side files another name; returns it."""
    aside = free_name(file)
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def rescue(files: list[Path]) -> Rescued:
    """Read whatever can be read of these databases, the newest first, and change none of them.

    Of what they tell differently a sound one is believed before a damaged one, and of values that change the newest.
    Never raises for a damaged one; raises OSError where there is no room to copy it.
    """
    rescued = Rescued()
    found = [
        (is_sound, file, salvage.read(file, is_sound=is_sound)) for file in files for is_sound in [_is_sound(file)]
    ]
    for _, file, remains in sorted(found, key=lambda one: not one[0]):
        _take(rescued, file, remains)
    for _, _, remains in found:
        for key, value in remains.local.items():
            rescued.local.setdefault(key, value)
    return rescued


def _take(rescued: Rescued, file: Path, remains: Remains) -> None:
    for line in remains.lines:
        try:
            entry = read_entry(line)
        except Unreadable as error:  # a torn line, or another value that recovery took for one
            log.debug("a line of %s can't be read: %s", file, error)
            continue
        rescued.entries.setdefault(str(entry.id), entry)
        is_others = bool(remains.own) and entry.journal not in remains.own
        if is_others or entry.kind in SERVER_KINDS:
            rescued.learnt.add(str(entry.id))


def _is_sound(file: Path) -> bool:
    try:
        check(file, thorough=True)
    except (Damaged, OSError):
        return False
    return True
