"""Roll-ups: what is counted of each venue's day, kept beside the visits, so that a report reads a row a day.

Triggers (migration 0018) note the hour of every visit and session that is written, moved or deleted, in the same
transaction. :func:`refresh` computes those days again. Until then :func:`read_days` computes them itself, so that a
report never shows an older figure than the visits give.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Uuid,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    join,
    literal_column,
    select,
    text,
    union,
)

from sync.domain.clock import Clock
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import COUNTED_SESSION, COUNTED_VISIT
from sync.ledger.store import Store, StoreBusy
from sync.names import compared
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Venue
from sync.server.reports import day_counts, pass_days, session_uses
from sync.server.reports.day_counts import CountKey, CountQuery
from sync.server.reports.json_table import ColumnType, json_table
from sync.server.reports.pass_days import Correction
from sync.server.reports.session_filter import EVERY_SESSION, SessionFilter
from sync.server.reports.session_uses import DaySeats, SeatQuery
from sync.server.reports.spans import SPANS_AT_ONCE, Span, VenueDay, is_of_days, span_table, window_table
from sync.server.web.venue_time import day_of, midnight

HOUR_MS = 3_600_000
UTC = ZoneInfo("UTC")
EARLIEST = date(1970, 1, 2)  # no venue's day that is counted is before it
LATEST = 253_402_214_400_000  # 9999-12-31 UTC: no calendar goes further
MOST_CHANGES = 500  # that one transaction of a refresh takes up
BUSY_TRIES = 30  # of a batch of a rebuild; each waits for the database's lock as long as any writer
BETWEEN_BATCHES = 0.1  # seconds in which others can write; SQLite lets none of those that wait go first
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(2, 0)")  # advisory_locks.py has the numbers in use
WAIT_FOR_LOCK = text("SELECT pg_advisory_xact_lock(2, 0)")

FiguresKey: TypeAlias = tuple[UUID, date, str, str, str]

_visit = ledger_tables.visit.c
_session = ledger_tables.session.c
_rollup = tables.day_rollup.c
_change = tables.rollup_change.c


@dataclass(frozen=True)
class DayFigures:
    """What is counted of a venue's day in sessions of one zone, kind and title; a day is the venue's own.

    Visits count on the day of their check-in, sessions on that of their opening; which do is in sync/ledger/counted.py.
    """

    venue: UUID
    day: date
    zone: str = ""  # of the visits' session; empty: unknown
    session_kind: str = ""
    title: str = ""
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
    sessions: SessionFilter = EVERY_SESSION,
) -> tuple[Counter[str], LatestChange | None]:
    """The sums of FIGURES over a period as the visits give them now, by name, and the latest change that was stored.

    The sums are made by the database, so that only days that wait to be computed again cost more.
    """
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, first, last)
    chosen = [_rollup.venue.in_(by_id), _rollup.day >= first, _rollup.day <= last]
    chosen += sessions.conditions(_rollup)
    sums = _sum_stored(connection, *chosen)
    if stale:
        sums.subtract(_sum_stored(connection, *chosen, _of_days(connection, stale)))
    for row in compute(connection, by_id.values(), stale):
        if sessions.includes(row):
            sums.update({name: getattr(row, name) for name in FIGURES})
    latest = select(_rollup.venue, _rollup.day, _rollup.changed_at).where(*chosen)
    change = connection.execute(latest.order_by(_rollup.changed_at.desc(), _rollup.day.desc()).limit(1)).first()
    return sums, None if change is None else LatestChange(*change)


def read_titles(connection: Connection, venues: Collection[Venue], first: date, last: date, most: int) -> list[str]:
    """The titles of sessions in a period by name, at most so many; days that wait to be computed again may lack theirs.

    Of the key's columns alone, so that no row is read.
    """
    query = select(_rollup.title).distinct().order_by(_rollup.title).limit(most)
    query = query.where(_rollup.venue.in_([venue.id for venue in venues]), _rollup.title != "")
    return sorted(connection.execute(query.where(_rollup.day.between(first, last))).scalars(), key=compared)


def _sum_stored(connection: Connection, *conditions: ColumnElement[bool]) -> Counter[str]:
    values = connection.execute(select(*_sums()).where(*conditions)).one()
    return Counter(dict(zip(FIGURES, map(int, values), strict=True)))


def _of_days(connection: Connection, days: Iterable[VenueDay]) -> ColumnElement[bool]:
    return is_of_days(connection, _rollup.venue, _rollup.day, days)


def read_counts(connection: Connection, venues: Collection[Venue], query: CountQuery) -> Counter[CountKey]:
    """The counts of the query by measure, day and bucket, as the visits give them now; ``venues``: those it names."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, query.first, query.last)
    return day_counts.read_sums(connection, query, stale, day_counts.compute(connection, _spans(by_id, stale)))


