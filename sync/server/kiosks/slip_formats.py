"""The formats of slips that all kiosks of a venue read: a slip is printed only in one of these."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, Null, null, select

from sync.domain.visit import FIRST_FORMAT
from sync.server import tables


def stored(reads: Sequence[str] | None) -> list[str] | Null:
    """The stored form of what a kiosk reads; null for an older kiosk, which reads the first format."""
    return null() if reads is None else sorted(set(reads))


def answer(connection: Connection, venue: UUID, reads: Sequence[str] | None) -> list[str] | None:
    """The formats that all paired kiosks of the venue read; None for a kiosk that did not send its own."""
    if reads is None:
        return None
    table = tables.kiosk.c
    rows = connection.execute(select(table.reads).where(table.venue == venue, table.revoked_at.is_(None))).scalars()
    formats = [set(row or [FIRST_FORMAT]) for row in rows]
    return sorted(set.intersection(*formats)) if formats else []
