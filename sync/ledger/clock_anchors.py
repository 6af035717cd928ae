"""Queries about the clock of one boot of this machine."""

from uuid import UUID

from sqlalchemy import select

from sync.ledger import tables
from sync.ledger.store import Store


def is_anchored(store: Store, boot: UUID) -> bool:
    """Whether that boot's uptimes can be converted into real times."""
    with store.reading() as connection:
        return connection.execute(select(tables.anchor.c.boot).where(tables.anchor.c.boot == boot)).first() is not None


def has_unsure_entries(store: Store, boot: UUID) -> bool:
    """Whether entries of that boot were written while the wall clock was not set."""
    entry = tables.entry.c
    with store.reading() as connection:
        unsure = select(entry.seq).where(entry.boot == boot, entry.sure.is_(False)).limit(1)
        return connection.execute(unsure).first() is not None