def read_counts_by_venue(
    connection: Connection, venues: Collection[Venue], query: CountQuery
) -> dict[UUID, Counter[CountKey]]:
    """The same for each of the venues, by its id, in one statement."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, query.first, query.last)
    computed = day_counts.compute(connection, _spans(by_id, stale))
    return day_counts.read_sums_by_venue(connection, query, stale, computed)


def read_sums_by_venue(
    connection: Connection, venues: Collection[Venue], first: date, last: date
) -> dict[UUID, Counter[str]]:
    """The sums of FIGURES over a period as the visits give them now, by venue and name; of each of the venues."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, first, last)
    stored = select(_rollup.venue, *_sums()).group_by(_rollup.venue)
    stored = stored.where(_rollup.venue.in_(by_id), _rollup.day >= first, _rollup.day <= last)
    result = {id: Counter(dict.fromkeys(FIGURES, 0)) for id in by_id}
    for venue, *sums in connection.execute(stored):
        result[venue].update(dict(zip(FIGURES, map(int, sums), strict=True)))
    if stale:
        for venue, *sums in connection.execute(stored.where(_of_days(connection, stale))):
            result[venue].subtract(dict(zip(FIGURES, map(int, sums), strict=True)))
    for row in compute(connection, by_id.values(), stale):
        result[row.venue].update({name: getattr(row, name) for name in FIGURES})
    return result


def _sums() -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(_rollup[name]), 0) for name in FIGURES]


def read_seats(connection: Connection, venues: Collection[Venue], query: SeatQuery) -> list[DaySeats]:
    """How full the query's sessions were, as the visits give it now; ``venues``: those it names."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, query.first, query.last)
    return session_uses.read_seats(connection, query, stale, session_uses.compute(connection, _spans(by_id, stale)))


def read_pass_correction(connection: Connection, venues: Collection[Venue], last: date) -> Correction:
    """How the rows of passes up to that day have to be read, as the visits give them now; ``venues``: all."""
    by_id = {venue.id: venue for venue in venues}
    stale = _stale_days(connection, by_id, EARLIEST, last)
    return pass_days.read_correction(connection, stale, pass_days.compute(connection, _spans(by_id, stale)))


def _stale_days(connection: Connection, venues: Mapping[UUID, Venue], first: date, last: date) -> set[VenueDay]:
    """The days of the period that have changed since their roll-ups were computed."""
    begin, end = first - timedelta(days=1), last + timedelta(days=2)  # wide enough for every time zone
    in_period = _change.hour.between(midnight(begin, UTC) // HOUR_MS, midnight(end, UTC) // HOUR_MS)
    changes = connection.execute(select(_change.venue, _change.hour).distinct().where(in_period)).all()
    return {(venue, day) for venue, day in _days_of(venues, changes) if first <= day <= last}


def refresh(store: Store, venues: Iterable[Venue], now: int, *, waits: bool = False) -> int:
    """Compute days again that have changed; returns how many hours of changes were taken up. Raises StorageError.

    About MOST_CHANGES at once, so that others can write in between; a day's other changes are taken up with its first.
    One process does it at a time: another one takes up nothing, or ``waits``. ``now``: ms since 1970 UTC.
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
        days = sorted(set(_days_of(by_id, [(change.venue, change.hour) for change in changes])), key=_in_order)
        spans = _spans(by_id, days)
        taken = {change.id for change in changes} | _marks_within(connection, spans)
        for ids in chunks(taken):
            connection.execute(delete(tables.rollup_change).where(_change.id.in_(ids)))
        _replace(connection, days, _compute(connection, spans), now)
        day_counts.replace_days(connection, days, day_counts.compute(connection, spans))
        session_uses.replace_days(connection, days, session_uses.compute(connection, spans))
        pass_days.replace_days(connection, days, pass_days.compute(connection, spans))
    return len(taken)


