"""Forgets passes: removes their keyed hashes from the lines of journals, also from those that arrive later.

A line is identified by its journal, seq and id, never by its text, so rewriting it is seen by no comparison of journals
(forks, gaps, what a restored server lacks). The fact stays: the party was there. What is left of a pass is the subject
of the facts about it, so that a line that arrives late is recognised.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, select, update

from sync.domain.events import PassForgotten
from sync.ledger import tables
from sync.ledger.chunks import chunks
from sync.ledger.journal_lines import JournalLine, pass_id_of, read_line_of_any_journal, strip_pass
from sync.ledger.tables import LOCAL_VENUE

_entry, _pass = tables.entry.c, tables.pass_state.c


def erase(connection: Connection, venue: UUID, lines: Sequence[JournalLine]) -> tuple[Sequence[JournalLine], set[UUID]]:
    """New lines without the passes that are forgotten at this venue, by one of these lines or before.

    Rewrites the stored lines that name a pass which is forgotten now; returns their subjects too, to be folded again.
    """
    forgotten = {line.entry.subject for line in lines if line.entry and isinstance(line.event, PassForgotten)}
    named = {pass_id for line in lines if (pass_id := pass_id_of(line))}
    if not forgotten and not named:
        return lines, set()
    subjects = _rewrite(connection, venue, forgotten)
    forgotten |= _forgotten_of(connection, venue, named)
    return [strip_pass(line) if pass_id_of(line) in forgotten else line for line in lines], subjects


def erase_forgotten(connection: Connection, venue: UUID) -> set[UUID]:
    """Rewrite every stored line that names a pass which the venue has forgotten; returns their subjects."""
    stream = None if venue == LOCAL_VENUE else venue
    query = select(_entry.pass_id).join(tables.pass_state, (_pass.id == _entry.pass_id) & (_pass.venue == venue))
    query = query.where(_entry.pass_id.is_not(None), _entry.stream.is_not_distinct_from(stream), _pass.forgotten)
    return _rewrite(connection, venue, set(connection.execute(query.distinct()).scalars()))


def _forgotten_of(connection: Connection, venue: UUID, passes: Collection[UUID]) -> set[UUID]:
    forgotten: set[UUID] = set()
    for some in chunks(passes):
        query = select(_pass.id).where(_pass.id.in_(some), _pass.venue == venue, _pass.forgotten)
        forgotten.update(connection.execute(query).scalars())
    return forgotten


def _rewrite(connection: Connection, venue: UUID, passes: Collection[UUID]) -> set[UUID]:
    """Rewrite the venue's stored lines that name one of these passes; returns their subjects."""
    subjects: set[UUID] = set()
    stream = None if venue == LOCAL_VENUE else venue
    for some in chunks(passes):
        named = _entry.pass_id.in_(some) & _entry.pass_id.is_not(None) & _entry.stream.is_not_distinct_from(stream)
        rows = connection.execute(select(_entry.journal, _entry.seq, _entry.line).where(named)).all()
        with _overwriting(connection):
            for row in rows:
                line = strip_pass(read_line_of_any_journal(row.line.encode()))
                place = (_entry.journal == row.journal) & (_entry.seq == row.seq)
                connection.execute(update(tables.entry).where(place).values(line=line.text, pass_id=None))
                if line.entry:
                    subjects.add(line.entry.subject)
    return subjects


@contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """SQLite overwrites with zeros what is changed (sqlite.org/pragma.html#pragma_secure_delete).

    PostgreSQL removes the old rows when its autovacuum comes by.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
