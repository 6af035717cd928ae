"""Reads what can be read of a database, from a copy: a damaged file is not changed.

SQLite's own recovery comes first where its command-line program has it (sqlite.org/recovery.html): it finds rows whose
B-tree is damaged. Debian's has not, so the pages are also scanned. Then each row is looked up in its tree.
"""

import json
import logging
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sync.ledger.maintenance.page_scan import PageScan

Row = tuple[Any, ...]
LOCAL = ("key", "value")  # the columns of the local table; no other table has two texts

log = logging.getLogger(__name__)
SHORTEST_LINE = 200  # bytes; an entry has four UUIDs
PROGRAM = "sqlite3"
RECOVER = ".recover --ignore-freelist"  # deleted rows are not restored
PREFIX = ".salvage-"  # of the folder of copies, beside the database, where the new one needs the space too
LOG = "-wal"  # commits that are not in the file yet; SQLite rebuilds its index, -shm


@dataclass(frozen=True)
class SalvagedRows:
    """What could be read of one file, not validated."""

    lines: list[str]  # entries, some perhaps damaged or twice
    own: set[UUID]  # the ids of this kiosk's journals; none where they can't be read
    local: dict[str, Any]


def read(file: Path, *, is_sound: bool) -> SalvagedRows:
    """Everything that can be read of a database; a damaged one is read in every way.

    Raises OSError where it can't be copied; never for damage inside it.
    """
    with _copied(file) as copy:
        lines: list[str] = []
        pairs = _local(copy)
        for row in () if is_sound else chain(_recovered(copy), _scanned(copy)):
            lines.extend(value for value in row if isinstance(value, str) and value.lstrip().startswith("{"))
            if len(row) == len(LOCAL):
                pairs.append(row)
        lines.extend(_row_by_row(copy))
        return SalvagedRows(lines, _own_journals(copy), _decoded(pairs))


@contextmanager
def _copied(file: Path) -> Iterator[Path]:
    for leftover in file.parent.glob(f"{PREFIX}*"):  # of a run that a power cut ended
        shutil.rmtree(leftover, ignore_errors=True)
    with TemporaryDirectory(dir=file.parent, prefix=PREFIX) as folder:
        copy = Path(folder) / file.name
        for suffix in ("", LOG):
            with suppress(FileNotFoundError):
                shutil.copyfile(file.with_name(file.name + suffix), copy.with_name(copy.name + suffix))
        yield copy


def _recovered(file: Path) -> list[Row]:
    """The rows that SQLite's own recovery finds; none where the program is missing, can't do it or fails."""
    program = shutil.which(PROGRAM)
    if program is None:
        return []
    command = [program, "-batch", "-init", "/dev/null", str(file), RECOVER]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as recovery:
            assert recovery.stdout is not None
            with closing(sqlite3.connect(file.with_name("recovered.db"), isolation_level=None)) as connection:
                _run(connection, (line.decode(errors="replace") for line in recovery.stdout))
                return list(_all_rows(connection))
    except (OSError, sqlite3.Error) as error:
        log.warning("%s could not recover %s: %s", PROGRAM, file.name, error)
        return []


def _scanned(file: Path) -> Iterator[Row]:
    """The rows on all pages, read without the B-trees; the log is merged into the file first."""
    with closing(sqlite3.connect(file)) as connection:
        _rows(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    yield from map(tuple, PageScan(file).texts())


def _run(connection: sqlite3.Connection, script: Iterator[str]) -> None:
    """Execute a recovery's statements one by one, and skip those that fail."""
    connection.execute("PRAGMA synchronous=OFF")
    statement = ""
    for line in script:
        if not statement and line.startswith("."):
            continue  # meant for the program itself
        statement += line
        if sqlite3.complete_statement(statement):
            with suppress(sqlite3.Error):
                connection.execute(statement)
            statement = ""
    if connection.in_transaction:
        connection.commit()


def _all_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """The rows of every table: SQLite's recovery puts rows of an unknown table into one called lost_and_found."""
    for (name,) in _rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        quoted = name.replace('"', '""')
        yield from _rows(connection, f'SELECT * FROM "{quoted}"')


def _row_by_row(file: Path) -> Iterator[str]:
    """Look each line up by its rowid, so that a damaged page costs only its own rows."""
    parts = (file.with_name(file.name + suffix) for suffix in ("", LOG))
    most = sum(part.stat().st_size for part in parts if part.exists()) // SHORTEST_LINE
    with closing(sqlite3.connect(file)) as connection:
        for rowid in range(1, most + 1):
            yield from (line for (line,) in _rows(connection, "SELECT line FROM entry WHERE rowid = ?", rowid) if line)


def _own_journals(file: Path) -> set[UUID]:
    with closing(sqlite3.connect(file)) as connection:
        rows = _rows(connection, "SELECT id, kiosk FROM journal NOT INDEXED")
    try:
        return {UUID(id) for id, kiosk in rows if kiosk is None}
    except (ValueError, TypeError, AttributeError):  # damaged
        return set()


def _local(file: Path) -> list[Row]:
    with closing(sqlite3.connect(file)) as connection:
        return _rows(connection, "SELECT key, value FROM local NOT INDEXED")


def _decoded(pairs: Iterable[Row]) -> dict[str, Any]:
    """The values by key; of two with one key the first, and none that is damaged."""
    local: dict[str, Any] = {}
    for key, value in pairs:
        if isinstance(key, str) and isinstance(value, str):
            with suppress(ValueError):
                local.setdefault(key, json.loads(value))
    return local


def _rows(connection: sqlite3.Connection, query: str, *parameters: int) -> list[Row]:
    """The rows, or none where SQLite can't read them."""
    try:
        return connection.execute(query, parameters).fetchall()
    except sqlite3.Error as error:
        log.debug("not readable: %s", error)
        return []
