"""The server's database for rows that need no disk sync: a power cut may cost the last of them, and nothing else.

A count of tries is not worth a sync, and must not hold up the kiosks' pushes, which have one each.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, event

from sync.ledger.store import BUSY_MS, Store, store_of


def relaxed(store: Store) -> Store:
    """A store on the same database whose commits return before they are on the disk.

    On SQLite it has connections of its own, opened for each transaction, with synchronous=NORMAL: in WAL mode that
    never damages the file (sqlite.org/pragma.html#pragma_synchronous). It shares the queue of the store's writers.
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
    connection.isolation_level = None  # engine.py begins every transaction
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _relax_postgres(connection: Connection) -> None:
    """Of this transaction alone (postgresql.org/docs/current/wal-async-commit.html)."""
    if connection.get_execution_options().get("hearth_relaxed"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
