"""The organisation's secret, from which the server derives its keys; a database has one, made when it was made."""

from sqlalchemy import Connection, select

from sync.ledger.store import Store
from sync.server import tables


def read_secret(store: Store) -> str:
    """The secret, in hex. Raises StorageTrouble."""
    with store.reading() as connection:
        return secret_in(connection)


def secret_in(connection: Connection) -> str:
    """The same within a transaction."""
    secret: str = connection.execute(select(tables.organisation.c.secret)).scalar_one()
    return secret
