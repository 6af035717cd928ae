"""The weekly timetable: its series, and the sessions that open and close by themselves."""

from collections.abc import Sequence
from datetime import time
from uuid import UUID

import msgspec
from msgspec import UNSET

from kiosk.services import occupancy, occurrences, schedule, sessions
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.records.session_records import Timetable, WeeklySession, WeeklyTimes
from sync.domain.events import Event, SeriesEnded, SeriesSet
from sync.domain.ids import uuid7
from sync.domain.series import Occurrence, Series
from sync.domain.session import Session
from sync.ledger import plans

MINUTE = 60_000  # ms
OPENING_GRACE = 15 * MINUTE  # after the start, also when the kiosk is started meanwhile
CLOSING_GRACE = 15 * MINUTE  # after the planned end, in which people leave
LATE = 5 * MINUTE  # after that, a closing states its own time, as an estimate
CLOSED_FOR = 3 * 60 * MINUTE  # how long a closed session can be opened again from the timetable
MOST_CLOSED = 2
LISTED_DAYS = 14
MOST_SKIPPED = 400  # days of a series, as its fact allows
USUAL_MINUTES = 120  # of a session whose template has no length


def read_timetable(context: KioskContext) -> Timetable:
    """The series of this zone, and the sessions that closed a short while ago."""
    now = context.ledger.clock.read().at
    coming = occurrences.coming(context, now, now + LISTED_DAYS * 24 * 60 * MINUTE)
    today = context.local_time(now).date()
    lasting = [series for series in occurrences.of_zone(context) if series.last_day is None or series.last_day >= today]
    weekly = tuple(_weekly_session(context, series, coming, now) for series in lasting)
    closed = plans.closed_since(context.ledger.store, context.profile.zone, now - CLOSED_FOR)[:MOST_CLOSED]
    reopenable = tuple(occupancy.opened_session(context, session) for session in closed)
    return Timetable(weekly, context.profile.templates, reopenable)


