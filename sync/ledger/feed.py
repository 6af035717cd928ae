"""What a venue's kiosks tell each other through the server: one stream a venue, its positions without a gap.

A position is given in the transaction that stores its entry, while the stream's row is locked: whoever reads up to p
has seen everything up to p, however many writers there are. (A database's own sequence does not promise that: a lower
number can commit later.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync.domain.events import ClockAnchored
from sync.ledger import journals, locks, rows, tables
from sync.ledger.journals import Line
from sync.ledger.rows import Known, chunks
from sync.ledger.tables import HERE

_stream, _entry = tables.stream.c, tables.entry.c
ADVANCE = (
    update(tables.stream)
    .where(_stream.id == bindparam("at"))
    .values(last_position=_stream.last_position + bindparam("by"))
)
LAST = select(_stream.last_position).where(_stream.id == bindparam("at"))
GIVE = (
    update(tables.entry)
    .where(_entry.journal == bindparam("in_journal"), _entry.seq == bindparam("at_seq"))
    .values(position=bindparam("at_position"))
)


@dataclass(frozen=True)
class Page:
    """Lines of a stream in order, and the position up to which it has been looked through."""

    lines: Sequence[str]
    position: int


def give_positions(connection: Connection, stream: UUID, journal: UUID, seqs: Sequence[int]) -> None:
    """Put these stored entries of the stream at its end, in this order. Holds the stream's row until the commit."""
    if not seqs:
        return
    if connection.execute(ADVANCE, {"at": stream, "by": len(seqs)}).rowcount == 0:
        _begin(connection, stream)
        connection.execute(ADVANCE, {"at": stream, "by": len(seqs)})
    last = last_position(connection, stream)
    first = last - len(seqs) + 1
    given = [{"in_journal": journal, "at_seq": seq, "at_position": first + i} for i, seq in enumerate(seqs)]
    connection.execute(GIVE, given)


def _begin(connection: Connection, stream: UUID) -> None:
    locks.hold_stream(connection, stream)
    if connection.execute(select(_stream.id).where(_stream.id == stream)).first() is None:
        connection.execute(insert(tables.stream).values(id=stream, last_position=0))


def last_position(connection: Connection, stream: UUID) -> int:
    """How far the stream goes; 0 before it has begun."""
    return connection.execute(LAST, {"at": stream}).scalar() or 0


def read(connection: Connection, stream: UUID, after: int, limit: int, asking: UUID, *, own: bool = False) -> Page:
    """At most ``limit`` entries after a position, without those that the kiosk ``asking`` wrote; ``own``: those alone.

    Looked through are ``limit`` positions whoever wrote them.
    """
    query = (
        select(_entry.position, _entry.line, tables.journal.c.kiosk)
        .join(tables.journal, tables.journal.c.id == _entry.journal)
        .where(_entry.stream == stream, _entry.position > after)
        .order_by(_entry.position)
        .limit(limit)
    )
    found = connection.execute(query).all()
    return Page([row.line for row in found if (row.kiosk == asking) is own], found[-1].position if found else after)


def learn(connection: Connection, lines: Iterable[tuple[UUID, Line]]) -> None:
    """Store what others wrote into their journals, which need not be whole here; what is here already is no news.

    What this release can't read is kept as well, for the one that can.
    """
    _store(connection, _unknown(connection, lines), set())


def take_back(connection: Connection, lines: Iterable[tuple[UUID, Line]]) -> int:
    """Store what this ledger wrote once and has lost, at the places it had; returns how much was missing.

    Facts written after the loss may stand at these places. They were carried into a newer journal, and remain there.
    """
    new = _unknown(connection, lines)
    freed: set[UUID] = set()
    for journal, line in new:
        _own(connection, journal, line.seq)
        place = (_entry.journal == journal) & (_entry.seq == line.seq)
        if stands := connection.execute(select(_entry.id, _entry.subject).where(place)).one_or_none():
            if not _is_elsewhere(connection, stands.id, journal):
                raise LookupError(f"fact {stands.id} was not carried out of {journal}")
            connection.execute(delete(tables.entry).where(place))
            freed.add(stands.subject)
    _store(connection, new, freed)
    return len(new)


def _own(connection: Connection, journal: UUID, seq: int) -> None:
    """Let this be a journal of ours that reaches so far, should it not be known any more."""
    table = tables.journal
    last = connection.execute(select(table.c.last_seq).where(table.c.id == journal)).scalar()
    if last is None:
        connection.execute(insert(table).values(id=journal, last_seq=seq))
    elif last < seq:
        connection.execute(update(table).where(table.c.id == journal).values(last_seq=seq))


def _is_elsewhere(connection: Connection, id: UUID, journal: UUID) -> bool:
    found = select(_entry.id).where(_entry.id == id, _entry.journal != journal)
    return connection.execute(found).first() is not None


def _unknown(connection: Connection, lines: Iterable[tuple[UUID, Line]]) -> list[tuple[UUID, Line]]:
    lines = list(lines)
    known = _known_ids(connection, [line.id for _, line in lines])
    return list({line.id: (journal, line) for journal, line in lines if line.id not in known}.values())


def _store(connection: Connection, new: list[tuple[UUID, Line]], touched: set[UUID]) -> None:
    if not new:
        return
    connection.execute(journals.INSERT, [journals.columns(journal, line) for journal, line in new])
    fresh = [Known(line.entry, line.event) for _, line in new if line.entry and line.event]
    touched |= {one.entry.subject for one in fresh}
    for one in fresh:
        if isinstance(one.event, ClockAnchored):
            touched |= rows.set_anchor(connection, HERE, one.event)
    rows.refold(connection, touched)


def _known_ids(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    known: set[UUID] = set()
    for chunk in chunks(ids):
        known.update(connection.execute(select(_entry.id).where(_entry.id.in_(chunk))).scalars())
    return known
