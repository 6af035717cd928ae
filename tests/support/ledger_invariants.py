"""Checks a ledger's file without the ledger's own code: places, identities, and rows against the entries."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import reduce
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from sync.domain.clock import is_plausible, more_exact, resolve_moment
from sync.domain.events import ActUndone, ClockAnchored, Entry, Unreadable, read_entry, read_event
from sync.domain.fold import Fact, fold_session, fold_visit
from sync.domain.session import Closing, Session
from sync.domain.visit import Visit
from sync.ledger import projections, tables
from sync.ledger.ledger import Ledger
from sync.ledger.tables import LOCAL_VENUE

Place = tuple[UUID, UUID]  # a venue and a subject
Rows = tuple[dict[Place, Session], dict[Place, Visit]]
VISITS = ("visit", "phone", "pulse", "stow", "act")  # an undoing counts for the subject that has other facts


def entries(ledger: Ledger) -> list[Entry]:
    """Every entry that is stored, journal by journal."""
    table = tables.entry
    with ledger.store.reading() as connection:
        lines = connection.execute(select(table.c.line).order_by(table.c.journal, table.c.seq)).scalars()
        return [read_entry(line) for line in lines]


def venues(ledger: Ledger) -> Callable[[Entry], UUID]:
    """To which venue each entry that is stored belongs."""
    table = tables.entry.c
    with ledger.store.reading() as connection:
        streams = {
            (row[0], row[1]): row[2] for row in connection.execute(select(table.journal, table.seq, table.stream))
        }
    return lambda entry: streams[entry.journal, entry.seq] or LOCAL_VENUE


def stored(ledger: Ledger) -> Rows:
    """Sessions and visits as the tables have them."""
    with ledger.store.reading() as connection:
        sessions = {
            (row.venue, row.id): projections.read_session(row) for row in connection.execute(select(tables.session))
        }
        visits = {(row.venue, row.id): projections.read_visit(row) for row in connection.execute(select(tables.visit))}
    return sessions, visits


def folded(written: Iterable[Entry], venue_of: Callable[[Entry], UUID] = lambda _: LOCAL_VENUE) -> Rows:
    """Sessions and visits as these entries add up to, by the domain's fold alone, in whatever order they come."""
    apart: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in written:
        apart[venue_of(entry)].append(entry)
    sessions: dict[Place, Session] = {}
    visits: dict[Place, Visit] = {}
    for venue, own in apart.items():
        in_sessions, in_visits = _folded(own)
        sessions |= {(venue, one.id): one for one in in_sessions}
        visits |= {(venue, one.id): one for one in in_visits}
    return sessions, visits


def _folded(written: Iterable[Entry]) -> tuple[list[Session], list[Visit]]:
    """Of one venue."""
    read = [(entry, event) for entry in written if (event := _event(entry)) is not None]
    anchors: dict[UUID, list[ClockAnchored]] = defaultdict(list)
    for _, event in read:
        if isinstance(event, ClockAnchored) and is_plausible(event.offset):
            anchors[event.boot].append(event)
    best = {boot: reduce(more_exact, some) for boot, some in anchors.items()}
    facts: dict[tuple[bool, UUID], list[Fact]] = defaultdict(list)
    for entry, event in read:
        family = entry.kind.partition(".")[0]
        if family == "session" or family in VISITS:
            when = resolve_moment(entry.at, entry.clock, best.get(entry.clock.boot))
            fact = Fact(entry.id, entry.tick, entry.journal, when, event)
            if family in ("session", "act"):
                facts[True, entry.subject].append(fact)
            if family != "session":
                facts[False, entry.subject].append(fact)
    facts = {key: some for key, some in facts.items() if not all(isinstance(fact.event, ActUndone) for fact in some)}
    sessions = [fold_session(subject, some) for (is_session, subject), some in facts.items() if is_session]
    closings = {one.id: Closing(one.closed, one.closeout) for one in sessions if one.closed is not None}
    visits = [fold_visit(subject, some, closings) for (is_session, subject), some in facts.items() if not is_session]
    return sessions, visits


def _event(entry: Entry) -> object:
    try:
        return read_event(entry)
    except Unreadable:
        return None


def assert_sound(file: Path) -> None:
    """The database itself, by SQLite's own full check."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def assert_adds_up(ledger: Ledger, *, journals: int | None = None) -> list[Entry]:
    """Places dense from 1, each fact once, rows equal to a fold of the entries. Returns the entries."""
    found = entries(ledger)
    places: dict[UUID, list[int]] = defaultdict(list)
    for entry in found:
        places[entry.journal].append(entry.seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in places.values())
    assert journals is None or len(places) == journals
    twice = [id for id, count in Counter(entry.id for entry in found).items() if count > 1]
    assert not twice or len(places) > 1, "a fact is twice in one journal"
    assert stored(ledger) == folded(found, venues(ledger))
    return found
