"""The server's database without a disk sync at each commit: a power cut may lose the last commits, and nothing else.

Used for rate limits, which are not worth a sync and must not delay the kiosks' pushes, which need one each.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, event

from sync.ledger.store import BUSY_MS, Store, store_of


def relaxed(store: Store) -> Store:
    """A store on the same database whose commits return before they are on the disk.

    On SQLite it opens a connection for each transaction, with synchronous=NORMAL, which in WAL mode never damages the
    file (sqlite.org/pragma.html#pragma_synchronous). It shares the store's queue of writers.
    """
    if store.engine.dialect.name == "sqlite":
        engine = create_engine(
            store.engine.url,
            poolclass=NullPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return replace(store_of(engine), write_lock=store.write_lock)
    engine = store.engine.execution_options(hearth_relaxed=True)
    event.listen(engine, "begin", _relax_postgres)
    return Store(engine)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no public type
    connection.isolation_level = None  # sync/ledger/store.py begins every transaction
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _relax_postgres(connection: Connection) -> None:
    """Relax this transaction only (postgresql.org/docs/current/wal-async-commit.html)."""
    if connection.get_execution_options().get("hearth_relaxed"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
