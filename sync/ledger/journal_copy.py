"""Copies facts into a new journal: they keep their ids, so a reader that has them already counts them once."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, select, tuple_

from sync.domain.events import Entry, read_entry, write_entry
from sync.ledger import authority, journal_lines, journals, tables

STEP = 500  # facts in memory at once

_entry, _journal = tables.entry.c, tables.journal.c


class CopiedEntry(Struct, frozen=True):
    """A fact, and why it had no effect in its first journal; None: it had."""

    entry: Entry
    quarantined: str | None = None


def read_own(connection: Connection, journal: UUID | None, after: int | None) -> Iterator[list[CopiedEntry]]:
    """This ledger's facts after that seq of that journal (``after`` None: of all journals but the current one).

    In lists of at most STEP, each fact once, in the order (tick, id).
    """
    where = _journal.kiosk.is_(None) & _journal.current.is_(False)
    if after is not None:
        where &= (_journal.id == journal) & (_entry.seq > after)
    remaining: ColumnElement[bool] = where
    while step := _first(connection, remaining):
        last = step[-1].entry
        remaining = where & (_entry.tick >= last.tick) & (tuple_(_entry.tick, _entry.id) > (last.tick, last.id))
        yield list({copied.entry.id: copied for copied in step}.values())


def _first(connection: Connection, where: ColumnElement[bool]) -> list[CopiedEntry]:
    query = select(_entry.line, _entry.quarantined).join(tables.journal, _journal.id == _entry.journal).where(where)
    rows = connection.execute(query.order_by(_entry.tick, _entry.id).limit(STEP))
    return [CopiedEntry(read_entry(row.line), row.quarantined) for row in rows]


def read(connection: Connection, journal: UUID, after: int, limit: int) -> list[CopiedEntry]:
    """At most ``limit`` facts of a journal after the seq ``after``, in order."""
    query = select(_entry.line, _entry.quarantined).where(_entry.journal == journal, _entry.seq > after)
    rows = connection.execute(query.order_by(_entry.seq).limit(limit))
    return [CopiedEntry(read_entry(row.line), row.quarantined) for row in rows]


def append(connection: Connection, journal: UUID, last: int, facts: Sequence[CopiedEntry]) -> None:
    """Append them to a journal whose last seq is ``last``."""
    lines = []
    for seq, fact in enumerate(facts, start=last + 1):
        copy = write_entry(replace(fact.entry, journal=journal, seq=seq)).encode()
        line = journal_lines.read_line(journal, copy)
        lines.append(authority.without_authority(line) if authority.lacked_authority(fact.quarantined) else line)
    journals.append_lines(connection, lines)
