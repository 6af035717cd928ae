"""Parses the lines of journals, and turns them into rows of the entry table."""

import json
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID, uuid5

import msgspec

from sync.domain.events import (
    Entry,
    Event,
    Unreadable,
    pass_of,
    read_entry,
    read_event,
    without_pass,
    write_body,
    write_entry,
)
from sync.domain.ids import pass_subject
from sync.ledger.fact_limits import EXCESS, Location
from sync.ledger.feed_positions import Position
from sync.validation import explain

MAX_SEQ = 2**53
MAX_REASON = 300  # characters


class BadFraming(ValueError):
    """A line that can't be placed in any journal: not a JSON object, or without a ``seq``."""


class JournalLine(msgspec.Struct, frozen=True, gc=False):
    """A parsed line. ``quarantined``: why this release can't read it; then ``entry`` and ``event`` are None."""

    journal: UUID
    seq: int
    id: UUID
    text: str
    entry: Entry | None
    event: Event | None
    quarantined: str | None


class _Framing(msgspec.Struct):
    """The fields that even an unreadable line must have."""

    seq: int
    id: object = None


class _JournalField(msgspec.Struct):
    journal: UUID


_framing_decoder = msgspec.json.Decoder(_Framing)
_journal_decoder = msgspec.json.Decoder(_JournalField)


def read_line(journal: UUID, raw: bytes) -> JournalLine:
    """Parse a line of this journal. Quarantines what this release can't read; raises BadFraming without a seq."""
    try:
        entry = read_entry(raw)
        if entry.journal != journal:
            raise Unreadable(f"it says journal {entry.journal}")
        event = read_event(entry)
    except Unreadable as why:
        return _quarantine(journal, raw, str(why))
    return JournalLine(journal, entry.seq, entry.id, raw.decode(), entry, event, None)


def read_line_of_any_journal(raw: bytes) -> JournalLine:
    """Parse a line that names its journal itself. Raises BadFraming where it doesn't."""
    try:
        journal = _journal_decoder.decode(raw).journal
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFraming(f"not a JSON object with a journal: {error}") from error
    return read_line(journal, raw)


def check_framing(journal: UUID, lines: Iterable[bytes]) -> None:
    """Raises BadFraming where one of the lines has no valid seq."""
    for line in lines:
        read_line(journal, line)


def write_line(entry: Entry, event: Event) -> JournalLine:
    """The line of an entry that this ledger writes itself."""
    return JournalLine(entry.journal, entry.seq, entry.id, write_entry(entry), entry, event, None)


def _quarantine(journal: UUID, raw: bytes, why: str) -> JournalLine:
    try:
        text = raw.decode()
        framing = _read_framing(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = explain(error, _Framing) if isinstance(error, msgspec.DecodeError) else str(error)
        raise BadFraming(f"not a JSON object with a seq: {why}") from error
    if not 1 <= framing.seq <= MAX_SEQ:
        raise BadFraming(f"seq {framing.seq} is not a place; places count from 1 to 2^53")
    return JournalLine(journal, framing.seq, _id_of(framing.id, journal, raw), text, None, None, _clean_reason(why))


def _read_framing(raw: bytes) -> _Framing:
    """Half a surrogate pair is legal JSON (RFC 8259 §8.2), but msgspec rejects it: then Python's parser decides."""
    try:
        return _framing_decoder.decode(raw)
    except msgspec.DecodeError:
        if b"\\u" not in raw:
            raise
    try:
        fields = json.loads(raw)
        return _Framing(msgspec.convert(fields["seq"], int), fields.get("id"))
    except (ValueError, LookupError, TypeError) as error:
        raise msgspec.DecodeError(str(error)) from error


def _clean_reason(why: str) -> str:
    """The reason, printable and short enough to be indexed: it may quote the line."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in why[:MAX_REASON])


def _id_of(claimed: object, journal: UUID, raw: bytes) -> UUID:
    """The id that an unreadable entry claims; without a valid one, an id derived from its text."""
    try:
        return UUID(str(claimed))
    except ValueError:
        return uuid5(journal, raw.decode())


def strip_pass(line: JournalLine) -> JournalLine:
    """The line without the pass that it names: its fact, its place and its id stay as they are."""
    if line.entry is None or line.event is None or pass_of(line.event) is None:
        return line
    event = without_pass(line.event)
    entry = msgspec.structs.replace(line.entry, body=write_body(event))
    return msgspec.structs.replace(line, text=write_entry(entry), entry=entry, event=event)


def pass_id_of(line: JournalLine) -> UUID | None:
    """The subject of the facts about the pass that a line names; None where it names none."""
    return None if line.event is None else _pass_id(line.event)


def _pass_id(event: Event | None) -> UUID | None:
    pass_hash = None if event is None else pass_of(event)
    return None if pass_hash is None else pass_subject(pass_hash)


def entry_rows(
    lines: Iterable[JournalLine], stream: UUID | None, first: Position | None, excess: Collection[Location] = ()
) -> Iterator[tuple[object, ...]]:
    """The lines as rows of the entry table, in the order of its columns.

    Readable lines get consecutive positions of the feed, from ``first`` on. Those in ``excess`` have no effect
    (fact_limits.py).
    """
    position, mark = first or (None, None)
    for line in lines:
        entry, key = line.entry, (line.journal, line.seq, line.id)
        if entry is None:
            yield *key, 0, "", None, None, None, line.quarantined, line.text, stream, None, None, None
            continue
        content: tuple[object, ...] = (entry.kind, entry.subject, entry.clock.boot, entry.clock.sure, None)
        if excess and (line.journal, line.seq) in excess:
            content = (entry.kind, None, None, None, EXCESS)
        yield *key, entry.tick, *content, line.text, stream, position, mark, _pass_id(line.event)
        position = position and position + 1
