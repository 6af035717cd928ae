"""The folded rows: written again from their subjects' entries, and read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Insert, Row, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.domain.clock import better, is_believable, moment
from sync.domain.events import ClockAnchored, Entry, Event, VisitCheckedOut, read_entry, read_event
from sync.domain.fold import Fact, fold_session, fold_venue, fold_visit, sessions_of
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.tables import HERE

T = TypeVar("T")
State = Session | Visit | Configuration
Place = tuple[UUID, UUID]  # a venue, and the session, visit or boot that it knows; tables.py says why
CHUNK = 400  # subjects asked for at once, well below SQLite's limit on variables
SESSIONS = ("session",)
VENUES = ("venue",)
VISITS = ("visit", "phone", "pulse", "stow")  # the kinds whose subject is a visit

# The statements of every tap are made once: making one costs as much as running it.
_entry, _session = tables.entry.c, tables.session.c
_venue = func.coalesce(_entry.stream, HERE)  # the venue that an entry belongs to
STORED = select(_entry.line, _venue.label("venue")).where(
    _entry.subject.in_(bindparam("subjects", expanding=True)), _entry.quarantined.is_(None)
)
STORED_BEFORE = STORED.where((_entry.journal != bindparam("journal")) | (_entry.seq < bindparam("first")))
CLOSED = select(_session.venue, _session.id, _session.closed).where(
    _session.id.in_(bindparam("sessions", expanding=True)), _session.closed.is_not(None)
)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


@dataclass(frozen=True)
class Known:
    """An entry of the ledger that is in the caller's hands already."""

    entry: Entry
    event: Event
    venue: UUID = HERE


def refold(connection: Connection, subjects: Iterable[UUID], fresh: Sequence[Known] = ()) -> None:
    """Fold these subjects again, from all the entries that this ledger holds of them.

    ``fresh``: entries that were stored in this transaction, all into one journal; they are not read again.
    """
    for chunk in chunks(sorted(subjects)):
        sessions, visits, venues = _facts(connection, chunk, fresh)
        _write(connection, tables.configuration, [(at, fold_venue(one, facts)) for (at, one), facts in venues.items()])
        closed = _write_sessions(connection, sessions)
        _write_visits(connection, visits)
        stayed = _still_in(connection, closed) - {visit for _, visit in visits}
        if stayed:
            refold(connection, stayed)


def _write_sessions(connection: Connection, sessions: dict[Place, list[Fact]]) -> list[UUID]:
    """Fold and write them; returns those that are closed."""
    states = [(venue, fold_session(subject, facts)) for (venue, subject), facts in sessions.items()]
    _write(connection, tables.session, states)
    return [state.id for _, state in states if state.closed is not None]


def _write_visits(connection: Connection, visits: dict[Place, list[Fact]]) -> None:
    closings = _closings(connection, {session for facts in visits.values() for session in sessions_of(facts)})
    states = [(venue, fold_visit(one, facts, closings[venue])) for (venue, one), facts in visits.items()]
    _write(connection, tables.visit, states)


def _closings(connection: Connection, sessions: set[UUID]) -> dict[UUID, dict[UUID, int]]:
    """When these sessions closed, venue by venue."""
    closings: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for chunk in chunks(sorted(sessions)):
        for venue, session, closed in connection.execute(CLOSED, {"sessions": chunk}):
            closings[venue][session] = closed
    return closings


def _still_in(connection: Connection, sessions: list[UUID]) -> set[UUID]:
    """Visits of these sessions that no fact has ended: their rows depend on when the session closed."""
    if not sessions:
        return set()
    table = tables.visit
    ended = select(_entry.id).where(
        _entry.subject == table.c.id, _entry.kind == VisitCheckedOut.kind, _venue == table.c.venue
    )
    still = select(table.c.id).where(table.c.session.in_(sessions), ~ended.exists())
    return set(connection.execute(still).scalars())


