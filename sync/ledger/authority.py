"""Which facts only the server may state. From any other writer they are quarantined, and have no effect.

A server knows the writer of each journal. A kiosk learns with its feed which journals are the server's own; from an
older server, which does not say so, it accepts every statement.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from sync.domain.events import SERVER_KINDS
from sync.ledger import projector, tables
from sync.ledger.journal_lines import JournalLine, entry_rows, read_line_of_any_journal
from sync.ledger.projector import SubjectKey
from sync.ledger.tables import LOCAL_VENUE

REASON = "only the server may say "
KEY = "server journals"  # under which a kiosk remembers them
STEP = 500  # entries in memory at once

_entry, _journal = tables.entry.c, tables.journal.c


def needs_authority(line: JournalLine) -> bool:
    """Whether this is a fact that only the server may state."""
    return line.entry is not None and line.entry.kind in SERVER_KINDS


def without_authority(line: JournalLine) -> JournalLine:
    """A line of another writer than the server: quarantined where only the server may state its fact."""
    if line.entry is None or line.entry.kind not in SERVER_KINDS:
        return line
    return replace(line, entry=None, event=None, quarantined=f"{REASON}{line.entry.kind}")


def check(line: JournalLine, server: Collection[UUID]) -> JournalLine:
    """A line of any journal, where ``server`` are the server's journals: quarantined if it lacks authority."""
    return line if line.journal in server else without_authority(line)


def lacked_authority(quarantined: str | None) -> bool:
    """Whether this is the reason of an entry that was quarantined for want of authority."""
    return quarantined is not None and quarantined.startswith(REASON)


def has_authority(connection: Connection, line: JournalLine) -> bool:
    """Whether the line needs no authority, or its journal is the server's as far as this database knows."""
    if not needs_authority(line):
        return True
    if (server := server_journals(connection)) is not None:
        return line.journal in server
    return connection.execute(select(_journal.kiosk).where(_journal.id == line.journal)).scalar() is None


def own_journals(connection: Connection) -> list[UUID]:
    """A server's own journals, which its feeds name."""
    return list(connection.execute(select(_journal.id).where(_journal.kiosk.is_(None)).order_by(_journal.id)).scalars())


def server_journals(connection: Connection) -> set[UUID] | None:
    """The server's journals as a kiosk remembers them; None: no server has named them, or this is a server."""
    value = connection.execute(select(tables.local.c.value).where(tables.local.c.key == KEY)).scalar()
    journals = read_remembered({KEY: value})
    return None if journals is None else set(journals)


def read_remembered(local: Mapping[str, object]) -> list[UUID] | None:
    """The same from the values of the local table; None also where the value is not valid."""
    try:
        return msgspec.convert(local.get(KEY), list[UUID] | None)
    except msgspec.ValidationError:
        return None


def remember_server_journals(connection: Connection, server: Sequence[UUID]) -> None:
    """Remember at a kiosk which journals are the server's, and check the stored entries again."""
    if server_journals(connection) == set(server):
        return
    table = tables.local
    connection.execute(delete(table).where(table.c.key == KEY))
    connection.execute(insert(table).values(key=KEY, value=[str(journal) for journal in server]))
    entries = select(_entry.journal, _entry.seq, _entry.line, _entry.stream)
    effective = entries.where(_entry.kind.in_(SERVER_KINDS), _entry.quarantined.is_(None))
    refused = entries.where(_entry.quarantined.startswith(REASON))
    changed = _rewrite_all(connection, effective.where(_entry.journal.not_in(server)), effective=False)
    changed |= _rewrite_all(connection, refused.where(_entry.journal.in_(server)), effective=True)
    projector.refold_subjects(connection, changed)


def refuse_statements_of_kiosks(connection: Connection, limit: int = STEP) -> int:
    """On a server: quarantine what kiosks stated before this release refused it; returns how many entries that were."""
    entries = select(_entry.journal, _entry.seq, _entry.line, _entry.stream)
    entries = entries.join(tables.journal, _journal.id == _entry.journal)
    entries = entries.where(_entry.kind.in_(SERVER_KINDS), _entry.quarantined.is_(None), _journal.kiosk.is_not(None))
    rows = connection.execute(entries.limit(limit)).all()
    projector.refold_subjects(connection, {_rewrite(connection, row, effective=False) for row in rows})
    return len(rows)


def _rewrite_all(
    connection: Connection, entries: Select[UUID, int, str, UUID | None], *, effective: bool
) -> set[SubjectKey]:
    return {_rewrite(connection, row, effective=effective) for row in connection.execute(entries).all()}


def _rewrite(connection: Connection, row: Row[UUID, int, str, UUID | None], *, effective: bool) -> SubjectKey:
    """Rewrite an entry in its place, with effect or without; returns its venue and subject, which have to be folded."""
    line = read_line_of_any_journal(row.line.encode())
    subject = line.entry.subject if line.entry else LOCAL_VENUE
    values = next(entry_rows([line if effective else without_authority(line)], row.stream, None))
    place = (_entry.journal == row.journal) & (_entry.seq == row.seq)
    connection.execute(update(tables.entry).where(place).values(dict(zip(tables.entry.c.keys(), values, strict=True))))
    venue = row.stream or LOCAL_VENUE
    for table in (tables.session, tables.configuration):  # folding deletes no row of a subject that has no facts left
        connection.execute(delete(table).where(table.c.id == subject, table.c.venue == venue))
    return venue, subject
