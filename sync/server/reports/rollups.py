"""Roll-ups: what is counted of each venue's day, kept beside the visits, so that a report reads a row a day.

Triggers (migration 0018) note the hour of every visit and session that is written, moved or deleted, in the same
transaction. :func:`refresh` computes those days again. Until then :func:`read_days` computes them itself, so that a
report never shows an older figure than the visits give.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    union,
)

from sync.domain.clock import Clock
from sync.domain.events import SessionKind
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import COUNTED_SESSION, COUNTED_VISIT
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Venue
from sync.server.reports import day_counts, pass_days, session_uses
from sync.server.reports.day_counts import CountKey, CountQuery, DayCount, Span, VenueDay
from sync.server.reports.pass_days import Correction, PassDay
from sync.server.reports.session_uses import DaySeats, SeatQuery, SessionUse
from sync.server.web.venue_time import day_of, midnight

HOUR_MS = 3_600_000
UTC = ZoneInfo("UTC")
EARLIEST = date(1970, 1, 2)  # no venue's day that is counted is before it
LATEST = 253_402_214_400_000  # 9999-12-31 UTC: no calendar goes further
MOST_CHANGES = 500  # that one transaction of a refresh takes up
BETWEEN_BATCHES = 0.1  # seconds in which others can write; SQLite lets none of those that wait go first
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(2, 0)")  # advisory_locks.py has the numbers in use
WAIT_FOR_LOCK = text("SELECT pg_advisory_xact_lock(2, 0)")

_visit = ledger_tables.visit.c
_session = ledger_tables.session.c
_rollup = tables.day_rollup.c
_change = tables.rollup_change.c


@dataclass(frozen=True)
class DayFigures:
    """What is counted of a venue's day in one zone and kind of session; a day is the venue's own.

    Visits count on the day of their check-in, sessions on that of their opening; which do is in sync/ledger/counted.py.
    """

    venue: UUID
    day: date
    zone: str = ""  # of the visits' session; empty: unknown
    session_kind: str = ""
    sessions: int = 0
    visits: int = 0
    people: int = 0
    phones: int = 0
    kept: int = 0
    phone_free_ms: int = 0  # of all people: (party_size − kept) × phone-free time
    estimated: int = 0  # visits with an estimated time
    still_in: int = 0  # visits that have not ended
    changed_at: int | None = None  # ms since 1970 UTC; None: computed just now


FIGURES = ("sessions", "visits", "people", "phones", "kept", "phone_free_ms", "estimated", "still_in")


def read_days(connection: Connection, venues: Collection[Venue], first: date, last: date) -> list[DayFigures]:
    """The figures of these venues' days in a period, as the visits give them now."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, first, last)
    stored = select(tables.day_rollup).where(_rollup.venue.in_(by_id), _rollup.day >= first, _rollup.day <= last)
    rows = [DayFigures(*row) for row in connection.execute(stored)]
    return [row for row in rows if (row.venue, row.day) not in stale] + compute(connection, by_id.values(), stale)


@dataclass(frozen=True)
class LatestChange:
    """The venue's day whose figures changed last; ``at``: ms since 1970 UTC."""

    venue: UUID
    day: date
    at: int


def read_totals(
    connection: Connection,
    venues: Collection[Venue],
    first: date,
    last: date,
    *,
    zone: str | None = None,
    kind: SessionKind | None = None,
) -> tuple[Counter[str], LatestChange | None]:
    """The sums of FIGURES over a period as the visits give them now, by name, and the latest change that was stored.

    The sums are made by the database, so that only days that wait to be computed again cost more.
    """
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, first, last)
    chosen = [_rollup.venue.in_(by_id), _rollup.day >= first, _rollup.day <= last]
    if zone is not None:
        chosen.append(_rollup.zone == zone)
    if kind is not None:
        chosen.append(_rollup.session_kind == kind)
    sums = _sum_stored(connection, *chosen)
    for some in chunks(sorted(stale, key=_in_order)):
        sums.subtract(_sum_stored(connection, *chosen, _of_days(some)))
    for row in compute(connection, by_id.values(), stale):
        if zone in (None, row.zone) and kind in (None, row.session_kind):
            sums.update({name: getattr(row, name) for name in FIGURES})
    latest = select(_rollup.venue, _rollup.day, _rollup.changed_at).where(*chosen)
    change = connection.execute(latest.order_by(_rollup.changed_at.desc(), _rollup.day.desc()).limit(1)).first()
    return sums, None if change is None else LatestChange(*change)


