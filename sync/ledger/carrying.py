"""Taking facts over into a new journal: they keep their ids, so whoever has them already counts them once."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, select, tuple_

from sync.domain.events import Entry, read_entry, write_entry
from sync.ledger import journals, tables

STEP = 500  # facts in memory at once, however many there are

_entry, _journal = tables.entry.c, tables.journal.c


def take(connection: Connection, journal: UUID | None, after: int | None) -> Iterator[list[Entry]]:
    """Our own facts after that place of that journal (``after`` None: of all journals but the current one), in steps.

    Each once, in the order that counts.
    """
    where = _journal.kiosk.is_(None) & _journal.current.is_(False)
    if after is not None:
        where &= (_journal.id == journal) & (_entry.seq > after)
    here: ColumnElement[bool] = where
    while some := _first(connection, here):
        here = where & (_entry.tick >= some[-1].tick) & (tuple_(_entry.tick, _entry.id) > (some[-1].tick, some[-1].id))
        yield list({one.id: one for one in some}.values())


def _first(connection: Connection, where: ColumnElement[bool]) -> list[Entry]:
    query = select(_entry.line).join(tables.journal, _journal.id == _entry.journal).where(where)
    return list(map(read_entry, connection.execute(query.order_by(_entry.tick, _entry.id).limit(STEP)).scalars()))


def append(connection: Connection, journal: UUID, last: int, facts: Sequence[Entry]) -> None:
    """Put them at the end of a journal whose last place is ``last``."""
    moved = (replace(entry, journal=journal, seq=last + 1 + i) for i, entry in enumerate(facts))
    journals.store(connection, [journals.read_line(journal, write_entry(one).encode()) for one in moved])
