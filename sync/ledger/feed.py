"""What a venue's kiosks tell each other through the server: read there, page by page, and learnt at a kiosk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update

from sync.ledger import journals, tables
from sync.ledger.journals import Line
from sync.ledger.rows import chunks
from sync.ledger.tables import HERE

MAX_SIZE = 1024 * 1024  # characters: a page ends with the line that passes it
_entry = tables.entry.c


@dataclass(frozen=True)
class Page:
    """Lines of a stream in order, and the position up to which it has been looked through."""

    lines: Sequence[str]
    position: int


def read(connection: Connection, stream: UUID, after: int, limit: int, asking: UUID, *, own: bool = False) -> Page:
    """At most ``limit`` entries after a position, without those that the kiosk ``asking`` wrote; ``own``: those alone.

    Looked through are ``limit`` positions whoever wrote them.
    """
    looked = (
        select(_entry.position, _entry.line, (func.coalesce(tables.journal.c.kiosk, HERE) == asking).label("own"))
        .join(tables.journal, tables.journal.c.id == _entry.journal)
        .where(_entry.stream == stream, _entry.position > after)
        .order_by(_entry.position)
        .limit(limit)
    ).subquery("looked")
    size = case((looked.c.own == own, func.length(looked.c.line)), else_=0)
    before = func.sum(size).over(order_by=looked.c.position) - size
    sized = select(looked, before.label("before")).subquery("sized")
    found = connection.execute(select(sized).where(sized.c.before < MAX_SIZE).order_by(sized.c.position)).all()
    return Page([row.line for row in found if row.own == own], found[-1].position if found else after)


def learn(connection: Connection, lines: Iterable[Line]) -> None:
    """Store what others wrote into their journals, which need not be whole here; what is here already is no news.

    What this release can't read is kept as well, for the one that can.
    """
    _store(connection, _unknown(connection, lines), set())


def take_back(connection: Connection, lines: Iterable[Line]) -> int:
    """Store what this ledger wrote once and has lost, at the places it had; returns how much was missing.

    Facts written after the loss may stand at these places. They were carried into a newer journal, and remain there.
    """
    new = _unknown(connection, lines)
    freed: set[UUID] = set()
    for line in new:
        _own(connection, line)
        place = (_entry.journal == line.journal) & (_entry.seq == line.seq)
        if stands := connection.execute(select(_entry.id, _entry.subject).where(place)).one_or_none():
            elsewhere = select(_entry.id).where(_near([stands.subject], [stands.id]), _entry.journal != line.journal)
            if connection.execute(elsewhere).first() is None:
                raise LookupError(f"fact {stands.id} was not carried out of {line.journal}")
            connection.execute(delete(tables.entry).where(place))
            freed |= {stands.subject} - {None}
    _store(connection, new, freed)
    return len(new)


def _own(connection: Connection, line: Line) -> None:
    """Let the line's be a journal of ours that reaches so far, should it not be known any more."""
    table = tables.journal
    last = connection.execute(select(table.c.last_seq).where(table.c.id == line.journal)).scalar()
    if last is None:
        connection.execute(insert(table).values(id=line.journal, last_seq=line.seq))
    elif last < line.seq:
        connection.execute(update(table).where(table.c.id == line.journal).values(last_seq=line.seq))


def _unknown(connection: Connection, lines: Iterable[Line]) -> list[Line]:
    lines = list(lines)
    known: set[UUID] = set()
    for chunk in chunks(lines):
        near = _near([line.entry.subject for line in chunk if line.entry], [line.id for line in chunk])
        known.update(connection.execute(select(_entry.id).where(near)).scalars())
    return list({line.id: line for line in lines if line.id not in known}.values())


def _near(subjects: Sequence[UUID], facts: Sequence[UUID]) -> ColumnElement[bool]:
    """These facts, looked for where facts of their subjects are: of their ids there is no index."""
    return or_(_entry.subject.in_(subjects), _entry.quarantined.is_not(None)) & _entry.id.in_(facts)


def _store(connection: Connection, new: Sequence[Line], moved: set[UUID]) -> None:
    if not new:
        return
    journals.fold(connection, new, HERE, moved)
    journals.append(connection, new)
