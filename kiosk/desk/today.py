"""What the coordinator has planned for today, as long as nobody has opened it."""

from datetime import datetime, time, timedelta

from kiosk.desk.desk import Desk
from kiosk.desk.records import Planned
from sync.domain.session import Session
from sync.ledger import plans


def planned(desk: Desk) -> tuple[Planned, ...]:
    """Plans for this zone that are not over yet and begin before the venue's day ends, the earliest first."""
    now, zone = desk.ledger.clock.read().at, desk.house.time_zone
    tomorrow = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    midnight = int(datetime.combine(tomorrow, time.min, zone).timestamp() * 1000)
    return tuple(_shown(desk, one) for one in plans.waiting(desk.ledger.store, desk.house.zone, now, midnight))


def _shown(desk: Desk, session: Session) -> Planned:
    start, end = (
        datetime.fromtimestamp((at or 0) / 1000, desk.house.time_zone)
        for at in (session.planned_start, session.planned_end)
    )
    return Planned(session.id, session.title, start, end, session.capacity)
