"""Which facts only the server may state. What else states one is stored, counted as quarantined, and has no effect.

A server knows by who wrote the journal. A kiosk learns with its feed which journals are the server's own; from a server
that does not say so it takes every statement, as before.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from sync.domain.events import SERVER_KINDS
from sync.ledger import projections, tables
from sync.ledger.journals import JournalLine, read_anywhere, rows_of
from sync.ledger.projections import SubjectKey
from sync.ledger.tables import LOCAL_VENUE

REASON = "only the server may say "
KEY = "server journals"  # under which a kiosk remembers them
STEP = 500  # entries in memory at once

_entry, _journal = tables.entry.c, tables.journal.c


def needs_authority(line: JournalLine) -> bool:
    """Whether this is a fact that only the server may state."""
    return line.entry is not None and line.entry.kind in SERVER_KINDS


def without_authority(line: JournalLine) -> JournalLine:
    """A line that the server has not written: quarantined where only the server may say it."""
    if line.entry is None or line.entry.kind not in SERVER_KINDS:
        return line
    return replace(line, entry=None, event=None, quarantined=f"{REASON}{line.entry.kind}")


def checked(line: JournalLine, server: Collection[UUID]) -> JournalLine:
    """A line of any journal, where these are the server's."""
    return line if line.journal in server else without_authority(line)


def is_refused(quarantined: str | None) -> bool:
    """Whether an entry was quarantined for want of authority."""
    return quarantined is not None and quarantined.startswith(REASON)


def as_stored_before(line: JournalLine, quarantined: str | None) -> JournalLine:
    """A line that is carried into another journal of its writer: what had no effect gets none by that."""
    return without_authority(line) if is_refused(quarantined) else line


def has_authority(connection: Connection, line: JournalLine) -> bool:
    """Whether this database takes the line's journal for the server's, or the line needs no authority."""
    if not needs_authority(line):
        return True
    if (known := server_journals(connection)) is not None:
        return line.journal in known
    return connection.execute(select(_journal.kiosk).where(_journal.id == line.journal)).scalar() is None


def own_journals(connection: Connection) -> list[UUID]:
    """A server's own journals, which its feeds name."""
    return list(connection.execute(select(_journal.id).where(_journal.kiosk.is_(None)).order_by(_journal.id)).scalars())


def server_journals(connection: Connection) -> set[UUID] | None:
    """The server's journals as a kiosk remembers them; None: it was never told, or this is a server."""
    found = connection.execute(select(tables.local.c.value).where(tables.local.c.key == KEY)).scalar()
    known = remembered({KEY: found})
    return None if known is None else set(known)


def remembered(local: Mapping[str, object]) -> list[UUID] | None:
    """The same of what a kiosk keeps to itself; None: it was never told, or what it kept can't be read."""
    try:
        return msgspec.convert(local.get(KEY), list[UUID] | None)
    except msgspec.ValidationError:
        return None


def remember_server_journals(connection: Connection, server: Sequence[UUID]) -> None:
    """At a kiosk: these are the server's journals. What is stored already is judged again by that."""
    if server_journals(connection) == set(server):
        return
    table = tables.local
    connection.execute(delete(table).where(table.c.key == KEY))
    connection.execute(insert(table).values(key=KEY, value=[str(one) for one in server]))
    stated = select(_entry.journal, _entry.seq, _entry.line, _entry.stream)
    counted = stated.where(_entry.kind.in_(SERVER_KINDS), _entry.quarantined.is_(None), _entry.journal.not_in(server))
    refused = stated.where(_entry.quarantined.startswith(REASON), _entry.journal.in_(server))
    places = _rewrite(connection, counted, effective=False) | _rewrite(connection, refused, effective=True)
    projections.refold_subjects(connection, places)


def refuse_kiosks(connection: Connection, limit: int = STEP) -> int:
    """On a server: quarantine what kiosks have stated before this release refused it; returns how many there were."""
    stated = select(_entry.journal, _entry.seq, _entry.line, _entry.stream)
    stated = stated.join(tables.journal, _journal.id == _entry.journal)
    stated = stated.where(_entry.kind.in_(SERVER_KINDS), _entry.quarantined.is_(None), _journal.kiosk.is_not(None))
    found = connection.execute(stated.limit(limit)).all()
    projections.refold_subjects(connection, {_write(connection, row, effective=False) for row in found})
    return len(found)


def _rewrite(
    connection: Connection, stated: Select[UUID, int, str, UUID | None], *, effective: bool
) -> set[SubjectKey]:
    return {_write(connection, row, effective=effective) for row in connection.execute(stated).all()}


def _write(connection: Connection, row: Row[UUID, int, str, UUID | None], *, effective: bool) -> SubjectKey:
    """Store the entry anew in its place, with effect or without; returns the subject that changes, and where."""
    line = read_anywhere(row.line.encode())
    subject = line.entry.subject if line.entry else LOCAL_VENUE
    values = next(rows_of([line if effective else without_authority(line)], row.stream, None))
    place = (_entry.journal == row.journal) & (_entry.seq == row.seq)
    connection.execute(update(tables.entry).where(place).values(dict(zip(tables.entry.c.keys(), values, strict=True))))
    venue = row.stream or LOCAL_VENUE
    for table in (tables.session, tables.configuration):  # a subject of which nothing else is known has no row
        connection.execute(delete(table).where(table.c.id == subject, table.c.venue == venue))
    return venue, subject
