"""Applies a new release's rules to old entries after an upgrade, in small steps between the writes of others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, tuple_, update

from sync.domain.events import ClockAnchored
from sync.ledger import authority, fact_limits, feed_positions, journal_lines, pass_erasure, projector, tables
from sync.ledger.journal_lines import JournalLine
from sync.ledger.projector import Projector, SubjectKey
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

STEP = 500  # entries or subjects in one transaction, which is the longest that other writers wait
START = UUID(int=0)


@dataclass(frozen=True)
class ReplayProgress:
    """How far the work is."""

    what: str
    done: int
    of: int


def reread(store: Store) -> Iterator[ReplayProgress]:
    """Parse quarantined entries again; those that this release can read get an effect, and a position of their feed."""
    with store.reading() as connection:
        total = connection.execute(_count_quarantined()).scalar_one()
    place, done = (START, 0), 0
    while True:
        with store.writing() as connection:
            step = connection.execute(_quarantined_after(place)).all()
            changed = _release(connection, step)
            projector.refold_subjects(connection, changed)
            projector.refold_subjects(connection, _without_forgotten_passes(connection, {key[0] for key in changed}))
        if not step:
            return
        done += len(step)
        place = (step[-1].journal, step[-1].seq)
        yield ReplayProgress("entries read again", done, max(total, done))


def refuse(store: Store) -> Iterator[ReplayProgress]:
    """On a server: quarantine what kiosks have stated and only a server may."""
    done = 0
    while True:
        with store.writing() as connection:
            step = authority.refuse_statements_of_kiosks(connection)
        if not step:
            return
        done += step
        yield ReplayProgress("statements of kiosks that only the server may make set aside", done, done)


def refold(store: Store) -> Iterator[ReplayProgress]:
    """Fold every subject again, by this release's rules."""
    subject = tables.entry.c.subject
    with store.reading() as connection:
        total = connection.execute(select(func.count(subject.distinct()))).scalar_one()
    last, done = START, 0
    while True:
        with store.writing() as connection:
            following = select(subject).where(subject > last).distinct().order_by(subject).limit(STEP)
            step = list(connection.execute(following).scalars())
            projector.refold_subjects(connection, projector.keys_of_subjects(connection, step))
        if not step:
            return
        last, done = step[-1], done + len(step)
        yield ReplayProgress("subjects folded", done, max(total, done))


def _count_quarantined() -> Select[Any]:
    quarantined = tables.entry.c.quarantined
    count = select(func.count()).select_from(tables.entry)
    return count.where(quarantined.is_not(None), quarantined != fact_limits.EXCESS)


def _quarantined_after(place: tuple[UUID, int]) -> Select[Any]:
    entry = tables.entry.c
    key = tuple_(entry.journal, entry.seq)
    rows = select(entry.journal, entry.seq, entry.line, entry.stream)
    rows = rows.where(entry.quarantined.is_not(None), entry.quarantined != fact_limits.EXCESS, key > place)
    return rows.order_by(entry.journal, entry.seq).limit(STEP)


def _release(connection: Connection, quarantined: Sequence[Row[Any]]) -> set[SubjectKey]:
    """Rewrite the entries that can be read by now; returns the subjects that have to be folded again."""
    changed: set[SubjectKey] = set()
    for row in quarantined:
        line, venue = journal_lines.read_line(row.journal, row.line.encode()), row.stream or LOCAL_VENUE
        if line.entry is None or not authority.has_authority(connection, line):
            continue
        _rewrite(connection, line, row.stream)
        changed.add((venue, line.entry.subject))
        if isinstance(line.event, ClockAnchored):
            moved = Projector(connection, venue).apply_anchor(line.event)
            changed |= {(venue, subject) for subject in moved}
    return changed


def _without_forgotten_passes(connection: Connection, venues: Iterable[UUID]) -> set[SubjectKey]:
    """Erase at these venues the passes that are forgotten, as far as it can be read by now."""
    return {(venue, subject) for venue in venues for subject in pass_erasure.erase_forgotten(connection, venue)}


def _rewrite(connection: Connection, line: JournalLine, stream: UUID | None) -> None:
    """Rewrite an entry in its place, with a new position at the end of its feed."""
    table = tables.entry
    position = feed_positions.advance(connection, stream, 1) if stream else None
    place = (table.c.journal == line.journal) & (table.c.seq == line.seq)
    [row] = journal_lines.entry_rows([line], stream, position)
    connection.execute(update(table).where(place).values(dict(zip(table.c.keys(), row, strict=True))))
