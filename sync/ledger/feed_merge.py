"""Merging one venue's stream into another's: its entries are told at the end of the other's feed, and folded there.

No entry is changed, dropped or copied: each gets another stream and, in order, the next positions of that stream's
feed. Whoever has looked through the other feed up to some position finds them after it.
"""

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from sync.domain.events import ClockAnchored, read_entry, read_event
from sync.ledger import feed_positions, projections, tables

PROJECTIONS = (tables.session, tables.visit, tables.configuration, tables.anchor)  # all that is folded from entries

_entry, _stream = tables.entry.c, tables.stream.c


def merge(connection: Connection, old: UUID, into: UUID) -> None:
    """Move all entries of ``old`` to ``into``. Nobody else may write meanwhile (Store.writing).

    From now on :func:`streams.current` leads from the one to the other.
    """
    last = feed_positions.end(connection, old).number
    first, mark = feed_positions.advance(connection, into, last) if last else feed_positions.Position(1, None)
    moved = update(tables.entry).where(_entry.stream == old)
    connection.execute(moved.values(stream=into, position=_entry.position + (first - 1), mark=mark))
    for table in PROJECTIONS:
        connection.execute(delete(table).where(table.c.venue == old))
    _lead_on(connection, old, into)
    _fold(connection, into, first)


def _lead_on(connection: Connection, old: UUID, into: UUID) -> None:
    connection.execute(update(tables.stream).where(_stream.successor == old).values(successor=into))
    led = connection.execute(update(tables.stream).where(_stream.id == old).values(successor=into))
    if not led.rowcount:
        connection.execute(insert(tables.stream).values(id=old, last_position=0, successor=into))


def _fold(connection: Connection, venue: UUID, first: int) -> None:
    """Fold what the entries from this position on speak of, with all that the venue has of it."""
    moved = (_entry.stream == venue) & (_entry.position >= first)
    subjects = set(connection.execute(select(_entry.subject).where(moved).distinct()).scalars())
    anchors = select(_entry.line).where(moved, _entry.kind == ClockAnchored.kind)
    for line in connection.execute(anchors).scalars().all():
        anchor = read_event(read_entry(line))
        if isinstance(anchor, ClockAnchored):
            subjects |= projections.set_anchor(connection, venue, anchor)
    projections.refold(connection, venue, subjects)
