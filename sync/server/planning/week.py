"""Reads what is planned at a venue: single sessions, and the sessions of its weekly series."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import Connection, exists, select

from sync.domain import series as weekly
from sync.domain.events import Phase, SessionKind
from sync.domain.series import Occurrence, Series
from sync.domain.session import Session
from sync.ledger import projections
from sync.ledger import tables as ledger_tables
from sync.server import tables
from sync.server.kiosks import dealt_sessions
from sync.server.kiosks.repository import Venue
from sync.server.web.venue_time import midnight

DAY_MS = 24 * 60 * 60 * 1000
AHEAD_MS = 400 * DAY_MS  # in which a session of a series is looked up by its id
BEHIND_MS = 2 * DAY_MS
DERIVED = 5  # the UUID version of a session of a series

State = Literal["planned", "open", "closed", "cancelled", "left_out", "not_opened"]
_session = ledger_tables.session.c


class PlannedItem(Struct, frozen=True):
    """One session as the calendar shows it; times in ms since 1970 UTC, ``end`` None: until a host closes it.

    ``series`` and ``day``: of a session of a series that follows it; ``day`` is that of its original start.
    """

    id: UUID
    title: str
    session_kind: SessionKind
    zone: str  # its id; empty: unknown
    start: int
    end: int | None
    capacity: int | None
    state: State
    rhythm: tuple[Phase, ...] = ()
    stow_ways: tuple[str, ...] | None = None
    firm_limit: int | None = None
    series: Series | None = None
    day: date | None = None
    is_changed_alone: bool = False  # it was of a series, and has been planned on its own
    row: UUID | None = None  # with whose other sessions it was planned together
    is_practice: bool = False

    @property
    def is_to_come(self) -> bool:
        """Whether it can still be changed or cancelled."""
        return self.state == "planned"

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it takes place within this time."""
        return self.start < end and (self.end is None or self.end > start)


def read_items(connection: Connection, venue: Venue, start: int, end: int, now: int) -> list[PlannedItem]:
    """What is planned at a venue, or took place there, between two times (ms since 1970 UTC), the earliest first.

    A session of a series that is over and was not opened is not listed: its series may have been another one then.
    """
    expected = _occurrences(connection, venue, start, end)
    sessions = _sessions(connection, venue.id, start, end, [occurrence.id for occurrence in expected])
    items = [item_of_session(session, now) for session in sessions.values() if _start(session) is not None]
    for occurrence in expected:
        session = sessions.get(occurrence.id)
        if session is None and occurrence.end > now:
            items.append(item_of_occurrence(occurrence, "left_out" if _is_skipped(occurrence) else "planned"))
        elif session is not None and session.cancelled and _start(session) is None:
            items.append(item_of_occurrence(occurrence, "cancelled"))
    groups = _groups_of(connection, [item.id for item in items])
    items = [_in_group(item, groups) for item in items]
    in_time = (item for item in items if item.overlaps(start, end) or start <= item.start < end)
    return sorted(in_time, key=lambda item: (item.start, item.title, item.id))


def read_days(connection: Connection, venue: Venue, first: date, days: int, now: int) -> list[PlannedItem]:
    """The same for some days of the venue."""
    zone = venue.clock_zone
    start, end = midnight(first, zone), midnight(first + timedelta(days=days), zone)
    return read_items(connection, venue, start, end, now)


def find_item(
    connection: Connection, venue: Venue, session_id: UUID, now: int, day: date | None = None
) -> PlannedItem | None:
    """The session of a venue with this id. ``day``: of its original start, where that is known of one of a series."""
    row = connection.execute(projections.of_subject(ledger_tables.session, session_id, venue.id)).one_or_none()
    session = None if row is None else projections.read_session(row)
    if session is not None and _start(session) is not None:
        return _in_group(item_of_session(session, now), _groups_of(connection, [session_id]))
    around = midnight(day, venue.clock_zone) if day else now
    end = around + (BEHIND_MS if day else AHEAD_MS)
    for occurrence in _occurrences(connection, venue, around - BEHIND_MS, end):
        if occurrence.id == session_id and (session is not None or occurrence.end > now):
            is_skipped, is_cancelled = _is_skipped(occurrence), session is not None and session.cancelled
            state: State = "cancelled" if is_cancelled else "left_out" if is_skipped else "planned"
            return item_of_occurrence(occurrence, state)
    return None


def row_sessions(connection: Connection, venue: UUID, row: UUID) -> list[Session]:
    """The sessions of a venue that were planned together, whatever has become of them, the earliest first."""
    query = select(ledger_tables.session).join(tables.plan_group, tables.plan_group.c.session == _session.id)
    query = query.where(tables.plan_group.c.group == row, _session.venue == venue)
    rows = connection.execute(query.order_by(_session.planned_start, _session.id)).all()
    return [projections.read_session(row_) for row_ in rows]


