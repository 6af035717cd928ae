"""Placing entries: each journal dense from 1, one fact a place, the same fact twice is no news."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Select, select

from sync.domain.events import ClockAnchored, Entry, Event, Unreadable, read_entry, read_event, write_entry
from sync.ledger import feed_positions, projections, tables
from sync.ledger.fact_limits import BEYOND, KnownFacts, Location
from sync.ledger.feed_positions import Position
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.projections import chunks
from sync.ledger.tables import LOCAL_VENUE
from sync.validation import explain

MAX_SEQ = 2**53
MAX_REASON = 300  # characters


class BadFraming(ValueError):
    """A line that can't be placed in any journal: not a JSON object, or without a ``seq``."""


class NotOwner(Exception):
    """The journal belongs to another kiosk. ``last``: how far it is stored."""

    def __init__(self, why: str, last: int) -> None:
        super().__init__(why)
        self.last = last


class Absorbed(msgspec.Struct, frozen=True):
    """What became of a batch. Everything up to ``acknowledged`` is stored, whatever else is said here."""

    acknowledged: int
    quarantined: int = 0
    expected: int | None = None  # a gap: the entry that must come next
    forked: int | None = None  # at this place another fact is stored
    told: int = 0  # new entries that the feed tells
    feed_before: int | None = None  # the stream's last position without these, and with them
    feed: int | None = None
    mark_before: int | None = None  # of these two positions
    mark: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it found its place."""
        return self.expected is None and self.forked is None

    def then(self, part: "Absorbed") -> "Absorbed":
        """What became of all, when ``part`` is what became of the next lines. Others may have been told in between."""
        first = self if self.feed == part.feed_before else part
        quarantined, told = self.quarantined + part.quarantined, self.told + part.told
        before, mark = first.feed_before, first.mark_before
        return replace(part, quarantined=quarantined, told=told, feed_before=before, mark_before=mark)


class JournalLine(msgspec.Struct, frozen=True, gc=False):
    """An entry on its way into a journal, as far as it could be read."""

    journal: UUID
    seq: int
    id: UUID
    text: str
    entry: Entry | None
    event: Event | None
    quarantined: str | None


class _Placed(msgspec.Struct):
    """The least that a line must say."""

    seq: int
    id: object = None


_placed = msgspec.json.Decoder(_Placed)


def read_line(journal: UUID, raw: bytes) -> JournalLine:
    """One line of a push. What can't be understood yet is quarantined; raises BadFraming where it has no place."""
    try:
        entry = read_entry(raw)
        if entry.journal != journal:
            raise Unreadable(f"it says journal {entry.journal}")
        event = read_event(entry)
    except Unreadable as why:
        return _unread(journal, raw, str(why))
    return JournalLine(journal, entry.seq, entry.id, raw.decode(), entry, event, None)


def check_framing(journal: UUID, lines: Iterable[bytes]) -> None:
    """Raises BadFraming where one of the lines has no place."""
    for line in lines:
        read_line(journal, line)


class _Addressed(msgspec.Struct):
    journal: UUID


_addressed = msgspec.json.Decoder(_Addressed)


def read_anywhere(raw: bytes) -> JournalLine:
    """The same for a line that says itself which journal it is from. Raises BadFraming for one that doesn't."""
    try:
        journal = _addressed.decode(raw).journal
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFraming(f"not a JSON object with a journal: {error}") from error
    return read_line(journal, raw)


