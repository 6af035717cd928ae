"""Opens a ledger read-only: nothing is migrated, created or locked, and a read-only disk is enough."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, event

from sync.errors import UserError
from sync.ledger import schema
from sync.ledger.store import Store, check_encoding, is_address, postgres_engine, store_of

WAL_SUFFIX = "-wal"  # of the file with commits that are not in the database file yet


class SchemaMismatch(Exception):
    """The database has another release's schema; an older one has to be migrated first, and that means writing."""

    def __init__(self, version: str | None) -> None:
        super().__init__(f"its schema is {version or 'from before the first'}, this release knows {schema.HEAD}")
        self.is_newer = version is not None and not schema.is_known(version)
        self.is_readable = version is not None and not self.is_newer


def open_reading(where: Path | str, *, older: bool = False) -> Store:
    """Open an existing file or database of PostgreSQL, and never write into it.

    ``older``: also with an older release's schema, for callers that need only what every release has.
    Raises UserError, SchemaMismatch, StorageError.
    """
    store = _on_postgres(where) if isinstance(where, str) and is_address(where) else _of_file(Path(where))
    try:
        _check(store, older=older)
    except BaseException:
        store.close()
        raise
    return store


def reading_uri(file: Path) -> str:
    """The URI by which SQLite reads this file, if possible without creating files beside it. Raises UserError.

    Readers of a WAL database share memory through a file beside it (sqlite.org/wal.html#read_only_databases). Where
    there is no log, or that file can't be created and the log is empty, the database file is complete, and is opened as
    immutable; concurrent writes of another process are then not seen. A log with commits that can't be read is a
    UserError, because they would be missing.
    """
    address = f"file:{quote(str(file))}?mode=ro"
    log = file.with_name(file.name + WAL_SUFFIX)
    if log.exists() and _opens(address):
        return address
    if log.exists() and log.stat().st_size:
        raise UserError(
            f"{file}: its last entries are in {log.name}, which can't be read without writing beside it; "
            "copy the whole folder to where you can write, and choose it with --data"
        )
    return f"{address}&immutable=1"


def _of_file(file: Path) -> Store:
    engine = create_engine(
        f"sqlite:///{reading_uri(file)}&uri=true",
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", lambda connection, _record: setattr(connection, "isolation_level", None))
    return store_of(engine)


def _on_postgres(address: str) -> Store:
    engine = postgres_engine(address)
    event.listen(engine, "connect", _set_read_only)
    return store_of(engine)


def _set_read_only(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    connection.commit()


def _opens(address: str) -> bool:
    try:
        connection = sqlite3.connect(address, uri=True)
    except sqlite3.Error:
        return False
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
    except sqlite3.Error:
        return True  # not a database, which the first query reports
    finally:
        connection.close()
    return True


def _check(store: Store, *, older: bool) -> None:
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            check_encoding(connection)
        version = schema.version(connection)
        if version is None and not schema.has_tables(connection):
            raise UserError("no Hearth server has kept anything in this database")
    mismatch = SchemaMismatch(version)
    if version != schema.HEAD and not (older and mismatch.is_readable):
        raise mismatch
