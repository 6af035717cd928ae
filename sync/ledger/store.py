"""Opens a ledger's database, a SQLite file or PostgreSQL, and begins its transactions; commits are durable."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from sync.errors import UserError
from sync.ledger import schema

BUSY_MS = 10_000  # how long a writer waits for another before it gives up
WAL_RETRY_MS = 10
CONNECT_S = 10  # how long connecting to PostgreSQL may take
POOL, OVERFLOW = 10, 10  # connections of one process; PostgreSQL allows 100 in all by default
SCHEMES = ("postgresql", "postgres")  # libpq accepts both
DRIVER = "postgresql+psycopg"
DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
NO_PRIVILEGE = "42501"  # postgresql.org/docs/current/errcodes-appendix.html; the server's operator can correct it
LOCK_NOT_AVAILABLE = "55P03"  # likewise; lock_timeout is over
GATE = "(0, 0)"  # the advisory lock of every writer on PostgreSQL; advisory_locks.py has the others
PROGRAMMING_ERRORS = {"ProgrammingError", "InterfaceError", "NotSupportedError"}  # names that PEP 249 prescribes


class StorageError(Exception):
    """The disk is full, read-only or not answering: nothing of the transaction was written."""


class StoreBusy(StorageError):
    """Another writer has held the database's lock for too long; nothing is wrong with the storage."""


