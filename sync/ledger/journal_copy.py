"""Taking facts over into a new journal: they keep their ids, so whoever has them already counts them once."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, select, tuple_

from sync.domain.events import Entry, read_entry, write_entry
from sync.ledger import authority, journals, tables

STEP = 500  # facts in memory at once, however many there are

_entry, _journal = tables.entry.c, tables.journal.c


class CopiedEntries(Struct, frozen=True):
    """A fact, and why it had no effect where it stood; None: it had."""

    entry: Entry
    quarantined: str | None = None


def take(connection: Connection, journal: UUID | None, after: int | None) -> Iterator[list[CopiedEntries]]:
    """Our own facts after that place of that journal (``after`` None: of all journals but the current one), in steps.

    Each once, in the order that counts.
    """
    where = _journal.kiosk.is_(None) & _journal.current.is_(False)
    if after is not None:
        where &= (_journal.id == journal) & (_entry.seq > after)
    here: ColumnElement[bool] = where
    while some := _first(connection, here):
        end = some[-1].entry
        here = where & (_entry.tick >= end.tick) & (tuple_(_entry.tick, _entry.id) > (end.tick, end.id))
        yield list({one.entry.id: one for one in some}.values())


def _first(connection: Connection, where: ColumnElement[bool]) -> list[CopiedEntries]:
    query = select(_entry.line, _entry.quarantined).join(tables.journal, _journal.id == _entry.journal).where(where)
    found = connection.execute(query.order_by(_entry.tick, _entry.id).limit(STEP))
    return [CopiedEntries(read_entry(row.line), row.quarantined) for row in found]


def read(connection: Connection, journal: UUID, after: int, limit: int) -> list[CopiedEntries]:
    """At most ``limit`` facts of a journal after a place, in its own order."""
    query = select(_entry.line, _entry.quarantined).where(_entry.journal == journal, _entry.seq > after)
    found = connection.execute(query.order_by(_entry.seq).limit(limit))
    return [CopiedEntries(read_entry(row.line), row.quarantined) for row in found]


def append(connection: Connection, journal: UUID, last: int, facts: Sequence[CopiedEntries]) -> None:
    """Put them at the end of a journal whose last place is ``last``."""
    lines = []
    for seq, fact in enumerate(facts, start=last + 1):
        moved = write_entry(replace(fact.entry, journal=journal, seq=seq)).encode()
        lines.append(authority.as_stored_before(journals.read_line(journal, moved), fact.quarantined))
    journals.store_lines(connection, lines)
