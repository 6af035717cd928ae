"""Where a ledger lives: a SQLite file that keeps what it has confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError

BUSY_MS = 10_000  # how long a writer waits for another before it gives up


class StorageTrouble(Exception):
    """The disk is full, read-only or not answering: nothing was written."""


@dataclass(frozen=True)
class Store:
    """An open database."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view. Raises StorageTrouble."""
        with _named(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, durable when the block has ended well. Raises StorageTrouble; then nothing was written."""
        with _named(), self.engine.execution_options(hearth_writes=True).begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageTrouble(str(error.orig)) from error


def open_sqlite(file: Path, metadata: MetaData) -> Store:
    """Open or make the database. Raises StorageTrouble where the file can't be used.

    WAL and synchronous=FULL: a commit returns after its pages are on the disk
    (sqlite.org/pragma.html#pragma_synchronous).
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    store = Store(engine)
    with store.writing() as connection:
        metadata.create_all(connection)
    return store


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    connection.isolation_level = None  # the driver begins nothing by itself; _begin does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes its place in the queue at once, so that it never has to give up half-way."""
    writes = connection.get_execution_options().get("hearth_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