@dataclass(frozen=True)
class Store:
    """An open database."""

    engine: Engine
    write_lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    engines: dict[str, Engine] = field(default_factory=dict, compare=False, repr=False)  # by the kind of transaction

    def __post_init__(self) -> None:
        for kind, options in _OPTIONS[self.engine.dialect.name].items():
            self.engines[kind] = self.engine.execution_options(**options)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view. Raises StorageError."""
        with self._transaction("reading") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, durable after the block. Raises StorageError; then nothing was written.

        It excludes all other writers, so what it reads stays true: SQLite has one writer, PostgreSQL a lock.
        """
        with self._write_turn(), self._transaction("writing") as connection:
            yield connection

    @contextmanager
    def writing_concurrently(self) -> Iterator[Connection]:
        """As :meth:`writing`, but on PostgreSQL beside others of its kind; the block takes the locks that it needs."""
        with self._write_turn(), self._transaction("writing_concurrently") as connection:
            yield connection

    @contextmanager
    def _write_turn(self) -> Iterator[None]:
        """SQLite's busy handler is unfair, so this process's writers queue on a lock."""
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self.write_lock.acquire(timeout=BUSY_MS / 1000):
            raise StoreBusy("another thread has been writing for too long")
        try:
            yield
        finally:
            self.write_lock.release()

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[Connection]:
        try:
            with self.engines[kind].begin() as connection:
                yield connection
        except (DBAPIError, self.engine.dialect.loaded_dbapi.Error) as error:  # by SQLAlchemy, or by hot_path_sql.py
            if _is_programming_error(error):
                raise
            failure = StoreBusy if _is_lock_timeout(error) else StorageError
            raise failure(self._message(error)) from error

    def _message(self, error: Exception) -> str:
        """The database's message, in one line and without the password."""
        text = (str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"])[0]
        return text.replace(str(self.engine.url.password), "***") if self.engine.url.password else text

    def close(self) -> None:
        """Close the file or the connections."""
        self.engine.dispose()


def _is_lock_timeout(error: Exception) -> bool:
    original = getattr(error, "orig", error)
    return (
        getattr(original, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        or getattr(original, "sqlstate", None) == LOCK_NOT_AVAILABLE
    )


def _is_programming_error(error: Exception) -> bool:
    """Whether the statement is wrong, which is a bug and no fault of the storage."""
    original = getattr(error, "orig", error)  # the driver's own error, whether or not SQLAlchemy has wrapped it
    if getattr(original, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return True  # no such table or column, a syntax error: SQLite has no more specific code
    names = {kind.__name__ for kind in type(original).__mro__}
    return not names.isdisjoint(PROGRAMMING_ERRORS) and getattr(original, "sqlstate", None) != NO_PRIVILEGE


# How each database begins each kind of transaction. In READ COMMITTED every statement sees what the previous holder of
# a lock has committed; SERIALIZABLE would need no locks, but pushes would fail and have to be retried.
_EXCLUSIVE, _SHARED = f"SELECT pg_advisory_xact_lock{GATE}", f"SELECT pg_advisory_xact_lock_shared{GATE}"
_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "sqlite": {
        "reading": {"hearth_begin": "BEGIN"},
        "writing": {"hearth_begin": "BEGIN IMMEDIATE"},  # takes the write lock at once
        "writing_concurrently": {"hearth_begin": "BEGIN IMMEDIATE"},
    },
    "postgresql": {
        "reading": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        "writing": {"isolation_level": "READ COMMITTED", "hearth_begin": _EXCLUSIVE},
        "writing_concurrently": {"isolation_level": "READ COMMITTED", "hearth_begin": _SHARED},
    },
}


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("hearth_begin")
    if statement:
        driver: Any = connection.connection.driver_connection
        driver.execute(statement)  # not through SQLAlchemy, which is slower than the database, in every transaction


def open_store(where: str | Path, *, create: bool = True) -> Store:
    """Open a file, or a database of PostgreSQL by its address, and migrate it to this release's schema.

    ``create`` False: raises UserError where there is no database yet. Raises StorageError where it can't be used, and
    UserError where a newer Hearth has made it.
    """
    if isinstance(where, Path) or not is_address(where):
        if not create and not Path(where).is_file():
            raise UserError(f"{where}: no Hearth has kept anything here")
        return open_sqlite(Path(where))
    return open_postgres(where, create=create)


def is_address(where: str) -> bool:
    """Whether this is an address of PostgreSQL rather than a path."""
    return where.partition("://")[0] in SCHEMES and "://" in where


def open_sqlite(file: Path) -> Store:
    """Open or create the file. Raises StorageError where it can't be used, UserError where a newer Hearth made it.

    WAL and synchronous=FULL: a commit returns after its pages are on the disk
    (sqlite.org/pragma.html#pragma_synchronous).
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return _open(engine)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    connection.isolation_level = None  # the driver begins no transaction; _begin does
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _enable_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _enable_wal(connection: Any) -> None:  # noqa: ANN401 - as above
    """Retry: while another connection switches a new file to WAL, SQLite refuses without calling the busy handler."""
    for attempts_left in range(BUSY_MS // WAL_RETRY_MS, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not attempts_left:
                raise
            time.sleep(WAL_RETRY_MS / 1000)


def read_address(address: str) -> URL:
    """Parse a PostgreSQL address for SQLAlchemy. Raises UserError without quoting it: it may have a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise UserError(
            "not an address of PostgreSQL; write for example postgresql://hearth@localhost/hearth"
        ) from error
    if url.drivername not in SCHEMES:
        raise UserError("not an address of PostgreSQL; it begins with postgresql://")
    if "password" in url.query:  # libpq accepts it there too; as part of the URL it is masked
        url = url.set(password=str(url.query["password"])).difference_update_query(["password"])
    return url.set(drivername=DRIVER)


def show_address(address: str) -> str:
    """The address without password or options. Raises UserError."""
    return read_address(address).set(drivername=SCHEMES[0], query={}).render_as_string(hide_password=True)


def open_postgres(address: str, *, create: bool = True) -> Store:
    """Open a database of PostgreSQL, and create the tables where there are none. Raises StorageError, UserError.

    A commit returns after PostgreSQL has it on the disk (postgresql.org/docs/current/wal-async-commit.html), unless the
    server runs with fsync=off.
    """
    return _open(postgres_engine(address), create=create)


def postgres_engine(address: str) -> Engine:
    """An engine for PostgreSQL, which has not connected yet. Raises UserError."""
    url = read_address(address)
    engine = create_engine(
        url,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S},
        pool_size=POOL,
        max_overflow=OVERFLOW,
        hide_parameters=True,  # parameters may be secret, and errors are logged
        pool_pre_ping=True,  # so that a restart of PostgreSQL fails no request
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_MS}")
        cursor.execute(DURABLE)
    connection.commit()


def store_of(engine: Engine) -> Store:
    """The store of an engine, prepared to begin transactions as :class:`Store` does."""
    event.listen(engine, "begin", _begin)
    return Store(engine)


def _open(engine: Engine, *, create: bool = True) -> Store:
    store = store_of(engine)
    try:
        migrate(store, create=create)
    except BaseException:
        store.close()
        raise
    return store


def migrate(store: Store, *, create: bool = True) -> None:
    """Migrate a database to this release's schema. Raises StorageError, and UserError as :func:`open_store`."""
    if store.engine.dialect.name == "postgresql":
        with store.reading() as connection:
            check_encoding(connection)
            version = schema.version(connection)
        if version == schema.HEAD:
            return  # without waiting for writers
        if version is None and not create:
            raise UserError("no Hearth server has kept anything in this database")
    with store.writing() as connection:
        schema.upgrade(connection)


def check_encoding(connection: Connection) -> None:
    """Raises UserError where a database of PostgreSQL can't store every character."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise UserError(f"this database keeps text as {encoding}; make one with CREATE DATABASE … ENCODING 'UTF8'")