def _unread(journal: UUID, raw: bytes, why: str) -> JournalLine:
    try:
        text = raw.decode()
        placed = _placed_in(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = explain(error, _Placed) if isinstance(error, msgspec.DecodeError) else str(error)
        raise BadFraming(f"not a JSON object with a seq: {why}") from error
    if not 1 <= placed.seq <= MAX_SEQ:
        raise BadFraming(f"seq {placed.seq} is not a place; places count from 1 to 2^53")
    return JournalLine(journal, placed.seq, _identity(placed.id, journal, raw), text, None, None, _one_line(why))


def _placed_in(raw: bytes) -> _Placed:
    """The place of a line. Half a surrogate pair is legal JSON (RFC 8259 §8.2), but no text that msgspec would read."""
    try:
        return _placed.decode(raw)
    except msgspec.DecodeError:
        if b"\\u" not in raw:
            raise
    try:
        said = json.loads(raw)
        return _Placed(msgspec.convert(said["seq"], int), said.get("id"))
    except (ValueError, LookupError, TypeError) as error:
        raise msgspec.DecodeError(str(error)) from error


def _one_line(why: str) -> str:
    """The reason without what a line may have put into it: it is as short as can be indexed, and can be printed."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in why[:MAX_REASON])


def _identity(claimed: object, journal: UUID, raw: bytes) -> UUID:
    """The id that an unreadable entry claims; where that is none, one that follows from its text."""
    try:
        return UUID(str(claimed))
    except ValueError:
        return uuid5(journal, raw.decode())


def render_line(entry: Entry, event: Event) -> JournalLine:
    """An entry of our own."""
    return JournalLine(entry.journal, entry.seq, entry.id, write_entry(entry), entry, event, None)


def store_lines(connection: Connection, lines: Sequence[JournalLine], stream: UUID | None = None) -> int:
    """Append lines of one journal that follow its last, and fold what they touch. The caller has checked their places.

    Returns how many of them the feed ``stream`` tells: those that could be read.

    What they touch is folded before they are stored, so that nothing has to be read that is in hand; and the feed's
    positions are taken last, for whoever waits for them waits until the commit.
    """
    if not lines:
        return 0
    beyond = fold_lines(connection, lines, stream or LOCAL_VENUE)
    told = sum(line.entry is not None for line in lines) if stream else 0
    append_lines(
        connection, lines, stream, feed_positions.advance(connection, stream, told) if stream and told else None, beyond
    )
    hot_path(connection).move_on(lines[0].journal, lines[-1].seq)
    return told


def fold_lines(
    connection: Connection, lines: Iterable[JournalLine], venue: UUID, moved: Collection[UUID] = ()
) -> set[Location]:
    """Fold what these lines, which are stored after this, change; and these other subjects.

    Returns where those are that don't count, to be stored as such.
    """
    fresh = [KnownFacts(line.entry, line.event) for line in lines if line.entry and line.event]
    moved = set(moved)
    for one in fresh:
        if isinstance(one.event, ClockAnchored):
            moved |= projections.set_anchor(connection, venue, one.event)
    return projections.refold(connection, venue, moved, fresh)


def append_lines(
    connection: Connection,
    lines: Iterable[JournalLine],
    stream: UUID | None = None,
    first: Position | None = None,
    beyond: Collection[Location] = (),
) -> None:
    """Store lines; those that could be read are told in the feed of ``stream``, from this position on."""
    hot_path(connection).append(rows_of(lines, stream, first, beyond))


def rows_of(
    lines: Iterable[JournalLine], stream: UUID | None, first: Position | None, beyond: Collection[Location] = ()
) -> Iterator[tuple[object, ...]]:
    """The lines as rows of the entry table, column by column; those ``beyond`` have no effect (limits.py)."""
    position, mark = first or (None, None)
    for line in lines:
        entry = line.entry
        if entry is None:
            yield (
                line.journal,
                line.seq,
                line.id,
                0,
                "",
                None,
                None,
                None,
                line.quarantined,
                line.text,
                stream,
                None,
                None,
            )
            continue
        where, stamp = (line.journal, line.seq, line.id, entry.tick), entry.clock
        about: tuple[object, ...] = (entry.kind, entry.subject, stamp.boot, stamp.sure, None)
        if beyond and (line.journal, line.seq) in beyond:
            about = (entry.kind, None, None, None, BEYOND)
        yield *where, *about, line.text, stream, position, mark
        position = position and position + 1


def place_lines(
    connection: Connection, journal: UUID, last: int, lines: Iterable[JournalLine], stream: UUID | None = None
) -> Absorbed:
    """Store what follows ``last``, pass over what is stored already, and stop at a gap or a fork."""
    lines, before = list(lines), feed_positions.end(connection, stream) if stream else None
    stored = _stored_ids(connection, journal, [line.seq for line in lines if line.seq <= last])
    fresh: list[JournalLine] = []
    expected = forked = None
    for line in lines:
        known = stored.get(line.seq)
        if known is None and line.seq == last + len(fresh) + 1:
            fresh.append(line)
            stored[line.seq] = line.id
        elif known is None:
            expected = last + len(fresh) + 1
            break
        elif known != line.id:
            forked = line.seq
            break
    told = store_lines(connection, fresh, stream)
    quarantined = sum(line.quarantined is not None for line in lines)
    absorbed = Absorbed(last + len(fresh), quarantined, expected, forked, told)
    if stream is None or before is None:
        return absorbed
    end, mark = feed_positions.end(connection, stream) if told else before
    return replace(absorbed, feed_before=end - told, feed=end, mark_before=before.mark, mark=mark)


def _stored_ids(connection: Connection, journal: UUID, seqs: list[int]) -> dict[int, UUID]:
    table = tables.entry
    found: dict[int, UUID] = {}
    for chunk in chunks(seqs):
        rows_ = connection.execute(
            select(table.c.seq, table.c.id).where(table.c.journal == journal, table.c.seq.in_(chunk))
        )
        found.update((row.seq, row.id) for row in rows_)
    return found


def lines_after(journal: UUID, after: int, limit: int) -> Select[Any]:
    """At most so many lines of a journal after a place, in order."""
    table = tables.entry
    later = select(table.c.line).where(table.c.journal == journal, table.c.seq > after)
    return later.order_by(table.c.seq).limit(limit)
