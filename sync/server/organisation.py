"""The organisation of a database: its id and name, and the secret from which the server derives its keys."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select, update

from sync.errors import UserError
from sync.ledger.store import Store
from sync.names import tidy
from sync.server import tables

MAX_NAME = 80


@dataclass(frozen=True)
class Organisation:
    """``secret``: in hex; made once, together with the database. ``name``: None where it was not said."""

    id: UUID
    secret: str
    name: str | None


def read_organisation(store: Store) -> Organisation:
    """The database's only organisation. Raises StorageError."""
    of = tables.organisation.c
    with store.reading() as connection:
        return Organisation(*connection.execute(select(of.id, of.secret, of.name)).one())


def secret_in(connection: Connection) -> str:
    """The secret within a transaction."""
    secret: str = connection.execute(select(tables.organisation.c.secret)).scalar_one()
    return secret


def clean_organisation_name(name: str) -> str | None:
    """The form in which a name is stored; None for an empty one. Raises UserError."""
    name = tidy(name)
    if len(name) > MAX_NAME or not name.isprintable():
        raise UserError(f"an organisation's name has at most {MAX_NAME} letters that can be printed")
    return name or None


def rename_organisation(store: Store, name: str) -> None:
    """Store the name that papers for others show; empty: none. Raises UserError, StorageError."""
    cleaned = clean_organisation_name(name)
    with store.writing() as connection:
        connection.execute(update(tables.organisation).values(name=cleaned))
