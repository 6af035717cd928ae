"""The feed through which a venue's kiosks learn of each other: read page by page on the server, applied at a kiosk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update

from sync.domain.events import Unreadable, read_entry
from sync.ledger import authority, feed_positions, tables
from sync.ledger.chunks import chunks
from sync.ledger.feed_positions import Position
from sync.ledger.journal_lines import JournalLine
from sync.ledger.projector import Projector
from sync.ledger.tables import LOCAL_VENUE

UNREAD = ""  # the kind of an entry that could not be read
MAX_SIZE = 1024 * 1024  # characters: a page ends with the line that exceeds it
_entry = tables.entry.c


@dataclass(frozen=True)
class FeedPage:
    """Lines of a stream in order, and the position up to which it has been searched.

    ``is_restart``: the requested position is not of this database; the reader begins again.
    """

    lines: Sequence[str]
    position: int
    server: Sequence[UUID] = ()  # the journals of the server itself
    mark: int | None = None  # of that position
    is_restart: bool = False


def read(
    connection: Connection, stream: UUID, after: Position, limit: int, reader: UUID, *, own: bool = False
) -> FeedPage:
    """Search ``limit`` positions after ``after``: the entries of others than the kiosk ``reader``; ``own``: its own."""
    if not feed_positions.is_valid(connection, stream, after):
        return FeedPage((), 0, is_restart=True)
    searched = (
        select(
            _entry.position,
            _entry.mark,
            _entry.line,
            (func.coalesce(tables.journal.c.kiosk, LOCAL_VENUE) == reader).label("own"),
        )
        .join(tables.journal, tables.journal.c.id == _entry.journal)
        .where(_entry.stream == stream, _entry.position > after.number)
        .order_by(_entry.position)
        .limit(limit)
    ).subquery("searched")
    size = case((searched.c.own == own, func.length(searched.c.line)), else_=0)
    size_before = func.sum(size).over(order_by=searched.c.position) - size
    sized = select(searched, size_before.label("size_before")).subquery("sized")
    page = select(sized).where(sized.c.size_before < MAX_SIZE).order_by(sized.c.position)
    rows = connection.execute(page).all()
    end = Position(rows[-1].position, rows[-1].mark) if rows else feed_positions.end(connection, stream)
    lines = [row.line for row in rows if row.own == own]
    return FeedPage(lines, end.number, authority.own_journals(connection), end.mark)


def apply(connection: Connection, lines: Iterable[JournalLine]) -> None:
    """Store what others wrote into their journals, which need not be complete here; skip what is stored already.

    Lines that this release can't read are stored too, for one that can.
    """
    if new := _new_lines(connection, lines):
        Projector(connection).apply(new)


def restore_own(connection: Connection, lines: Iterable[JournalLine]) -> int:
    """Store what this ledger wrote once and has lost, at the places it had; returns how many lines were missing.

    Facts written after the loss may occupy these places. They were copied into a newer journal, and remain in that one.
    Raises LookupError for one that was not.
    """
    new = _new_lines(connection, lines)
    changed: set[UUID] = set()
    for line in new:
        _ensure_own_journal(connection, line)
        place = (_entry.journal == line.journal) & (_entry.seq == line.seq)
        if occupant := connection.execute(select(_entry.id, _entry.line).where(place)).one_or_none():
            subjects = _subject_of(occupant.line)
            copies = select(_entry.id).where(_is_fact(subjects, [occupant.id]), _entry.journal != line.journal)
            if connection.execute(copies).first() is None:
                raise LookupError(f"fact {occupant.id} was not carried out of {line.journal}")
            connection.execute(delete(tables.entry).where(place))
            changed.update(subjects)
    if new:
        Projector(connection).apply(new, changed)
    return len(new)


def _subject_of(line: str) -> list[UUID]:
    """The subject of a stored line, whether or not it has an effect; none where the line can't be read."""
    try:
        return [read_entry(line).subject]
    except Unreadable:
        return []


def _ensure_own_journal(connection: Connection, line: JournalLine) -> None:
    """Make the line's journal one of this ledger's that goes as far as the line."""
    table = tables.journal
    last = connection.execute(select(table.c.last_seq).where(table.c.id == line.journal)).scalar()
    if last is None:
        connection.execute(insert(table).values(id=line.journal, last_seq=line.seq))
    elif last < line.seq:
        connection.execute(update(table).where(table.c.id == line.journal).values(last_seq=line.seq))


def _new_lines(connection: Connection, lines: Iterable[JournalLine]) -> list[JournalLine]:
    """The lines that are not stored yet, each fact once.

    A fact is identified by id and kind, so that no entry of another kind, and none without authority, suppresses a
    fact by copying its id. An unreadable line has no kind, and is identified by its id alone.
    """
    lines = list(lines)
    stored_places: set[tuple[UUID, int, UUID]] = set()
    stored_facts: set[tuple[UUID, str]] = set()
    for chunk in chunks(lines):
        candidates = _is_fact([line.entry.subject for line in chunk if line.entry], [line.id for line in chunk])
        columns = select(_entry.journal, _entry.seq, _entry.id, _entry.kind, _entry.quarantined)
        for row in connection.execute(columns.where(candidates)):
            stored_places.add((row.journal, row.seq, row.id))
            if not authority.lacked_authority(row.quarantined):
                stored_facts.add((row.id, row.kind))
    new: dict[tuple[UUID, str], JournalLine] = {}
    for line in lines:
        fact = (line.id, line.entry.kind if line.entry else line.quarantined or "")
        is_stored = (line.journal, line.seq, line.id) in stored_places
        if not is_stored and stored_facts.isdisjoint((fact, (line.id, UNREAD))):
            new[fact] = line
    return list(new.values())


def _is_fact(subjects: Sequence[UUID], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Entries with these ids, found by the index of their subjects: only ids of quarantined entries are indexed."""
    has_id = _entry.id.in_(ids)
    return or_(_entry.subject.in_(subjects) & has_id, _entry.quarantined.is_not(None) & has_id)