def _marks_within(connection: Connection, spans: Sequence[Span]) -> set[int]:
    """The changed hours that lie wholly within these days: computing the days takes them up too."""
    hours = [(span.venue, -(-span.midnight // HOUR_MS), span.end // HOUR_MS) for span in spans]
    columns: dict[str, ColumnType] = {"venue": Uuid(), "first": BigInteger(), "end": BigInteger()}
    ids: set[int] = set()
    for some in chunks(hours, SPANS_AT_ONCE):
        day = json_table(connection, columns, some)
        in_day = and_(_change.venue == day.c.venue, _change.hour >= day.c.first, _change.hour < day.c.end)
        ids.update(connection.execute(select(_change.id).join_from(day, tables.rollup_change, in_day)).scalars())
    return ids


def _replace(connection: Connection, days: Collection[VenueDay], rows: Sequence[DayFigures], now: int) -> None:
    """Store the figures of these days; rows that are as they were keep the time of their last change."""
    before: dict[FiguresKey, DayFigures] = {}
    of_days = _of_days(connection, days)
    for stored in connection.execute(select(tables.day_rollup).where(of_days)):
        figures = DayFigures(*stored)
        before[_key(figures)] = figures
    connection.execute(delete(tables.day_rollup).where(of_days))
    values = []
    for row in rows:
        earlier = before.get(_key(row))
        is_same = earlier is not None and replace(earlier, changed_at=None) == row
        changed_at = earlier.changed_at if earlier and is_same else now
        values.append(vars(row) | {"changed_at": changed_at})
    for some_values in chunks(values):
        connection.execute(insert(tables.day_rollup), list(some_values))


def _key(row: DayFigures) -> FiguresKey:
    return row.venue, row.day, row.zone, row.session_kind, row.title


def compute(connection: Connection, venues: Iterable[Venue], days: Iterable[VenueDay]) -> list[DayFigures]:
    """The figures of these days from visits and sessions; days without either have no row."""
    return _compute(connection, _spans({venue.id: venue for venue in venues}, days))


def _spans(venues: Mapping[UUID, Venue], days: Iterable[VenueDay]) -> list[Span]:
    """The days as spans of time."""
    spans = []
    for venue, day in days:
        zone = venues[venue].clock_zone
        begin = midnight(day, zone)
        spans.append(Span(venue, day, begin, max(FIRST_KNOWN, begin), midnight(day + timedelta(days=1), zone)))
    return spans


def _in_order(day: VenueDay) -> tuple[int, date]:
    return day[0].int, day[1]


def _compute(connection: Connection, spans: Sequence[Span]) -> list[DayFigures]:
    rows: dict[FiguresKey, DayFigures] = {}
    for some in chunks(spans, SPANS_AT_ONCE):
        of_visits = _visit_figures(span_table(connection, some))
        for venue, ordinal, zone, kind, title, *figures in connection.execute(of_visits):
            key = venue, date.fromordinal(ordinal), zone, kind, title
            rows[key] = DayFigures(*key, 0, *map(int, figures))
        starts = {(span.venue, span.day, span.start) for span in some}
        query = _session_figures(window_table(connection, some))
        for ordinal, start, venue, zone, kind, title, sessions in connection.execute(query):
            key = venue, date.fromordinal(ordinal), zone, kind, title
            if (venue, key[1], start) in starts:
                rows[key] = replace(rows.get(key, DayFigures(*key)), sessions=sessions)
    return list(rows.values())


def _visit_figures(span: CTE) -> Select[Any]:
    """For each venue, day (its ordinal), zone, kind and title: the figures of FIGURES but for the first."""
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
    in_span = and_(_visit.venue == span.c.venue, _visit.checked_in >= span.c.start, _visit.checked_in < span.c.end)
    of_session = (_session.id == _visit.session) & (_session.venue == _visit.venue)
    visits = join(span, ledger_tables.visit, in_span).outerjoin(ledger_tables.session, of_session)
    query = select(_visit.venue, span.c.day, *_group(), *figures).select_from(visits).where(COUNTED_VISIT)
    return query.group_by(_visit.venue, span.c.day, *_group())


def _session_figures(window: CTE) -> Select[Any]:
    """For each day (its ordinal), start of a window, venue, zone, kind and title: how many sessions were opened."""
    in_window = and_(_session.opened >= window.c.start, _session.opened < window.c.end)
    columns = (window.c.day, window.c.start, _session.venue, *_group())
    query = select(*columns, func.count()).join_from(window, ledger_tables.session, in_window)
    return query.where(COUNTED_SESSION).group_by(*columns)


def _group() -> list[ColumnElement[str]]:
    columns = _session.zone, _session.session_kind, _session.title
    return [func.coalesce(column, literal_column("''")) for column in columns]


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
        select(row.venue, (at // HOUR_MS).label("hour")).where(at.is_not(None))
        for row, at in ((_visit, _visit.checked_in), (_session, _session.opened))
    ]
    with store.writing() as connection:
        connection.execute(delete(tables.day_rollup))
        connection.execute(delete(tables.day_count))
        connection.execute(delete(tables.session_use))
        pass_days.forget_all(connection)
        connection.execute(delete(tables.rollup_change))
        marks = union(*hours).subquery("marks").c
        in_order = select(marks.venue, marks.hour).order_by(marks.hour, marks.venue)  # the earliest are computed first
        connection.execute(insert(tables.rollup_change).from_select(["venue", "hour"], in_order))
        return waiting(connection)


@dataclass(frozen=True)
class RebuildProgress:
    """How many of the changed hours were taken up."""

    done: int
    of: int


def rebuild(store: Store, scope: Scope, clock: Clock, *, resume: bool = False) -> Iterator[RebuildProgress]:
    """Compute every roll-up again, beside a server that runs or without one. Raises StorageError.

    ``resume``: only those that an earlier rebuild has left. Where others write all the time a batch is tried BUSY_TRIES
    times.
    """
    total = _left(store) if resume else _when_free(lambda: mark_all(store))
    venues = kiosk_repository.venues(store, scope)
    left = total
    while left:
        _when_free(lambda: refresh(store, venues, clock.read().at, waits=True))
        left = _left(store)
        time.sleep(BETWEEN_BATCHES)
        yield RebuildProgress(max(total - left, 0), total)


def _when_free(write: Callable[[], int]) -> int:
    """Write, and again while other writers don't give way. Raises StorageError."""
    for tries_left in reversed(range(BUSY_TRIES)):
        try:
            return write()
        except StoreBusy:
            if not tries_left:
                raise
            time.sleep(BETWEEN_BATCHES)
    raise AssertionError("BUSY_TRIES is positive")


def _left(store: Store) -> int:
    with store.reading() as connection:
        return waiting(connection)


def waiting(connection: Connection) -> int:
    """How many changed hours the next refreshes have to take up."""
    return connection.execute(select(func.count()).select_from(tables.rollup_change)).scalar_one()
