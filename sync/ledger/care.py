"""Care of a kiosk's database file: looked at before it is opened, copied while it is used, rebuilt when it is damaged.

Nothing is ever deleted but the older of our own backups; a damaged file is set aside under another name.
"""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.domain.events import Entry, Unreadable, read_entry

log = logging.getLogger(__name__)
BACKUPS_KEPT = 2
SHORTEST_LINE = 200  # bytes; an entry has four UUIDs
SIDE_FILES = ("-wal", "-shm")  # what SQLite keeps beside a database


class Damaged(Exception):
    """The file is not a sound database; the text is what SQLite says."""


@dataclass
class Rescued:
    """What could still be read: facts by id, and what never travels."""

    entries: dict[str, Entry] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)


def check(file: Path, thorough: bool = False) -> None:
    """Look whether the database is sound. Raises Damaged, or OSError where it can't be looked at.

    ``thorough`` compares every index with its table as well.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    try:
        with closing(sqlite3.connect(file)) as connection:
            (said,) = connection.execute(f"PRAGMA {pragma}(1)").fetchone()
    except sqlite3.OperationalError as error:  # locked, no right to read, no such folder: that is no damage
        raise OSError(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error
    if said != "ok":
        raise Damaged(said)


def backup(file: Path, folder: Path) -> Path:
    """Copy the database while it is in use, check the copy thoroughly, keep the newest two. Raises Damaged, OSError.

    A copy that is sound proves that what it was copied from could be read to the last page.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    unproven = folder / "unproven.db"
    unproven.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unproven)) as copy:
            source.backup(copy, pages=256)  # in steps, so that a tap need not wait for the whole
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error
    check(unproven, thorough=True)
    number = 1 + max((int(one.stem) for one in folder.glob("[0-9]*.db")), default=0)
    proven = unproven.rename(folder / f"{number:08d}.db")
    for old in backups(folder)[BACKUPS_KEPT:]:
        old.unlink()
    return proven


def backups(folder: Path) -> list[Path]:
    """Proven copies, the newest first."""
    return sorted(folder.glob("[0-9]*.db"), reverse=True)


def set_aside(file: Path) -> Path:
    """Give the damaged database and its side files another name; returns it."""
    number = 1
    while (aside := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def rescue(files: list[Path]) -> Rescued:
    """Read whatever can be read of these databases, the most trusted first; never raises for a damaged one."""
    rescued = Rescued()
    for file in files:
        for line in _lines(file):
            try:
                entry = read_entry(line)
            except Unreadable as error:  # a torn line
                log.warning("a line of %s can't be read: %s", file, error)
                continue
            rescued.entries.setdefault(str(entry.id), entry)
        for key, value in _local(file):
            rescued.local.setdefault(key, value)
    return rescued


def _lines(file: Path) -> Iterator[str]:
    """Each line that can be read, looked up row by row: a bad page costs its own rows and no other."""
    most = file.stat().st_size // SHORTEST_LINE
    with closing(sqlite3.connect(file)) as connection:
        for rowid in range(1, most + 1):
            yield from (line for (line,) in _read(connection, "SELECT line FROM entry WHERE rowid = ?", rowid))


def _local(file: Path) -> Iterator[tuple[str, Any]]:
    with closing(sqlite3.connect(file)) as connection:
        for key, value in _read(connection, "SELECT key, value FROM local"):
            with suppress(ValueError):  # a torn value is no value
                yield key, json.loads(value)


def _read(connection: sqlite3.Connection, query: str, *parameters: int) -> list[tuple[Any, ...]]:
    """The rows, or none where SQLite can't read them: that is what a rescue is for."""
    try:
        return connection.execute(query, parameters).fetchall()
    except sqlite3.DatabaseError as error:
        log.debug("not readable: %s", error)
        return []
