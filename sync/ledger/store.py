"""Where a ledger lives: a SQLite file or a PostgreSQL database that keeps what it has confirmed."""

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
TURN_MS = 10  # before a new file is looked at again
CONNECT_S = 10  # how long PostgreSQL may take to answer a first knock
POOL, OVERFLOW = 10, 10  # connections of one process; PostgreSQL allows 100 in all by default
SCHEMES = ("postgresql", "postgres")  # libpq knows both
DRIVER = "postgresql+psycopg"
DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
NO_PRIVILEGE = "42501"  # postgresql.org/docs/current/errcodes-appendix.html: whoever runs the server can mend it
GATE = "(0, 0)"  # PostgreSQL's advisory lock that every writer passes; locks.py has the others
WRONG = {"ProgrammingError", "InterfaceError", "NotSupportedError"}  # as PEP 249 has every driver call them


class StorageError(Exception):
    """The disk is full, read-only or not answering: nothing of the transaction was written."""


@dataclass(frozen=True)
class Store:
    """An open database."""

    engine: Engine
    turn: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    ways: dict[str, Engine] = field(default_factory=dict, compare=False, repr=False)  # each is made once

    def __post_init__(self) -> None:
        for how, options in _OPTIONS[self.engine.dialect.name].items():
            self.ways[how] = self.engine.execution_options(**options)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view. Raises StorageTrouble."""
        with self._begun("reading") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, durable when the block has ended well. Raises StorageTrouble; then nothing was written.

        Nobody else writes meanwhile, so what was read in it stays true: by SQLite's nature, on PostgreSQL by a lock.
        """
        with self._my_turn(), self._begun("writing") as connection:
            yield connection

    @contextmanager
    def writing_beside(self) -> Iterator[Connection]:
        """As :meth:`writing`, but on PostgreSQL beside others of its kind; the block takes what locks it needs."""
        with self._my_turn(), self._begun("writing_beside") as connection:
            yield connection

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite's waiting writers look again now and then, and the unlucky never get in: here its threads queue."""
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self.turn.acquire(timeout=BUSY_MS / 1000):
            raise StorageError("another thread has been writing for too long")
        try:
            yield
        finally:
            self.turn.release()

    @contextmanager
    def _begun(self, how: str) -> Iterator[Connection]:
        try:
            with self.ways[how].begin() as connection:
                yield connection
        except (DBAPIError, self.engine.dialect.loaded_dbapi.Error) as error:  # through SQLAlchemy, or direct.py's own
            if _is_ours(error):
                raise
            raise StorageError(self._words(error)) from error

    def _words(self, error: Exception) -> str:
        """What the database says, in one line and without the password."""
        text = (str(getattr(error, "orig", error)).strip().splitlines() or ["no reason given"])[0]
        return text.replace(str(self.engine.url.password), "***") if self.engine.url.password else text

    def close(self) -> None:
        """Let go of the file or the connections."""
        self.engine.dispose()


def _is_ours(error: Exception) -> bool:
    """Whether the statement is wrong: a mistake in the program, that no look at the disk would mend."""
    said = getattr(error, "orig", error)  # the driver's own error, whether or not SQLAlchemy has passed it on
    if getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return True  # no such table or column, a syntax error: SQLite has no better word for them
    kinds = {kind.__name__ for kind in type(said).__mro__}
    return not kinds.isdisjoint(WRONG) and getattr(said, "sqlstate", None) != NO_PRIVILEGE


# What each kind of transaction means to each database. READ COMMITTED sees, statement by statement, what the one that
# held a lock before has written; SERIALIZABLE would need no locks, but makes every push a thing to be tried again.
_ALONE, _BESIDE = f"SELECT pg_advisory_xact_lock{GATE}", f"SELECT pg_advisory_xact_lock_shared{GATE}"
_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "sqlite": {
        "reading": {"hearth_begin": "BEGIN"},
        "writing": {"hearth_begin": "BEGIN IMMEDIATE"},  # takes its place in the queue at once
        "writing_beside": {"hearth_begin": "BEGIN IMMEDIATE"},
    },
    "postgresql": {
        "reading": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        "writing": {"isolation_level": "READ COMMITTED", "hearth_begin": _ALONE},
        "writing_beside": {"isolation_level": "READ COMMITTED", "hearth_begin": _BESIDE},
    },
}


