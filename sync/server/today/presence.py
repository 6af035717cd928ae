"""What happens at the venues now: open sessions, who is in, which phones rest, what has not come back.

The queries read the partial indexes of open sessions and outstanding visits, never the history.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Select, case, func, select

from sync.domain import series as weekly
from sync.domain.series import Occurrence
from sync.ledger import tables as ledger_tables
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import dealt_sessions
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Venue

AHEAD_MS = 24 * 60 * 60 * 1000  # how far ahead the next planned session is looked for

_session, _visit = ledger_tables.session.c, ledger_tables.visit.c


@dataclass(frozen=True)
class Attendance:
    """The people and phones of some visits; those on a break are not ``present``."""

    present: int = 0
    on_break: int = 0
    resting: int = 0  # phones

    @property
    def people(self) -> int:
        """Everybody who has not left."""
        return self.present + self.on_break


@dataclass(frozen=True)
class OpenSession:
    """An open session. Times in ms since 1970 UTC; ``planned_end`` None: it has no end."""

    id: UUID
    title: str
    zone: str  # an id; empty: unknown
    opened: int
    planned_end: int | None
    capacity: int | None
    attendance: Attendance
    is_practice: bool = False


@dataclass(frozen=True)
class FollowingSession:
    """A session that has not begun; ``start`` in ms since 1970 UTC."""

    title: str
    start: int


@dataclass(frozen=True)
class FailingCalendar:
    """A calendar whose last fetch failed, and why."""

    name: str
    problem: str


@dataclass(frozen=True)
class VenueNow:
    """A venue now. ``elsewhere``: people who are in without an open session; ``not_back``: visits that have ended."""

    sessions: Sequence[OpenSession] = ()
    elsewhere: Attendance = field(default_factory=Attendance)
    not_back: int = 0
    following: FollowingSession | None = None
    failing: Sequence[FailingCalendar] = ()

    @property
    def attendance(self) -> Attendance:
        """Of all its sessions, and of those who are in without one; practice is not counted."""
        parts = [*(session.attendance for session in self.sessions if not session.is_practice), self.elsewhere]
        return Attendance(
            sum(part.present for part in parts),
            sum(part.on_break for part in parts),
            sum(part.resting for part in parts),
        )


def presence(store: Store, scope: Scope, now: int) -> dict[UUID, VenueNow]:
    """By venue, for the venues of the scope where anything is to be told. Raises StorageError."""
    with store.reading() as connection:
        attendances = _attendances(connection, scope)
        sessions = _open_sessions(connection, scope, attendances)
        not_back: dict[UUID, int] = {row.venue: row.visits for row in connection.execute(not_back_query(scope))}
        following = _following(connection, scope, now)
        failing = _failing_calendars(connection, scope)
    open_ids = {(venue, session.id) for venue, opened in sessions.items() for session in opened}
    elsewhere: dict[UUID, Attendance] = {}
    for (venue, session_id), attendance in attendances.items():
        if (venue, session_id) not in open_ids:
            elsewhere[venue] = _add(elsewhere.get(venue, Attendance()), attendance)
    return {
        venue: VenueNow(
            sessions.get(venue, ()),
            elsewhere.get(venue, Attendance()),
            not_back.get(venue, 0),
            following.get(venue),
            failing.get(venue, ()),
        )
        for venue in {*sessions, *elsewhere, *not_back, *following, *failing}
    }


def _add(first: Attendance, second: Attendance) -> Attendance:
    return Attendance(first.present + second.present, first.on_break + second.on_break, first.resting + second.resting)


def attendance_query(scope: Scope) -> Select[tuple[UUID, UUID | None, int, int, int]]:
    """Who is in, by venue and session."""
    is_away = _visit.on_break.is_(True)
    rests = _visit.on_break.is_(False) & _visit.taken_early.is_(False)
    query = select(
        _visit.venue,
        _visit.session,
        func.sum(case((is_away, 0), else_=_visit.party_size)).label("present"),
        func.sum(case((is_away, _visit.party_size), else_=0)).label("on_break"),
        func.sum(case((rests, _visit.phones), else_=0)).label("resting"),
    )
    query = query.where(_visit.outstanding.is_(True), _visit.checked_out.is_(None), _visit.voided.is_(False))
    return scope.limit(query.group_by(_visit.venue, _visit.session), _visit.venue)


def not_back_query(scope: Scope) -> Select[tuple[UUID, int]]:
    """How many visits have ended, or were voided, while a pouch, locker or phone is not back; by venue."""
    query = select(_visit.venue, func.count().label("visits"))
    query = query.where(_visit.outstanding.is_(True), _visit.checked_out.is_not(None) | _visit.voided.is_(True))
    return scope.limit(query.group_by(_visit.venue), _visit.venue)


def open_sessions_query(scope: Scope) -> Select[tuple[UUID, UUID, str, str | None, int, int | None, int | None, bool]]:
    """The sessions that are open, the earliest first."""
    times = (_session.opened, _session.planned_end)
    columns = (_session.id, _session.title, _session.zone, *times, _session.capacity, _session.practice)
    query = select(_session.venue, *columns).where(_session.opened.is_not(None), _session.closed.is_(None))
    return scope.limit(query.order_by(_session.opened, _session.id), _session.venue)


def following_query(venues: Collection[UUID], now: int) -> Select[tuple[UUID, str, int]]:
    """The sessions of these venues that are planned to begin within a day, the earliest first.

    ``now``: ms since 1970 UTC. With the venues named, SQLite uses the index that has the start.
    """
    query = select(_session.venue, _session.title, _session.planned_start).where(
        _session.venue.in_(venues),
        _session.opened.is_(None),
        _session.closed.is_(None),
        _session.cancelled.is_(False),
        _session.planned_start.between(now, now + AHEAD_MS),
    )
    return query.order_by(_session.planned_start, _session.id)


def _attendances(connection: Connection, scope: Scope) -> Mapping[tuple[UUID, UUID | None], Attendance]:
    return {
        (row.venue, row.session): Attendance(int(row.present), int(row.on_break), int(row.resting))
        for row in connection.execute(attendance_query(scope))
    }


def _open_sessions(
    connection: Connection, scope: Scope, attendances: Mapping[tuple[UUID, UUID | None], Attendance]
) -> dict[UUID, list[OpenSession]]:
    sessions: dict[UUID, list[OpenSession]] = defaultdict(list)
    for row in connection.execute(open_sessions_query(scope)):
        attendance = attendances.get((row.venue, row.id), Attendance())
        fields = (row.id, row.title, row.zone or "", row.opened, row.planned_end, row.capacity)
        sessions[row.venue].append(OpenSession(*fields, attendance, row.practice))
    return sessions


def _following(connection: Connection, scope: Scope, now: int) -> dict[UUID, FollowingSession]:
    """The next session of each venue, planned on its own or of a weekly series."""
    venues = kiosk_repository.venues_in(connection, scope)
    following: dict[UUID, FollowingSession] = {}
    for row in connection.execute(following_query([venue.id for venue in venues], now)):
        following.setdefault(row.venue, FollowingSession(row.title, row.planned_start))
    for venue in venues:
        for occurrence in _occurrences(connection, venue, now):
            earliest = following.get(venue.id)
            if earliest is None or occurrence.start < earliest.start:
                following[venue.id] = FollowingSession(occurrence.series.title, occurrence.start)
    return following


def _occurrences(connection: Connection, venue: Venue, now: int) -> list[Occurrence]:
    """The sessions of the venue's series that begin within a day and follow their series.

    One that was changed, cancelled or opened on its own has a row of its own.
    """
    expected = [
        occurrence
        for series, _ in dealt_sessions.lasting_series(connection, venue.id)
        for occurrence in weekly.occurrences(series, venue.clock_zone, now, now + AHEAD_MS)
        if now <= occurrence.start <= now + AHEAD_MS
    ]
    query = select(_session.id).where(
        _session.venue == venue.id, _session.id.in_([occurrence.id for occurrence in expected])
    )
    alone = set(connection.execute(query).scalars()) if expected else set()
    return [occurrence for occurrence in expected if occurrence.id not in alone]


def _failing_calendars(connection: Connection, scope: Scope) -> dict[UUID, list[FailingCalendar]]:
    calendar = tables.calendar.c
    query = select(calendar.venue, calendar.name, calendar.problem).where(calendar.problem.is_not(None))
    failing: dict[UUID, list[FailingCalendar]] = defaultdict(list)
    for row in connection.execute(scope.limit(query.order_by(calendar.name), calendar.venue)):
        failing[row.venue].append(FailingCalendar(row.name, row.problem))
    return failing
