"""The folded rows: written again from their subjects' entries, and read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Select, Table, func, insert, select, update

from sync.domain.clock import better, is_believable, moment
from sync.domain.events import KINDS, ClockAnchored, VisitCheckedOut, read_entry, read_event
from sync.domain.fold import Fact, fold_session, fold_venue, fold_visit, sessions_of
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.domain.visit import Visit
from sync.ledger import fact_limits, tables
from sync.ledger.fact_limits import KnownFacts, Location
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.tables import LOCAL_VENUE

T = TypeVar("T")
SubjectKey = tuple[UUID, UUID]  # a venue and a subject; tables.py says why both
Facts = dict[UUID, list[Fact]]  # of each subject, in any order
CHUNK = 400  # subjects folded at once
ROWS: dict[str, type[Struct]] = {  # what the first word of a kind is about
    "session": Session,
    "visit": Visit,
    "phone": Visit,
    "pulse": Visit,
    "stow": Visit,
    "venue": Configuration,
}
FOLDED = {kind: ROWS[first] for kind, _ in KINDS if (first := kind.partition(".")[0]) in ROWS}

_entry = tables.entry.c
_venue = func.coalesce(_entry.stream, LOCAL_VENUE)  # the venue that an entry belongs to


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def refold(
    connection: Connection, venue: UUID, subjects: Iterable[UUID], fresh: Sequence[KnownFacts] = ()
) -> set[Location]:
    """Fold again at a venue what ``fresh`` speaks of, and these other subjects, from all that this ledger has of them.

    ``fresh``: entries that are stored in this transaction, after this. What they speak of comes last, so that nothing
    is folded without them at the end. Returns those that don't count, because their subject has too many (limits.py).
    """
    fresh = [one for one in fresh if one.entry.kind in FOLDED]
    told = {one.entry.subject for one in fresh}
    for chunk in chunks(set(subjects) - told):
        _fold(connection, venue, chunk)
    return _fold(connection, venue, told, fresh)


def refold_subjects(connection: Connection, places: Iterable[SubjectKey]) -> None:
    """Fold these subjects again, each at its venue."""
    venues: dict[UUID, set[UUID]] = defaultdict(set)
    for venue, subject in places:
        venues[venue].add(subject)
    for venue, subjects in venues.items():
        refold(connection, venue, subjects)


def subjects_of_boot(connection: Connection, subjects: Sequence[UUID]) -> set[SubjectKey]:
    """These subjects at each venue that knows of them."""
    found = connection.execute(select(_venue, _entry.subject).where(_entry.subject.in_(subjects)).distinct())
    return {(venue, subject) for venue, subject in found}


def _fold(
    connection: Connection, venue: UUID, subjects: Collection[UUID], fresh: Sequence[KnownFacts] = ()
) -> set[Location]:
    """Fold some subjects, and the visits that ended with one of these sessions. Returns those that don't count."""
    if not subjects:
        return set()
    known, beyond = _known(connection, venue, subjects, fresh)
    facts = _facts(connection, venue, known)
    hot_path(connection).upsert(venue, [fold_venue(subject, some) for subject, some in facts[Configuration].items()])
    closed = _write_sessions(connection, venue, facts[Session])
    _write_visits(connection, venue, facts[Visit])
    for stayed in chunks(_still_in(connection, venue, closed).difference(subjects)):
        _fold(connection, venue, stayed)
    return beyond


def _write_sessions(connection: Connection, venue: UUID, sessions: Facts) -> list[UUID]:
    """Fold and write them; returns those whose closing has changed: nothing else of them is in the rows of visits."""
    before = hot_path(connection).closings(venue, sessions)
    states = [fold_session(subject, facts) for subject, facts in sessions.items()]
    hot_path(connection).upsert(venue, states)
    return [state.id for state in states if state.closed != before.get(state.id)]


def _write_visits(connection: Connection, venue: UUID, visits: Facts) -> None:
    closings = hot_path(connection).closings(venue, {one for facts in visits.values() for one in sessions_of(facts)})
    hot_path(connection).upsert(venue, [fold_visit(subject, facts, closings) for subject, facts in visits.items()])


def _still_in(connection: Connection, venue: UUID, sessions: list[UUID]) -> set[UUID]:
    """Visits of these sessions that no fact has ended: their rows depend on when the session closed."""
    if not sessions:
        return set()
    visit = tables.visit.c
    ended = select(_entry.seq).where(
        _entry.subject == visit.id, _entry.kind == VisitCheckedOut.kind, _venue == visit.venue
    )
    still = select(visit.id).where(visit.venue == venue, visit.session.in_(sessions), ~ended.exists())
    return set(connection.execute(still).scalars())


def _known(
    connection: Connection, venue: UUID, subjects: Collection[UUID], fresh: Sequence[KnownFacts]
) -> tuple[list[KnownFacts], set[Location]]:
    """What counts of these subjects, and which of ``fresh`` don't; what is stored and counts no more is set apart."""
    stored = map(read_entry, hot_path(connection).stored(venue, subjects))
    known, beyond = fact_limits.split([*fresh, *(KnownFacts(entry, read_event(entry)) for entry in stored)], FOLDED)
    if not beyond:
        return known, beyond
    new = {fact_limits.location(one.entry) for one in fresh}
    fact_limits.set_apart(connection, beyond - new)
    return known, beyond & new


def _facts(connection: Connection, venue: UUID, known: Sequence[KnownFacts]) -> dict[type[Struct], Facts]:
    """The facts, by what row they are of."""
    anchors = hot_path(connection).anchors(venue, {one.entry.clock.boot for one in known if not one.entry.clock.sure})
    facts: dict[type[Struct], Facts] = {row: defaultdict(list) for row in ROWS.values()}
    for one in known:
        if row := FOLDED.get(one.entry.kind):
            facts[row][one.entry.subject].append(_fact(one, anchors))
    return facts


def _fact(known: KnownFacts, anchors: dict[UUID, ClockAnchored]) -> Fact:
    entry = known.entry
    anchor = None if entry.clock.sure else anchors.get(entry.clock.boot)
    return Fact(entry.id, entry.tick, entry.journal, moment(entry.at, entry.clock, anchor), known.event)


def of_subject(table: Table, subject: UUID, venue: UUID | None) -> Select[Any]:
    """The rows of a subject: at one venue, or (None) at every venue that knows of it."""
    rows_of = select(table).where(table.c.id == subject).order_by(table.c.venue)
    return rows_of if venue is None else rows_of.where(table.c.venue == venue)


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
    return dict(zip((str(column.name) for column in table.columns), row, strict=True))


def set_anchor(connection: Connection, venue: UUID, anchor: ClockAnchored) -> set[UUID]:
    """Keep the better anchor of its boot at a venue; returns the subjects whose times that moves.

    A worse one moves nothing, whichever came first: all that is known was folded by the better one already. One by
    which the boot began in no year of ours stays an entry, and takes no better one's place.
    """
    if not is_believable(anchor.offset):
        return set()
    table, boot = tables.anchor, anchor.boot
    known = hot_path(connection).anchors(venue, {boot}).get(boot)
    values = msgspec.structs.asdict(anchor)
    if known is None:
        connection.execute(insert(table).values(venue=venue, **values))
    elif better(known, anchor) == known:
        return set()
    else:
        connection.execute(update(table).where(table.c.boot == boot, table.c.venue == venue).values(values))
    moved = select(_entry.subject).where(_entry.boot == boot, _entry.sure.is_(False), _venue == venue)
    return set(connection.execute(moved.distinct()).scalars())