def _begin(connection: Connection) -> None:
    words = connection.get_execution_options().get("hearth_begin")
    if words:
        driver: Any = connection.connection.driver_connection
        driver.execute(words)  # not through SQLAlchemy, which needs longer for it than the database: it is in every tap


def open_store(where: str | Path, *, make: bool = True) -> Store:
    """Open a database, and bring it to this release's shape: a file, or an address of PostgreSQL.

    ``make`` False: raises UserError where nothing is stored yet. Raises StorageTrouble where it can't be used, and
    UserError where a newer Hearth has made it.
    """
    if isinstance(where, Path) or not is_address(where):
        if not make and not Path(where).is_file():
            raise UserError(f"{where}: no Hearth has kept anything here")
        return open_sqlite(Path(where))
    return open_postgres(where, make=make)


def is_address(where: str) -> bool:
    """Whether this is an address of PostgreSQL, not a file."""
    return where.partition("://")[0] in SCHEMES and "://" in where


def open_sqlite(file: Path) -> Store:
    """Open or make the file. Raises StorageTrouble where it can't be used, UserError where a newer Hearth made it.

    WAL and synchronous=FULL: a commit returns after its pages are on the disk
    (sqlite.org/pragma.html#pragma_synchronous).
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return _ready(engine)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    connection.isolation_level = None  # the driver begins nothing by itself; _begin does
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _turn_to_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _turn_to_wal(connection: Any) -> None:  # noqa: ANN401 - as above
    """A new file is turned once, and of several who try it at once all but one are refused without waiting."""
    for left in range(BUSY_MS // TURN_MS, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(TURN_MS / 1000)


def read_address(address: str) -> URL:
    """A PostgreSQL address for SQLAlchemy. Raises UserError, whose text never repeats it: it may have a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise UserError(
            "not an address of PostgreSQL; write for example postgresql://hearth@localhost/hearth"
        ) from error
    if url.drivername not in SCHEMES:
        raise UserError("not an address of PostgreSQL; it begins with postgresql://")
    if "password" in url.query:  # libpq takes it there too; in its place it is never shown
        url = url.set(password=str(url.query["password"])).difference_update_query(["password"])
    return url.set(drivername=DRIVER)


def show_address(address: str) -> str:
    """The address fit to be printed: without password or options. Raises UserError."""
    return read_address(address).set(drivername=SCHEMES[0], query={}).render_as_string(hide_password=True)


def open_postgres(address: str, *, make: bool = True) -> Store:
    """Open a database of PostgreSQL, and make the tables where there are none. Raises StorageTrouble, UserError.

    A commit returns after PostgreSQL has it on the disk (postgresql.org/docs/current/wal-async-commit.html), unless the
    whole server was told to lie with fsync=off.
    """
    return _ready(postgres_engine(address), make=make)


def postgres_engine(address: str) -> Engine:
    """How PostgreSQL is reached; nothing is opened yet. Raises UserError."""
    url = read_address(address)
    engine = create_engine(
        url,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_S},
        pool_size=POOL,
        max_overflow=OVERFLOW,
        hide_parameters=True,  # they may be secret, and an error is logged
        pool_pre_ping=True,  # a restarted PostgreSQL costs nobody a refusal
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_MS}")
        cursor.execute(DURABLE)
    connection.commit()


def begun_as_asked(engine: Engine) -> Store:
    """The store of an engine, whose transactions begin as :class:`Store` asks."""
    event.listen(engine, "begin", _begin)
    return Store(engine)


def _ready(engine: Engine, *, make: bool = True) -> Store:
    store = begun_as_asked(engine)
    try:
        _bring_up(store, make=make)
    except BaseException:
        store.close()
        raise
    return store


def _bring_up(store: Store, *, make: bool) -> None:
    if store.engine.dialect.name == "postgresql":
        with store.reading() as connection:
            check_encoding(connection)
            version = schema.version(connection)
        if version == schema.HEAD:
            return  # without waiting for those who write
        if version is None and not make:
            raise UserError("no Hearth server has kept anything in this database")
    with store.writing() as connection:
        schema.upgrade(connection)


def check_encoding(connection: Connection) -> None:
    """Raises UserError where a database of PostgreSQL can't keep every letter."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise UserError(f"this database keeps text as {encoding}; make one with CREATE DATABASE … ENCODING 'UTF8'")
