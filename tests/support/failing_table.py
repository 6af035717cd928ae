"""A table that takes no more rows, by a trigger: on SQLite and on PostgreSQL as if the disk were full."""

from collections.abc import Iterator
from contextlib import contextmanager

from sync.ledger.store import Store

BREAK = {
    "sqlite": ("CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END",),
    "postgresql": (
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()",
    ),
}
REPAIR = {"sqlite": ("DROP TRIGGER broken",), "postgresql": ("DROP FUNCTION broken CASCADE",)}


@contextmanager
def broken(store: Store, table: str) -> Iterator[None]:
    """Nothing can be inserted into ``table`` inside the block."""
    _run(store, BREAK, table)
    try:
        yield
    finally:
        _run(store, REPAIR, table)


def _run(store: Store, words: dict[str, tuple[str, ...]], table: str) -> None:
    with store.writing() as connection:
        for statement in words[store.engine.dialect.name]:
            connection.exec_driver_sql(statement.format(table=table))
