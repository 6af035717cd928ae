"""Backs up the server's database while it is in use; every backup is verified before it appears under its name.

The file is a SQLite database compressed with gzip, whose checksum detects damage (RFC 1952 §2.3.1). A PostgreSQL
database is read in one snapshot and written into such a file row by row, so that a backup of one engine can be restored
into the other, and pg_dump of a matching version is not needed.
"""

import gzip
import os
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, func, insert, select

from sync.errors import UserError
from sync.ledger import schema
from sync.ledger import tables as ledger_tables
from sync.ledger.maintenance import integrity
from sync.ledger.store import StorageError, Store, open_sqlite, read_address, show_address, store_of
from sync.server import tables
from sync.server.storage import DATABASE

PRIVATE = 0o600
COMPRESSION = 1  # most of the gain for a third of the time
ROWS = 1000  # written at once
# All in one step: a copy in several steps restarts at every write of another connection (sqlite.org/backup.html).
COPY_PAGES = -1
TRIGGERED_TABLES = """
SELECT DISTINCT quote_ident(pg_class.relname) FROM pg_trigger JOIN pg_class ON pg_class.oid = pg_trigger.tgrelid
WHERE NOT pg_trigger.tgisinternal AND pg_class.relnamespace = current_schema()::regnamespace
"""
CONTINUE_NUMBERS = """
SELECT setval(pg_get_serial_sequence('rollup_change', 'id'), greatest(1, (SELECT max(id) FROM rollup_change)))
"""


@dataclass(frozen=True)
class Content:
    """What a backup contains."""

    venues: int
    kiosks: int
    entries: int

    def __str__(self) -> str:
        return f"{self.venues} venues, {self.kiosks} kiosks, {self.entries:,} entries"


def back_up(place: Path | str, file: Path) -> Content:
    """Write a backup of a server's database, which may be in use. Raises UserError, StorageError.

    The file appears under its name once it is complete, verified and on the disk. It contains secrets, so that only its
    owner may read it.
    """
    if file.exists():
        raise UserError(f"{file} is there already: choose another name, a backup is never written over")
    try:
        with tempfile.TemporaryDirectory(prefix=".hearth-backup-", dir=file.parent) as folder:
            plain, packed = Path(folder) / "plain.db", Path(folder) / "packed"
            _copy_sqlite(place / DATABASE, plain) if isinstance(place, Path) else _export(place, plain)
            content = verify(plain, str(place / DATABASE) if isinstance(place, Path) else show_address(place))
            _pack(plain, packed)
            with unpacked(packed, Path(folder)):
                pass  # verifies that it can be decompressed to its end
            _rename_without_replacing(packed, file)
            sync_folder(file.parent)
    except FileExistsError as error:
        raise UserError(f"{file} was created by another process meanwhile: choose another name") from error
    except OSError as error:
        raise UserError(f"{file}: the backup can't be written ({error.strerror or error}); nothing was kept") from error
    return content


def _rename_without_replacing(packed: Path, file: Path) -> None:
    """Unlike a rename, a link never replaces a file; on file systems without links (FAT), check first."""
    try:
        os.link(packed, file)
    except FileExistsError:
        raise
    except OSError:
        if file.exists():
            raise FileExistsError from None
        packed.rename(file)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise UserError(f"{source.parent}: no Hearth server has kept anything here; choose the folder with --data")
    try:
        with closing(connect_reading(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy, pages=COPY_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # a single file, without a WAL
    except sqlite3.Error as error:
        raise StorageError(f"{source}: can't be copied ({error})") from error


def _export(address: str, target: Path) -> None:
    """Write the rows of a PostgreSQL database into a new SQLite file."""
    source = store_of(bare_engine(address))
    with closing(source), closing(open_sqlite(target)) as copy:
        with source.reading() as connection:
            version = schema.version(connection)
            if version is None:
                raise UserError("no Hearth server has kept anything in this database")
            if version != schema.HEAD:
                raise UserError(
                    "this database has another release's shape: start this release's server once, then back up"
                )
            with copy.writing() as writing:
                copy_rows(connection, writing)
        _leave_wal(copy)


def bare_engine(address: str) -> Engine:
    """An engine on a PostgreSQL database without migrating its schema."""
    return create_engine(read_address(address), hide_parameters=True)


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row of every table into empty tables of the same schema.

    The roll-ups and the marks of those that are to be computed again are copied like all rows: nothing marks them anew.
    """
    with _without_triggers(target):
        for table in ledger_tables.metadata.sorted_tables:
            result = source.execute(select(table).execution_options(yield_per=ROWS))
            for rows in result.mappings().partitions(ROWS):
                target.execute(insert(table), [dict(row) for row in rows])
    if target.dialect.name == "postgresql":
        target.exec_driver_sql(CONTINUE_NUMBERS)


@contextmanager
def _without_triggers(connection: Connection) -> Iterator[None]:
    """Without the database's triggers, within its transaction."""
    if connection.dialect.name == "postgresql":
        tables = connection.exec_driver_sql(TRIGGERED_TABLES).scalars().all()
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def _leave_wal(store: Store) -> None:
    store.close()
    with closing(sqlite3.connect(str(store.engine.url.database))) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _pack(plain: Path, packed: Path) -> None:
    with plain.open("rb") as source, open_private(packed) as target:
        with gzip.GzipFile("", "wb", COMPRESSION, target, mtime=0) as zipped:
            shutil.copyfileobj(source, zipped)
        target.flush()
        os.fsync(target.fileno())


def open_private(file: Path) -> IO[bytes]:
    """Create a file for writing that only its owner may read. Raises FileExistsError."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")


@contextmanager
def unpacked(file: Path, folder: Path | None) -> Iterator[Path]:
    """A backup's database, decompressed into a file in ``folder`` (None: of temporary files). Raises UserError.

    It is deleted after the block, unless it was moved.
    """
    plain = Path(tempfile.mkdtemp(prefix=".hearth-restore-", dir=folder)) / DATABASE
    try:
        with gzip.open(file) as zipped, open_private(plain) as target:
            shutil.copyfileobj(zipped, target)
            target.flush()
            os.fsync(target.fileno())
        yield plain
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(f"{file} is no whole backup ({error}): it was cut short or damaged; use another one") from error
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(plain.parent)


def connect_reading(file: Path) -> sqlite3.Connection:
    """Open a SQLite file read-only."""
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)


def verify(plain: Path, name: str) -> Content:
    """Check the integrity of a file as a server's database; ``name``: for messages. Raises UserError."""
    try:
        integrity.check(plain, thorough=True)
        with closing(connect_reading(plain)) as connection:
            if connection.execute("SELECT count(*) FROM organisation").fetchone() != (1,):
                raise UserError(f"{name} is no Hearth server's database: was it a kiosk's?")
            (venues, kiosks, entries) = connection.execute(
                "SELECT (SELECT count(*) FROM venue), (SELECT count(*) FROM kiosk), (SELECT count(*) FROM entry)"
            ).fetchone()
    except (integrity.Damaged, sqlite3.Error, OSError) as error:
        raise UserError(f"{name} is not a sound database of a Hearth server ({error})") from error
    return Content(venues, kiosks, entries)


def sync_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that the names in it survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_empty(connection: Connection) -> bool:
    """Whether the database has no entries, venues or accounts."""
    entries = select(func.count()).select_from(ledger_tables.entry)
    venues = select(func.count()).select_from(tables.venue)
    accounts = select(func.count()).select_from(tables.account)
    return not any(connection.execute(query).scalar_one() for query in (entries, venues, accounts))
