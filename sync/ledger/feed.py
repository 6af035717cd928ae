"""What a venue's kiosks tell each other through the server: read there, page by page, and learnt at a kiosk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update

from sync.domain.events import Unreadable, read_entry
from sync.ledger import authority, feed_positions, journals, tables
from sync.ledger.feed_positions import Position
from sync.ledger.journals import JournalLine
from sync.ledger.projections import chunks
from sync.ledger.tables import LOCAL_VENUE

UNREAD = ""  # the kind of an entry that could not be read
MAX_SIZE = 1024 * 1024  # characters: a page ends with the line that passes it
_entry = tables.entry.c


@dataclass(frozen=True)
class FeedPage:
    """Lines of a stream in order, and the position up to which it has been looked through.

    ``is_restart``: the position that was asked for is not of this database's; the reader begins again.
    """

    lines: Sequence[str]
    position: int
    server: Sequence[UUID] = ()  # the journals of the server itself
    mark: int | None = None  # of that position
    is_restart: bool = False


def read(
    connection: Connection, stream: UUID, after: Position, limit: int, asking: UUID, *, own: bool = False
) -> FeedPage:
    """At most ``limit`` entries after a position, without those that the kiosk ``asking`` wrote; ``own``: those alone.

    Looked through are ``limit`` positions whoever wrote them.
    """
    if not feed_positions.has(connection, stream, after):
        return FeedPage((), 0, is_restart=True)
    looked = (
        select(
            _entry.position,
            _entry.mark,
            _entry.line,
            (func.coalesce(tables.journal.c.kiosk, LOCAL_VENUE) == asking).label("own"),
        )
        .join(tables.journal, tables.journal.c.id == _entry.journal)
        .where(_entry.stream == stream, _entry.position > after.number)
        .order_by(_entry.position)
        .limit(limit)
    ).subquery("looked")
    size = case((looked.c.own == own, func.length(looked.c.line)), else_=0)
    before = func.sum(size).over(order_by=looked.c.position) - size
    sized = select(looked, before.label("before")).subquery("sized")
    found = connection.execute(select(sized).where(sized.c.before < MAX_SIZE).order_by(sized.c.position)).all()
    end = Position(found[-1].position, found[-1].mark) if found else feed_positions.end(connection, stream)
    lines = [row.line for row in found if row.own == own]
    return FeedPage(lines, end.number, authority.own_journals(connection), end.mark)


def learn(connection: Connection, lines: Iterable[JournalLine]) -> None:
    """Store what others wrote into their journals, which need not be whole here; what is here already is no news.

    What this release can't read is kept as well, for the one that can.
    """
    _store(connection, _unknown(connection, lines), set())


def take_back(connection: Connection, lines: Iterable[JournalLine]) -> int:
    """Store what this ledger wrote once and has lost, at the places it had; returns how much was missing.

    Facts written after the loss may stand at these places. They were carried into a newer journal, and remain there.
    """
    new = _unknown(connection, lines)
    freed: set[UUID] = set()
    for line in new:
        _own(connection, line)
        place = (_entry.journal == line.journal) & (_entry.seq == line.seq)
        if stands := connection.execute(select(_entry.id, _entry.line).where(place)).one_or_none():
            subjects = _subjects(stands.line)
            elsewhere = select(_entry.id).where(_near(subjects, [stands.id]), _entry.journal != line.journal)
            if connection.execute(elsewhere).first() is None:
                raise LookupError(f"fact {stands.id} was not carried out of {line.journal}")
            connection.execute(delete(tables.entry).where(place))
            freed.update(subjects)
    _store(connection, new, freed)
    return len(new)


def _subjects(line: str) -> list[UUID]:
    """What a stored line is about, whether or not it has an effect; nothing where it can't be read."""
    try:
        return [read_entry(line).subject]
    except Unreadable:
        return []


def _own(connection: Connection, line: JournalLine) -> None:
    """Let the line's be a journal of ours that reaches so far, should it not be known any more."""
    table = tables.journal
    last = connection.execute(select(table.c.last_seq).where(table.c.id == line.journal)).scalar()
    if last is None:
        connection.execute(insert(table).values(id=line.journal, last_seq=line.seq))
    elif last < line.seq:
        connection.execute(update(table).where(table.c.id == line.journal).values(last_seq=line.seq))


def _unknown(connection: Connection, lines: Iterable[JournalLine]) -> list[JournalLine]:
    """Those that are not stored yet, each once.

    A fact is known by its id and kind, so that no copy of another kind, and none that only the server may state, keeps
    away the one that was copied. What could not be read has no kind, and is known by its id alone.
    """
    lines = list(lines)
    here: set[tuple[UUID, int, UUID]] = set()  # where which fact stands
    facts: set[tuple[UUID, str]] = set()
    for chunk in chunks(lines):
        near = _near([line.entry.subject for line in chunk if line.entry], [line.id for line in chunk])
        stored = select(_entry.journal, _entry.seq, _entry.id, _entry.kind, _entry.quarantined).where(near)
        for row in connection.execute(stored):
            here.add((row.journal, row.seq, row.id))
            if not authority.is_refused(row.quarantined):
                facts.add((row.id, row.kind))
    new: dict[tuple[UUID, str], JournalLine] = {}
    for line in lines:
        fact = (line.id, line.entry.kind if line.entry else line.quarantined or "")
        if (line.journal, line.seq, line.id) not in here and facts.isdisjoint((fact, (line.id, UNREAD))):
            new[fact] = line
    return list(new.values())


def _near(subjects: Sequence[UUID], facts: Sequence[UUID]) -> ColumnElement[bool]:
    """These facts, looked for where facts of their subjects are: only the ids of quarantined ones have an index."""
    here = _entry.id.in_(facts)
    return or_(_entry.subject.in_(subjects) & here, _entry.quarantined.is_not(None) & here)


def _store(connection: Connection, new: Sequence[JournalLine], moved: set[UUID]) -> None:
    if not new:
        return
    beyond = journals.fold_lines(connection, new, LOCAL_VENUE, moved)
    journals.append_lines(connection, new, beyond=beyond)
