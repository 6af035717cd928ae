"""The baseline for everything stored: the sqlite3 module alone, on the ledger's own tables and with its pragmas."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sync.ledger import tables
from sync.ledger.store import open_sqlite

Row = tuple[object, ...]
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


class Plain:
    """A database file with the ledger's tables and indexes, written by prepared inserts only."""

    def __init__(self, file: Path) -> None:
        open_sqlite(file).close()
        self._connection = connect(file)
        self._inserts = {table: _insert(self._connection, table) for table in ("entry", "visit")}

    def commit(self, entry: Row, visit: Row) -> None:
        """Both rows in one transaction, on the disk on return."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(self._inserts["entry"], entry)
        self._connection.execute(self._inserts["visit"], visit)
        self._connection.execute("COMMIT")

    def commit_entries(self, entries: Sequence[Row]) -> None:
        """A batch of entries by executemany, in one transaction, on the disk on return."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(self._inserts["entry"], entries)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Copyist:
    """Reads the rows that another process or engine has just written, so that the baseline writes the same."""

    def __init__(self, file: Path) -> None:
        self._connection = connect(file)

    def entries(self, after: int) -> list[Row]:
        """The entries beyond place ``after``, of a file that holds one journal."""
        return self._connection.execute("SELECT * FROM entry WHERE seq > ? ORDER BY seq", (after,)).fetchall()

    def visit(self, entry: Row) -> Row:
        """The visit of an entry."""
        subject = entry[ENTRY.index("subject")]
        row: Row = self._connection.execute("SELECT * FROM visit WHERE id = ?", (subject,)).fetchone()
        return row

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


ENTRY = [column.name for column in tables.entry.columns]


def connect(file: Path) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=60)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert(connection: sqlite3.Connection, table: str) -> str:
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"
