"""Which formats of slips a venue's kiosks read: a slip is given out only in one that each of them does."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Null, null, select

from sync.domain.visit import FIRST_FORMAT
from sync.server import tables


def stored(reads: Sequence[str] | None) -> list[str] | Null:
    """What is kept of a kiosk's word; one that says nothing reads the first format."""
    return null() if reads is None else sorted(set(reads))


def answer(connection: Connection, venue: UUID, reads: Sequence[str] | None) -> list[str] | None:
    """The formats that all kiosks of the venue read whose pairing has not ended; None for a kiosk that does not ask."""
    if reads is None:
        return None
    table = tables.kiosk.c
    rows = connection.execute(select(table.reads).where(table.venue == venue, table.revoked_at.is_(None))).scalars()
    formats = [set(row or [FIRST_FORMAT]) for row in rows]
    return sorted(set.intersection(*formats)) if formats else []