def _weekly_session(context: KioskContext, series: Series, coming: Sequence[Occurrence], now: int) -> WeeklySession:
    first = next((occurrence for occurrence in coming if occurrence.series.id == series.id), None)
    return WeeklySession(
        series.id,
        series.title,
        tuple(sorted(set(series.weekdays))),
        time(series.start_minute // 60, series.start_minute % 60),
        series.minutes,
        series.capacity,
        series.opens_itself,
        series.closes_itself,
        schedule.of_series(context, first, now) if first else None,
        series.session_kind,
    )


def add_series(context: KioskContext, template: Template, times: WeeklyTimes, host: HostSession) -> Timetable:
    """Begin a weekly series from a template."""
    series = SeriesSet(
        zone=context.profile.zone,
        title=template.title,
        session_kind=template.session_kind,
        weekdays=times.weekdays,
        start_minute=times.start_minute,
        minutes=template.minutes or USUAL_MINUTES,
        capacity=template.capacity,
        rhythm=template.rhythm,
        stow_ways=UNSET if template.stow_ways is None else template.stow_ways,
        firm_limit=UNSET if template.firm_limit is None else template.firm_limit,
        opens_itself=times.opens_itself,
        closes_itself=times.closes_itself,
    )
    return _record(context, uuid7(context.ledger.clock.read().at), series, host)


def change_series(context: KioskContext, series_id: UUID, times: WeeklyTimes, host: HostSession) -> Timetable:
    """Change when a series takes place; a session of it that is open stays as it is, and closes as it would have.

    No other session takes place on the day of one that was cancelled, moved or opened.
    """
    series = _find(context, series_id)
    if series is None:
        return read_timetable(context)
    is_moved = (tuple(sorted(series.weekdays)), series.start_minute) != (times.weekdays, times.start_minute)
    touched = occurrences.touched_days(context, series) if is_moved else set()
    changed = _set(
        series,
        skipped_days=tuple(sorted({*series.skipped_days, *touched}))[-MOST_SKIPPED:],
        weekdays=times.weekdays,
        start_minute=times.start_minute,
        opens_itself=times.opens_itself,
        closes_itself=times.closes_itself,
    )
    return _record(context, series_id, changed, host)


def skip_next(context: KioskContext, series_id: UUID, session_id: UUID, host: HostSession) -> Timetable:
    """Leave out one session of a series; nothing where it has been opened, or is over."""
    now = context.ledger.clock.read().at
    series = _find(context, series_id)
    coming = occurrences.coming(context, now, now + LISTED_DAYS * 24 * 60 * MINUTE)
    day = next((occurrence.day for occurrence in coming if occurrence.id == session_id), None)
    if series is None or day is None:
        return read_timetable(context)
    past = context.local_time(now).date()
    skipped = (*(skipped for skipped in series.skipped_days if skipped >= past), day)
    return _record(context, series_id, _set(series, skipped_days=skipped), host)


def end_series(context: KioskContext, series_id: UUID, host: HostSession) -> Timetable:
    """End a series; a session of it that is open stays open, and still closes by itself where that was set."""
    return _record(context, series_id, SeriesEnded(), host)


def _find(context: KioskContext, series_id: UUID) -> Series | None:
    return next((series for series in occurrences.of_zone(context) if series.id == series_id), None)


def _set(series: Series, **changes: object) -> SeriesSet:
    """The setting of a series as it is, with changes."""
    fields = {name: getattr(series, name) for name in SeriesSet.__struct_fields__} | changes
    return msgspec.convert({name: value for name, value in fields.items() if value is not None}, SeriesSet)


def _record(context: KioskContext, series_id: UUID, event: Event, host: HostSession) -> Timetable:
    context.ledger.record((series_id, event), actor=host.host_id)
    return read_timetable(context)


def keep_timetable(context: KioskContext) -> None:
    """Close and open the sessions that are due, if the time is known for certain.

    A session that a host has extended or opened again is left alone until its new end; one that a host has closed is
    not opened again.
    """
    now = context.ledger.clock.read()
    if not now.sure:
        return
    snapshot = occupancy.read_occupancy(context)
    running = snapshot.sessions
    closing = [session for session in running if _is_to_close(context, session, now.at)]
    for session in closing:
        present, ended_at = snapshot.visits_in(session), _missed_end(context, session, now.at)
        sessions.record_closing(context, session.id, present, "timetable", ended_at=ended_at)
    _open_due(context, [session for session in running if session not in closing], now.at)


def _missed_end(context: KioskContext, session: Session, now: int) -> int | None:
    """When a session ended that is closed late, because the kiosk was off: when it was due, or the last came in.

    None: it is closed in time.
    """
    due = (session.planned_end or 0) + CLOSING_GRACE
    if now < due + LATE:
        return None
    return max([due, *(visit.checked_in or 0 for visit in context.ledger.present(session.id))])


def _is_to_close(context: KioskContext, session: Session, now: int) -> bool:
    if session.planned_end is None or now < session.planned_end + CLOSING_GRACE:
        return False
    if session.closes_itself is not None:
        return session.closes_itself
    origin = occurrences.origin(context, session)  # it was opened by an earlier release
    return origin is not None and origin.occurrence.series.closes_itself


def _open_due(context: KioskContext, running: Sequence[Session], now: int) -> None:
    for occurrence in occurrences.coming(context, now, now + 1):
        is_due = occurrence.series.opens_itself and now < occurrence.start + OPENING_GRACE
        if is_due and not any(_is_in_the_way(context, session, occurrence) for session in running):
            sessions.open_planned(context, occurrence.id, None, another=True)


def _is_in_the_way(context: KioskContext, session: Session, occurrence: Occurrence) -> bool:
    """Whether a host has opened, or extended, a session into the time of this one: then the host decides.

    Not a session of another series that overlaps it by the timetable, nor practice, which ends when another opens.
    """
    if session.practice:
        return False
    if session.planned_end is not None and session.planned_end <= occurrence.start:
        return False
    origin = occurrences.origin(context, session)
    return origin is None or origin.occurrence.end <= occurrence.start
