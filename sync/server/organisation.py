"""The organisation of a database: its id, and the secret from which the server derives its keys."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from sync.ledger.store import Store
from sync.server import tables


@dataclass(frozen=True)
class Organisation:
    """``secret``: in hex; made once, together with the database."""

    id: UUID
    secret: str


def read_organisation(store: Store) -> Organisation:
    """The database's only organisation. Raises StorageError."""
    with store.reading() as connection:
        return Organisation(*connection.execute(select(tables.organisation.c.id, tables.organisation.c.secret)).one())


def secret_in(connection: Connection) -> str:
    """The secret within a transaction."""
    secret: str = connection.execute(select(tables.organisation.c.secret)).scalar_one()
    return secret
