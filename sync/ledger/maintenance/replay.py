"""After an upgrade: read again what could not be read, and fold everything anew, in small steps while others write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, tuple_, update

from sync.domain.events import ClockAnchored
from sync.ledger import authority, fact_limits, feed_positions, journals, projections, tables
from sync.ledger.journals import JournalLine
from sync.ledger.projections import SubjectKey
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

STEP = 500  # entries or subjects in one transaction: other writers wait no longer than for one of these
START = UUID(int=0)


@dataclass(frozen=True)
class ReplayProgress:
    """How far the work is."""

    what: str
    done: int
    of: int


def reread(store: Store) -> Iterator[ReplayProgress]:
    """Read quarantined entries again; those that this release understands are folded and told in their feed.

    Says how far it is.
    """
    with store.reading() as connection:
        total = connection.execute(_count_quarantined()).scalar_one()
    place, done = (START, 0), 0
    while True:
        with store.writing() as connection:
            step = connection.execute(_quarantined_after(place)).all()
            projections.refold_subjects(connection, _release(connection, step))
        if not step:
            return
        done += len(step)
        place = (step[-1].journal, step[-1].seq)
        yield ReplayProgress("entries read again", done, max(total, done))


def refuse(store: Store) -> Iterator[ReplayProgress]:
    """Take the effect from what kiosks have stated and only a server may. Says how far it is, step by step."""
    done = 0
    while True:
        with store.writing() as connection:
            step = authority.refuse_kiosks(connection)
        if not step:
            return
        done += step
        yield ReplayProgress("statements of kiosks that only the server may make set aside", done, done)


def refold(store: Store) -> Iterator[ReplayProgress]:
    """Fold every subject again, by this release's rules. Says how far it is, step by step."""
    subject = tables.entry.c.subject
    with store.reading() as connection:
        total = connection.execute(select(func.count(subject.distinct()))).scalar_one()
    last, done = START, 0
    while True:
        with store.writing() as connection:
            after = select(subject).where(subject > last).distinct().order_by(subject).limit(STEP)
            step = list(connection.execute(after).scalars())
            projections.refold_subjects(connection, projections.subjects_of_boot(connection, step))
        if not step:
            return
        last, done = step[-1], done + len(step)
        yield ReplayProgress("subjects folded", done, max(total, done))


def _count_quarantined() -> Select[Any]:
    quarantined = tables.entry.c.quarantined
    count = select(func.count()).select_from(tables.entry)
    return count.where(quarantined.is_not(None), quarantined != fact_limits.BEYOND)


def _quarantined_after(place: tuple[UUID, int]) -> Select[Any]:
    entry = tables.entry
    here = tuple_(entry.c.journal, entry.c.seq)
    waiting = select(entry.c.journal, entry.c.seq, entry.c.line, entry.c.stream)
    waiting = waiting.where(entry.c.quarantined.is_not(None), entry.c.quarantined != fact_limits.BEYOND, here > place)
    return waiting.order_by(entry.c.journal, entry.c.seq).limit(STEP)


def _release(connection: Connection, quarantined: Sequence[Row[Any]]) -> set[SubjectKey]:
    """Let go of what can be read now; returns the subjects that changes, and where."""
    touched: set[SubjectKey] = set()
    for row in quarantined:
        line, venue = journals.read_line(row.journal, row.line.encode()), row.stream or LOCAL_VENUE
        if line.entry is None or not authority.has_authority(connection, line):
            continue
        _understand(connection, line, row.stream)
        touched.add((venue, line.entry.subject))
        if isinstance(line.event, ClockAnchored):
            touched |= {(venue, subject) for subject in projections.set_anchor(connection, venue, line.event)}
    return touched


def _understand(connection: Connection, line: JournalLine, stream: UUID | None) -> None:
    """Write anew, in its old place, an entry that can be read by now, and tell it at the end of its feed."""
    table = tables.entry
    position = feed_positions.advance(connection, stream, 1) if stream else None
    place = (table.c.journal == line.journal) & (table.c.seq == line.seq)
    [row] = journals.rows_of([line], stream, position)
    connection.execute(update(table).where(place).values(dict(zip(table.c.keys(), row, strict=True))))