def _groups_of(connection: Connection, sessions: Sequence[UUID]) -> dict[UUID, tuple[UUID, bool]]:
    """The groups of these sessions, and whether each is a series that the session was of."""
    group, of_series = tables.plan_group.c, ledger_tables.series.c.id
    groups: dict[UUID, tuple[UUID, bool]] = {}
    for some in _chunks(sessions):
        is_series = exists().where(of_series == group.group)
        for session, id, of in connection.execute(
            select(group.session, group.group, is_series).where(group.session.in_(some))
        ):
            groups[session] = id, of
    return groups


def _in_group(item: PlannedItem, groups: Mapping[UUID, tuple[UUID, bool]]) -> PlannedItem:
    group, is_series = groups.get(item.id, (None, False))
    return structs.replace(item, row=None if is_series else group, is_changed_alone=is_series)


def touched_days(connection: Connection, venue: Venue, series: Series, first: date) -> dict[date, Session]:
    """The days of a series from ``first`` on whose sessions were changed, cancelled or opened on their own."""
    start = midnight(first, venue.clock_zone)
    occurrences = weekly.occurrences(_whole(series), venue.clock_zone, start, start + AHEAD_MS)
    days = {occurrence.id: occurrence.day for occurrence in occurrences if occurrence.day >= first}
    sessions = _sessions(connection, venue.id, start, start, list(days))
    return {days[session.id]: session for session in sessions.values() if session.id in days}


def next_day(series: Series, venue: Venue, after: int) -> date | None:
    """The day of the first session that is not over at that time (ms since 1970 UTC); None: there is none."""
    occurrences = weekly.occurrences(series, venue.clock_zone, after, after + AHEAD_MS)
    starts_later = series.first_day is not None and midnight(series.first_day, venue.clock_zone) > after + AHEAD_MS
    if not occurrences and starts_later and series.first_day:
        start = midnight(series.first_day, venue.clock_zone)
        occurrences = weekly.occurrences(series, venue.clock_zone, start, start + AHEAD_MS)
    return occurrences[0].day if occurrences else None


def _occurrences(connection: Connection, venue: Venue, start: int, end: int) -> list[Occurrence]:
    """Those of all series of the venue, the skipped ones too."""
    return [
        structs.replace(occurrence, series=series)
        for series, _ in dealt_sessions.lasting_series(connection, venue.id)
        for occurrence in weekly.occurrences(_whole(series), venue.clock_zone, start, end)
    ]


def _whole(series: Series) -> Series:
    """The series with the days that it skips."""
    return structs.replace(series, skipped_days=())


def _is_skipped(occurrence: Occurrence) -> bool:
    return occurrence.day in occurrence.series.skipped_days


def _sessions(connection: Connection, venue: UUID, start: int, end: int, ids: Collection[UUID]) -> dict[UUID, Session]:
    of_venue = select(ledger_tables.session).where(_session.venue == venue)
    queries = [
        of_venue.where(_session.opened.is_(None), _session.closed.is_(None)).where(
            _session.planned_start < end, _session.planned_end > start
        ),
        of_venue.where(_session.opened >= start - BEHIND_MS, _session.opened < end),
    ]
    rows = [row for query in queries if start < end for row in connection.execute(query)]
    for some in _chunks(list(ids)):
        rows += connection.execute(of_venue.where(_session.id.in_(some))).all()
    return {row.id: projections.read_session(row) for row in rows}


def _chunks(ids: Sequence[UUID], size: int = 500) -> list[Sequence[UUID]]:
    return [ids[first : first + size] for first in range(0, len(ids), size)]


def _start(session: Session) -> int | None:
    return session.planned_start if session.opened is None else session.opened


def item_of_session(session: Session, now: int) -> PlannedItem:
    """The item of a session that was planned or opened; ``now``: ms since 1970 UTC."""
    return PlannedItem(
        session.id,
        session.title,
        session.session_kind,
        session.zone or "",
        _start(session) or 0,
        session.planned_end if session.closed is None else max(session.closed, _start(session) or 0),
        session.capacity,
        _state(session, now),
        session.rhythm,
        session.stow_ways,
        session.firm_limit,
        is_practice=session.practice,
    )


def _state(session: Session, now: int) -> State:
    if session.opened is not None:
        return "open" if session.closed is None else "closed"
    if session.cancelled:
        return "cancelled"
    return "planned" if session.planned_end is None or session.planned_end > now else "not_opened"


def item_of_occurrence(occurrence: Occurrence, state: State) -> PlannedItem:
    """The item of a session of a series that follows it."""
    series = occurrence.series
    return PlannedItem(
        occurrence.id,
        series.title,
        series.session_kind,
        series.zone or "",
        occurrence.start,
        occurrence.end,
        series.capacity,
        state,
        series.rhythm,
        series.stow_ways,
        series.firm_limit,
        series,
        occurrence.day,
    )
