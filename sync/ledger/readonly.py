"""Opens a ledger to read alone: nothing is brought up, made or locked, and a disk that can't be written will do."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, event

from sync.errors import UserError
from sync.ledger import schema
from sync.ledger.store import Store, begun_as_asked, check_encoding, is_address, postgres_engine

BEHIND = "-wal"  # where SQLite keeps what is committed and not yet in the file itself


class SchemaMismatch(Exception):
    """The database has another release's shape; an older one has to be changed first, and that means writing."""

    def __init__(self, found: str | None) -> None:
        super().__init__(f"its schema is {found or 'from before the first'}, this release knows {schema.HEAD}")
        self.is_newer = found is not None and not schema.is_known(found)
        self.is_readable = found is not None and not self.is_newer


def open_reading(where: Path | str, *, older: bool = False) -> Store:
    """Open a file or a database of PostgreSQL that is there, and never write into it.

    ``older``: also one that an older release has left, for whoever asks only for what has always been there.
    Raises UserError, Unlike, StorageTrouble.
    """
    store = _on_postgres(where) if isinstance(where, str) and is_address(where) else _of_file(Path(where))
    try:
        _check(store, older=older)
    except BaseException:
        store.close()
        raise
    return store


def reading_uri(file: Path) -> str:
    """The address by which SQLite reads this file and makes nothing beside it, where that can be. Raises UserError.

    Readers of a WAL database share memory through a file beside it (sqlite.org/wal.html#read_only_databases). Where
    nobody has a log, or that can't be made and the log is empty, the file itself says everything, and is read as one
    that does not change; what somebody writes at that moment from elsewhere is then not seen. With something in the log
    that can't be read, the file alone would be short of it: that is a UserError.
    """
    address = f"file:{quote(str(file))}?mode=ro"
    log = file.with_name(file.name + BEHIND)
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
    return begun_as_asked(engine)


def _on_postgres(address: str) -> Store:
    engine = postgres_engine(address)
    event.listen(engine, "connect", _let_nothing_be_written)
    return begun_as_asked(engine)


def _let_nothing_be_written(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
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
        return True  # not a database: whoever reads it says so
    finally:
        connection.close()
    return True


def _check(store: Store, *, older: bool) -> None:
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            check_encoding(connection)
        found = schema.version(connection)
        if found is None and not schema.has_tables(connection):
            raise UserError("no Hearth server has kept anything in this database")
    unlike = SchemaMismatch(found)
    if found != schema.HEAD and not (older and unlike.is_readable):
        raise unlike
