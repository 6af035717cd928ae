"""Opens a ledger's file to read alone, also from a folder or a disk that can't be written."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine, event

from sync.folder import Mistake
from sync.ledger import schema
from sync.ledger.engine import Store, begun_as_asked

BEHIND = "-wal"  # where SQLite keeps what is committed and not yet in the file itself


class Unlike(Exception):
    """The file has another release's shape: an older one's has to be changed first, and that means writing."""


def open_reading(file: Path) -> Store:
    """Open a file that is there, and never write into it. Raises Mistake, Unlike, StorageTrouble.

    Readers of a WAL database share memory through a file beside it (sqlite.org/wal.html#read_only_databases). Where
    that can't be made and nobody has left anything in the log, the file itself says everything, and is read as one that
    does not change; what somebody writes at that moment from elsewhere is then not seen. With something in the log that
    can't be read, the file alone would be short of it: that is a Mistake.
    """
    how = "mode=ro"
    if not _opens(file, how):
        log = file.with_name(file.name + BEHIND)
        if log.exists() and log.stat().st_size:
            raise Mistake(
                f"{file}: its last entries are in {log.name}, which can't be read without writing beside it; "
                "copy the whole folder to where you can write, and choose it with --data"
            )
        how += "&immutable=1"
    engine = create_engine(
        f"sqlite:///file:{quote(str(file))}?{how}&uri=true",
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", lambda connection, _record: setattr(connection, "isolation_level", None))
    store = begun_as_asked(engine)
    try:
        _check(store)
    except BaseException:
        store.close()
        raise
    return store


def _opens(file: Path, how: str) -> bool:
    try:
        connection = sqlite3.connect(f"file:{quote(str(file))}?{how}", uri=True)
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


def _check(store: Store) -> None:
    with store.reading() as connection:
        if schema.version(connection) != schema.HEAD:
            raise Unlike