def _sum_stored(connection: Connection, *conditions: ColumnElement[bool]) -> Counter[str]:
    columns = [func.coalesce(func.sum(_rollup[name]), 0) for name in FIGURES]
    values = connection.execute(select(*columns).where(*conditions)).one()
    return Counter(dict(zip(FIGURES, map(int, values), strict=True)))


def _of_days(days: Iterable[VenueDay]) -> ColumnElement[bool]:
    return or_(*(and_(_rollup.venue == venue, _rollup.day == day) for venue, day in days))


def read_counts(connection: Connection, venues: Collection[Venue], query: CountQuery) -> Counter[CountKey]:
    """The counts of the query by measure, day and bucket, as the visits give them now; ``venues``: those it names."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, query.first, query.last)
    return day_counts.read_sums(connection, query, stale, _compute_counts(connection, by_id, stale))


def read_seats(connection: Connection, venues: Collection[Venue], query: SeatQuery) -> list[DaySeats]:
    """How full the query's sessions were, as the visits give it now; ``venues``: those it names."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, query.first, query.last)
    return session_uses.read_seats(connection, query, stale, _compute_seats(connection, by_id, stale))


def read_pass_correction(connection: Connection, last: date) -> Correction:
    """How the rows of passes up to that day have to be read, as the visits give them now."""
    by_id = {venue.id: venue for venue in kiosk_repository.all_venues(connection)}
    stale = _stale_days(connection, by_id, EARLIEST, last)
    return pass_days.read_correction(connection, stale, _compute_passes(connection, by_id, stale))