def _facts(
    connection: Connection, subjects: list[UUID], fresh: Sequence[Known]
) -> tuple[dict[Place, list[Fact]], dict[Place, list[Fact]], dict[Place, list[Fact]]]:
    """The facts of these subjects, venue by venue: of sessions, of visits, and of venues themselves."""
    wanted = set(subjects)
    known = [one for one in fresh if one.entry.subject in wanted] + _stored(connection, subjects, fresh)
    anchors = _anchors(connection, {one.entry.clock.boot for one in known if not one.entry.clock.sure})
    sessions: dict[Place, list[Fact]] = defaultdict(list)
    visits: dict[Place, list[Fact]] = defaultdict(list)
    venues: dict[Place, list[Fact]] = defaultdict(list)
    for one in known:
        family = one.entry.kind.partition(".")[0]
        for families, found in ((SESSIONS, sessions), (VISITS, visits), (VENUES, venues)):
            if family in families:
                found[one.venue, one.entry.subject].append(_fact(one, anchors))
    return sessions, visits, venues


def _stored(connection: Connection, subjects: list[UUID], fresh: Sequence[Known]) -> list[Known]:
    if fresh:
        first = fresh[0].entry
        rows = connection.execute(STORED_BEFORE, {"subjects": subjects, "journal": first.journal, "first": first.seq})
    else:
        rows = connection.execute(STORED, {"subjects": subjects})
    entries = [(read_entry(row.line), row.venue) for row in rows]
    return [Known(entry, read_event(entry), venue) for entry, venue in entries]


def _fact(known: Known, anchors: dict[Place, ClockAnchored]) -> Fact:
    entry = known.entry
    anchor = anchors.get((known.venue, entry.clock.boot))
    return Fact(entry.id, entry.tick, entry.journal, moment(entry.at, entry.clock, anchor), known.event)


def _write(connection: Connection, table: Table, states: Sequence[tuple[UUID, State]]) -> None:
    if states:
        columns = [{**_columns(state), "venue": venue} for venue, state in states]
        connection.execute(_upsert(connection.dialect.name, table), columns)


@cache
def _upsert(dialect: str, table: Table) -> Insert:
    """INSERT … ON CONFLICT DO UPDATE, which both databases have in the same words."""
    new = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(table)
    changed = {column: new.excluded[key] for key, column in table.c.items() if key not in ("id", "venue")}
    upsert: Insert = new.on_conflict_do_update(index_elements=[table.c.id, table.c.venue], set_=changed)
    return upsert


def _columns(state: State) -> dict[str, object]:
    columns: dict[str, object] = msgspec.structs.asdict(state)
    return {name: msgspec.to_builtins(value) if isinstance(value, tuple) else value for name, value in columns.items()}


def read_visit(row: Row[Any]) -> Visit:
    """A row of the visit table."""
    return msgspec.convert(_named(row, tables.visit), Visit)


def read_session(row: Row[Any]) -> Session:
    """A row of the session table."""
    return msgspec.convert(_named(row, tables.session), Session)


def read_configuration(row: Row[Any]) -> Configuration:
    """A row of the configuration table."""
    return msgspec.convert(_named(row, tables.configuration), Configuration)


def _named(row: Row[Any], table: Table) -> dict[str, object]:
    return dict(zip(map(str, table.c.keys()), row, strict=True))


def _anchors(connection: Connection, boots: set[UUID]) -> dict[Place, ClockAnchored]:
    if not boots:
        return {}
    found = connection.execute(select(tables.anchor).where(tables.anchor.c.boot.in_(boots)))
    return {(row.venue, row.boot): ClockAnchored(row.boot, row.offset, row.source, row.error) for row in found}


def set_anchor(connection: Connection, venue: UUID, anchor: ClockAnchored) -> set[UUID]:
    """Keep the better anchor of its boot at a venue; returns the subjects whose times it may move.

    One by which the boot began in no year of ours stays an entry, and takes no better one's place.
    """
    if not is_believable(anchor.offset):
        return set()
    table, boot = tables.anchor, anchor.boot
    known = _anchors(connection, {boot}).get((venue, boot))
    values = msgspec.structs.asdict(anchor)
    if known is None:
        connection.execute(insert(table).values(venue=venue, **values))
    elif better(known, anchor) == anchor:
        connection.execute(update(table).where(table.c.boot == boot, table.c.venue == venue).values(values))
    subjects = select(_entry.subject).where(_entry.boot == boot, _entry.subject.is_not(None), _venue == venue)
    return set(connection.execute(subjects.distinct()).scalars())
