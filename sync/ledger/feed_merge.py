"""Merges one venue's stream into another's: its entries go to the end of the other's feed, and are folded there.

No entry is changed, dropped or copied: each gets another stream and, in order, the next positions of that stream's
feed. A kiosk that has read the other feed up to some position finds them after it.
"""

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from sync.domain.events import ClockAnchored, read_entry, read_event
from sync.ledger import feed_positions, pass_erasure, tables
from sync.ledger.projector import Projector

PROJECTIONS = (  # all that is folded from entries
    tables.session,
    tables.series,
    tables.visit,
    tables.configuration,
    tables.host,
    tables.evacuation,
    tables.pass_state,
    tables.anchor,
)

_entry, _stream = tables.entry.c, tables.stream.c


def merge(connection: Connection, old: UUID, into: UUID) -> None:
    """Move all entries of ``old`` to ``into``. The transaction must exclude other writers (Store.writing).

    From now on :func:`feed_positions.resolve` leads from the one to the other.
    """
    last = feed_positions.end(connection, old).number
    first, mark = feed_positions.advance(connection, into, last) if last else feed_positions.Position(1, None)
    entries = update(tables.entry).where(_entry.stream == old)
    connection.execute(entries.values(stream=into, position=_entry.position + (first - 1), mark=mark))
    for table in PROJECTIONS:
        connection.execute(delete(table).where(table.c.venue == old))
    _set_successor(connection, old, into)
    _refold(connection, into, first)


def _set_successor(connection: Connection, old: UUID, into: UUID) -> None:
    connection.execute(update(tables.stream).where(_stream.successor == old).values(successor=into))
    updated = connection.execute(update(tables.stream).where(_stream.id == old).values(successor=into))
    if not updated.rowcount:
        connection.execute(insert(tables.stream).values(id=old, last_position=0, successor=into))


def _refold(connection: Connection, venue: UUID, first: int) -> None:
    """Fold the subjects of the entries from this position on, with all other entries that the venue has of them."""
    projector = Projector(connection, venue)
    moved = (_entry.stream == venue) & (_entry.position >= first)
    subjects = set(connection.execute(select(_entry.subject).where(moved).distinct()).scalars())
    anchors = select(_entry.line).where(moved, _entry.kind == ClockAnchored.kind)
    for line in connection.execute(anchors).scalars().all():
        anchor = read_event(read_entry(line))
        if isinstance(anchor, ClockAnchored):
            subjects |= projector.apply_anchor(anchor)
    subjects |= pass_erasure.erase_forgotten(connection, venue)
    projector.refold(subjects)
