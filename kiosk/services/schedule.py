"""Sessions that no host has opened yet, by the coordinator's plans and by weekly series: today's, and the next."""

from datetime import datetime, time, timedelta

from kiosk.services import occurrences
from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import PlannedSession
from sync.domain.series import Occurrence
from sync.domain.session import Session
from sync.ledger import plans

UPCOMING_DAYS = 14
UPCOMING_COUNT = 6


def planned_today(context: KioskContext) -> tuple[PlannedSession, ...]:
    """Sessions for this zone that are not over yet and begin before the venue's day ends, the earliest first."""
    now, zone = context.ledger.clock.read().at, context.profile.time_zone
    tomorrow = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    midnight = int(datetime.combine(tomorrow, time.min, zone).timestamp() * 1000)
    return _expected(context, now, midnight)


def upcoming(context: KioskContext) -> tuple[PlannedSession, ...]:
    """The next sessions of this zone for guests, the earliest first: at most six of the next two weeks; no practice."""
    now = context.ledger.clock.read().at
    expected = _expected(context, now, now + UPCOMING_DAYS * 24 * 60 * 60_000)
    return tuple(session for session in expected if not session.is_practice)[:UPCOMING_COUNT]


def _expected(context: KioskContext, now: int, end: int) -> tuple[PlannedSession, ...]:
    planned = plans.waiting(context.ledger.store, context.profile.zone, now, end)
    sessions = [
        *(of_plan(context, session, now) for session in planned),
        *(of_series(context, occurrence, now) for occurrence in occurrences.coming(context, now, end)),
    ]
    return tuple(sorted(sessions, key=lambda session: (session.start, session.id)))


def of_plan(context: KioskContext, session: Session, now: int) -> PlannedSession:
    """The record of a plan; ``now``: ms since 1970 UTC."""
    start, end = (context.local_time(at or 0) for at in (session.planned_start, session.planned_end))
    days = _days_until(context, start, now)
    return PlannedSession(
        session.id,
        session.title,
        start,
        end,
        session.capacity,
        days,
        session.session_kind,
        is_practice=session.practice,
    )


def of_series(context: KioskContext, occurrence: Occurrence, now: int) -> PlannedSession:
    """The record of a session of a series."""
    start, end = context.local_time(occurrence.start), context.local_time(occurrence.end)
    series, days = occurrence.series, _days_until(context, start, now)
    return PlannedSession(
        occurrence.id, series.title, start, end, series.capacity, days, series.session_kind, series.opens_itself
    )


def _days_until(context: KioskContext, start: datetime, now: int) -> int:
    return max(0, (start.date() - context.local_time(now).date()).days)
