"""What the coordinator has planned, as long as nobody has opened it: for today, and next."""

from datetime import datetime, time, timedelta

from kiosk.services.context import KioskContext
from kiosk.services.records import PlannedSession
from sync.domain.session import Session
from sync.ledger import plans

AHEAD = 14  # days that somebody at the door looks ahead
MOST = 6


def planned(context: KioskContext) -> tuple[PlannedSession, ...]:
    """Plans for this zone that are not over yet and begin before the venue's day ends, the earliest first."""
    now, zone = context.ledger.clock.read().at, context.profile.time_zone
    tomorrow = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    midnight = int(datetime.combine(tomorrow, time.min, zone).timestamp() * 1000)
    return tuple(
        _shown(context, one, now) for one in plans.waiting(context.ledger.store, context.profile.zone, now, midnight)
    )


def coming(context: KioskContext) -> tuple[PlannedSession, ...]:
    """What is on next in this zone, the earliest first: at most six plans of the next two weeks."""
    now = context.ledger.clock.read().at
    until = now + AHEAD * 24 * 60 * 60_000
    waiting = plans.waiting(context.ledger.store, context.profile.zone, now, until)[:MOST]
    return tuple(_shown(context, one, now) for one in waiting)


def _shown(context: KioskContext, session: Session, now: int) -> PlannedSession:
    start, end = (context.local(at or 0) for at in (session.planned_start, session.planned_end))
    days = max(0, (start.date() - context.local(now).date()).days)
    return PlannedSession(session.id, session.title, start, end, session.capacity, days, session.session_kind)