def _stale_days(connection: Connection, venues: Mapping[UUID, Venue], first: date, last: date) -> set[VenueDay]:
    """The days of the period that have changed since their roll-ups were computed."""
    begin, end = first - timedelta(days=1), last + timedelta(days=2)  # wide enough for every time zone
    in_period = _change.hour.between(midnight(begin, UTC) // HOUR_MS, midnight(end, UTC) // HOUR_MS)
    changes = connection.execute(select(_change.venue, _change.hour).distinct().where(in_period)).all()
    return {(venue, day) for venue, day in _days_of(venues, changes) if first <= day <= last}


def refresh(store: Store, venues: Iterable[Venue], now: int, *, waits: bool = False) -> int:
    """Compute days again that have changed; returns how many hours of changes were taken up. Raises StorageError.

    At most MOST_CHANGES at once, so that others can write in between. One process does it at a time: another one takes
    up nothing, or ``waits``. ``now``: ms since 1970 UTC.
    """
    by_id = {venue.id: venue for venue in venues}
    with store.writing_concurrently() as connection:
        if connection.dialect.name == "postgresql":
            if waits:
                connection.execute(WAIT_FOR_LOCK)
            elif not connection.execute(TRY_LOCK).scalar_one():
                return 0
        query = select(_change.id, _change.venue, _change.hour).order_by(_change.id).limit(MOST_CHANGES)
        changes = connection.execute(query).all()
        days = set(_days_of(by_id, [(change.venue, change.hour) for change in changes]))
        for ids in chunks([change.id for change in changes]):
            connection.execute(delete(tables.rollup_change).where(_change.id.in_(ids)))
        _replace(connection, days, compute(connection, by_id.values(), days), now)
        in_order = sorted(days, key=_in_order)
        day_counts.replace_days(connection, in_order, _compute_counts(connection, by_id, days))
        session_uses.replace_days(connection, in_order, _compute_seats(connection, by_id, days))
        pass_days.replace_days(connection, in_order, _compute_passes(connection, by_id, days))
    return len(changes)


def _replace(connection: Connection, days: Collection[VenueDay], rows: Sequence[DayFigures], now: int) -> None:
    """Store the figures of these days; rows that are as they were keep the time of their last change."""
    before: dict[tuple[UUID, date, str, str], DayFigures] = {}
    for some in chunks(sorted(days, key=_in_order)):
        where = _of_days(some)
        for stored in connection.execute(select(tables.day_rollup).where(where)):
            figures = DayFigures(*stored)
            before[_key(figures)] = figures
        connection.execute(delete(tables.day_rollup).where(where))
    values = []
    for row in rows:
        earlier = before.get(_key(row))
        is_same = earlier is not None and replace(earlier, changed_at=None) == row
        changed_at = earlier.changed_at if earlier and is_same else now
        values.append({**asdict(row), "changed_at": changed_at})
    for some_values in chunks(values):
        connection.execute(insert(tables.day_rollup), list(some_values))


def _key(row: DayFigures) -> tuple[UUID, date, str, str]:
    return row.venue, row.day, row.zone, row.session_kind


def compute(connection: Connection, venues: Iterable[Venue], days: Iterable[VenueDay]) -> list[DayFigures]:
    """The figures of these days from visits and sessions; days without either have no row."""
    by_id = {venue.id: venue for venue in venues}
    rows: list[DayFigures] = []
    for ids, span in _spans(by_id, days):
        for some in chunks(ids):
            rows += _compute_span(connection, some, span.start, span.end, span.day)
    return rows


def _compute_counts(
    connection: Connection, venues: Mapping[UUID, Venue], days: Iterable[VenueDay]
) -> Iterator[DayCount]:
    for ids, span in _spans(venues, days):
        for some in chunks(ids):
            yield from day_counts.compute_span(connection, some, span)


def _compute_seats(
    connection: Connection, venues: Mapping[UUID, Venue], days: Iterable[VenueDay]
) -> Iterator[SessionUse]:
    for ids, span in _spans(venues, days):
        for some in chunks(ids):
            yield from session_uses.compute_span(connection, some, span)


def _compute_passes(connection: Connection, venues: Mapping[UUID, Venue], days: Iterable[VenueDay]) -> set[PassDay]:
    came: set[PassDay] = set()
    for ids, span in _spans(venues, days):
        for some in chunks(ids):
            came |= pass_days.compute_span(connection, some, span)
    return came


def _spans(venues: Mapping[UUID, Venue], days: Iterable[VenueDay]) -> Iterator[tuple[list[UUID], Span]]:
    """The days as spans of time, each with its venues: those of one time zone share them."""
    ids_by_span: dict[Span, list[UUID]] = defaultdict(list)
    for venue, day in days:
        zone = venues[venue].clock_zone
        begin = midnight(day, zone)
        span = Span(day, begin, max(FIRST_KNOWN, begin), midnight(day + timedelta(days=1), zone))
        ids_by_span[span].append(venue)
    for span, ids in ids_by_span.items():
        yield ids, span


def _in_order(day: VenueDay) -> tuple[int, date]:
    return day[0].int, day[1]


def _compute_span(connection: Connection, venues: list[UUID], start: int, end: int, day: date) -> list[DayFigures]:
    rows: dict[tuple[UUID, date, str, str], DayFigures] = {}
    for venue, zone, kind, *figures in connection.execute(_visit_figures(venues, start, end)):
        figures_by_name = dict(zip(FIGURES[1:], map(int, figures), strict=True))
        rows[venue, day, zone, kind] = DayFigures(venue, day, zone, kind, **figures_by_name)
    for venue, zone, kind, sessions in connection.execute(_session_figures(venues, start, end)):
        row = rows.get((venue, day, zone, kind), DayFigures(venue, day, zone, kind))
        rows[venue, day, zone, kind] = replace(row, sessions=sessions)
    return list(rows.values())


def _visit_figures(venues: list[UUID], start: int, end: int) -> Select[Any]:
    """For each venue, zone and kind: the figures of FIGURES but for the first; times in ms since 1970 UTC."""
    people_ms = case((_visit.party_size > _visit.kept, _visit.party_size - _visit.kept), else_=0)
    phone_free = cast(people_ms, BigInteger) * func.coalesce(_visit.phone_free, 0)
    figures = (
        func.count(),
        func.sum(_visit.party_size),
        func.sum(_visit.phones),
        func.sum(_visit.kept),
        func.sum(phone_free),
        func.sum(case((_visit.estimated, 1), else_=0)),
        func.sum(case((_visit.checked_out.is_(None), 1), else_=0)),
    )
    of_session = (_session.id == _visit.session) & (_session.venue == _visit.venue)
    query = select(_visit.venue, *_group(), *figures)
    query = query.join_from(ledger_tables.visit, ledger_tables.session, of_session, isouter=True)
    query = query.where(_visit.venue.in_(venues), _visit.checked_in >= start, _visit.checked_in < end)
    return query.where(COUNTED_VISIT).group_by(_visit.venue, *_group())


def _session_figures(venues: list[UUID], start: int, end: int) -> Select[Any]:
    """For each venue, zone and kind: how many sessions were opened."""
    query = select(_session.venue, *_group(), func.count())
    query = query.where(_session.venue.in_(venues), _session.opened >= start, _session.opened < end)
    return query.where(COUNTED_SESSION).group_by(_session.venue, *_group())


def _group() -> tuple[ColumnElement[str], ColumnElement[str]]:
    return func.coalesce(_session.zone, literal_column("''")), func.coalesce(
        _session.session_kind, literal_column("''")
    )


def _days_of(venues: Mapping[UUID, Venue], changes: Iterable[Sequence[Any]]) -> Iterator[VenueDay]:
    """The days that these hours belong to: two where midnight is within the hour. Other venues' hours are left out."""
    for id, hour in changes:
        if venue := venues.get(id):
            for at in (hour * HOUR_MS, (hour + 1) * HOUR_MS - 1):
                if 0 <= at <= LATEST:
                    yield id, day_of(at, venue.clock_zone)


def mark_all(store: Store) -> int:
    """Forget every roll-up, so that each is computed again; returns how many hours that are. Raises StorageError."""
    hours = [
        select(row.venue, at // HOUR_MS).where(at.is_not(None))
        for row, at in ((_visit, _visit.checked_in), (_session, _session.opened))
    ]
    with store.writing() as connection:
        connection.execute(delete(tables.day_rollup))
        connection.execute(delete(tables.day_count))
        connection.execute(delete(tables.session_use))
        pass_days.forget_all(connection)
        connection.execute(delete(tables.rollup_change))
        connection.execute(insert(tables.rollup_change).from_select(["venue", "hour"], union(*hours)))
        return waiting(connection)


@dataclass(frozen=True)
class RebuildProgress:
    """How many of the changed hours were taken up."""

    done: int
    of: int


def rebuild(store: Store, scope: Scope, clock: Clock) -> Iterator[RebuildProgress]:
    """Compute every roll-up again, beside a server that runs or without one. Raises StorageError."""
    total = mark_all(store)
    venues = kiosk_repository.venues(store, scope)
    left = total
    while left:
        refresh(store, venues, clock.read().at, waits=True)
        with store.reading() as connection:
            left = waiting(connection)
        time.sleep(BETWEEN_BATCHES)
        yield RebuildProgress(max(total - left, 0), total)


def waiting(connection: Connection) -> int:
    """How many changed hours the next refreshes have to take up."""
    return connection.execute(select(func.count()).select_from(tables.rollup_change)).scalar_one()
