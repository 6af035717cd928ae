"""Placing entries: each journal dense from 1, one fact a place, the same fact twice is no news."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from sync.domain.events import ClockAnchored, Entry, Event, Unreadable, read_entry, read_event, write_entry
from sync.ledger import locks, rows, tables
from sync.ledger.rows import Known, chunks
from sync.ledger.tables import HERE

MAX_SEQ = 2**53
MAX_REASON = 300  # characters

INSERT = insert(tables.entry)  # made once: making a statement costs as much as running it
MOVE_ON = update(tables.journal).where(tables.journal.c.id == bindparam("at")).values(last_seq=bindparam("last"))


class BadFraming(ValueError):
    """A line that can't be placed in any journal: not a JSON object, or without a ``seq``."""


class NotYours(Exception):
    """The journal belongs to another kiosk."""


@dataclass(frozen=True)
class Absorbed:
    """What became of a batch. Everything up to ``acknowledged`` is stored, whatever else is said here."""

    acknowledged: int
    quarantined: int = 0
    expected: int | None = None  # a gap: the entry that must come next
    forked: int | None = None  # at this place another fact is stored
    stored: tuple[int, ...] = ()  # the places that were new and could be read
    feed_before: int | None = None  # the stream's last position without these, and with them
    feed: int | None = None


@dataclass(frozen=True)
class Line:
    """An entry on its way into a journal, as far as it could be read."""

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


def read_line(journal: UUID, raw: bytes) -> Line:
    """One line of a push. What can't be understood yet is quarantined; raises BadFraming where it has no place."""
    try:
        entry = read_entry(raw)
        if entry.journal != journal:
            raise Unreadable(f"it says journal {entry.journal}")
        event = read_event(entry)
    except Unreadable as why:
        return _unread(journal, raw, str(why))
    return Line(entry.seq, entry.id, raw.decode(), entry, event, None)


class _Addressed(msgspec.Struct):
    journal: UUID


_addressed = msgspec.json.Decoder(_Addressed)


def read_anywhere(raw: bytes) -> tuple[UUID, Line]:
    """The same for a line that says itself which journal it is from. Raises BadFraming for one that doesn't."""
    try:
        journal = _addressed.decode(raw).journal
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFraming(f"not a JSON object with a journal: {error}") from error
    return journal, read_line(journal, raw)


def _unread(journal: UUID, raw: bytes, why: str) -> Line:
    try:
        text = raw.decode()
        placed = _placed_in(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFraming(f"not a JSON object with a seq: {error}") from error
    if not 1 <= placed.seq <= MAX_SEQ:
        raise BadFraming(f"seq {placed.seq} is not a place; places count from 1 to 2^53")
    return Line(placed.seq, _identity(placed.id, journal, raw), text, None, None, _one_line(why))


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


def written(entry: Entry, event: Event) -> Line:
    """An entry of our own."""
    return Line(entry.seq, entry.id, write_entry(entry), entry, event, None)


def store(connection: Connection, journal: UUID, lines: Sequence[Line], stream: UUID | None = None) -> None:
    """Append lines that follow the journal's last, and fold what they touch. The caller has checked their places."""
    if not lines:
        return
    connection.execute(INSERT, [columns(journal, line, stream) for line in lines])
    connection.execute(MOVE_ON, {"at": journal, "last": lines[-1].seq})
    fresh = [Known(line.entry, line.event, stream or HERE) for line in lines if line.entry and line.event]
    locks.hold(connection, fresh)
    touched = {one.entry.subject for one in fresh}
    for one in fresh:
        if isinstance(one.event, ClockAnchored):
            touched |= rows.set_anchor(connection, one.venue, one.event)
    rows.refold(connection, touched, fresh)


def columns(journal: UUID, line: Line, stream: UUID | None = None) -> dict[str, object]:
    """The line as a row of the entry table."""
    entry = line.entry
    return {
        "journal": journal,
        "seq": line.seq,
        "id": line.id,
        "tick": entry.tick if entry else 0,
        "kind": entry.kind if entry else "",
        "subject": entry.subject if entry else None,
        "boot": entry.clock.boot if entry else None,
        "sure": entry.clock.sure if entry else None,
        "quarantined": line.quarantined,
        "line": line.text,
        "stream": stream,
    }


def place(
    connection: Connection, journal: UUID, last: int, lines: Iterable[Line], stream: UUID | None = None
) -> Absorbed:
    """Store what follows ``last``, pass over what is stored already, and stop at a gap or a fork."""
    lines = list(lines)
    stored = _stored_ids(connection, journal, [line.seq for line in lines if line.seq <= last])
    fresh: list[Line] = []
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
    store(connection, journal, fresh, stream)
    quarantined = sum(line.quarantined is not None for line in lines)
    read = tuple(line.seq for line in fresh if line.entry)
    return Absorbed(last + len(fresh), quarantined, expected, forked, read)


def _stored_ids(connection: Connection, journal: UUID, seqs: list[int]) -> dict[int, UUID]:
    table = tables.entry
    found: dict[int, UUID] = {}
    for chunk in chunks(seqs):
        rows_ = connection.execute(
            select(table.c.seq, table.c.id).where(table.c.journal == journal, table.c.seq.in_(chunk))
        )
        found.update((row.seq, row.id) for row in rows_)
    return found
