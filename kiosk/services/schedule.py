"""Sessions that the coordinator has planned and no host has opened yet: today's, and the next."""

from datetime import datetime, time, timedelta

from kiosk.services.context import KioskContext
from kiosk.services.records.shared_records import PlannedSession
from sync.domain.session import Session
from sync.ledger import plans

UPCOMING_DAYS = 14
UPCOMING_COUNT = 6


def planned_today(context: KioskContext) -> tuple[PlannedSession, ...]:
    """Plans for this zone that are not over yet and begin before the venue's day ends, the earliest first."""
    now, zone = context.ledger.clock.read().at, context.profile.time_zone
    tomorrow = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    midnight = int(datetime.combine(tomorrow, time.min, zone).timestamp() * 1000)
    waiting = plans.waiting(context.ledger.store, context.profile.zone, now, midnight)
    return tuple(_planned_session(context, session, now) for session in waiting)


def upcoming(context: KioskContext) -> tuple[PlannedSession, ...]:
    """The next plans of this zone, the earliest first: at most six of the next two weeks."""
    now = context.ledger.clock.read().at
    until = now + UPCOMING_DAYS * 24 * 60 * 60_000
    waiting = plans.waiting(context.ledger.store, context.profile.zone, now, until)[:UPCOMING_COUNT]
    return tuple(_planned_session(context, session, now) for session in waiting)


def _planned_session(context: KioskContext, session: Session, now: int) -> PlannedSession:
    start, end = (context.local_time(at or 0) for at in (session.planned_start, session.planned_end))
    days = max(0, (start.date() - context.local_time(now).date()).days)
    return PlannedSession(session.id, session.title, start, end, session.capacity, days, session.session_kind)
