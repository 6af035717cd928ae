"""Visits that a host can correct: listed, found by a number, a code or the time of arrival, and what can be done."""

from datetime import datetime, time
from uuid import UUID

from kiosk.services import last_act
from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe, read_visit
from kiosk.services.number_changes import is_home, phone_limits
from kiosk.services.records.correction_records import CorrectionOptions, VisitList
from kiosk.services.records.host_records import HostSession
from sync.domain.visit import Visit

MAX_LISTED = 40  # rows; a host finds the others by a number
RECENT_MS = 6 * 3_600_000  # also of yesterday, for an evening that ends after midnight
QUARTER_MS = 15 * 60_000
DEPARTURES = 96  # quarter hours of a day
CODE_DIGITS = 4


def read_visits(context: KioskContext, sought: str = "") -> VisitList:
    """The visits that can be corrected; ``sought``: digits of a number, a code or a time of arrival ("" finds all)."""
    visits = [visit for visit in _candidates(context) if not sought or _matches(context, visit, sought)]
    listed = tuple(describe(context, visit) for visit in visits[:MAX_LISTED])
    return VisitList(listed, sought, len(visits) - len(listed), last_act.read_last_act(context))


def read_options(context: KioskContext, visit_id: UUID, host: HostSession) -> CorrectionOptions | None:
    """What this host can correct of that visit; None where it is unknown or did not stay."""
    visit = read_visit(context, visit_id)
    if visit is None or visit.checked_in is None:
        return None
    at_home = is_home(context, visit)
    least_phones, most_phones = phone_limits(context, visit)
    return CorrectionOptions(
        describe(context, visit),
        least_phones,
        most_phones,
        movable=visit.numbers if visit.is_in and at_home else (),
        came_in_elsewhere=not at_home,
        part_phones=visit.phones - visit.phones_back - visit.phones_lost,
        departures=_departures(context, visit.checked_in) if visit.is_in else (),
        can_split=visit.is_in and visit.party_size > 1,
        can_void=host.role == "lead",
    )


def _candidates(context: KioskContext) -> list[Visit]:
    _, outstanding = context.ledger.open_and_outstanding()
    present = [visit for visit in outstanding if visit.is_in]
    ended = [visit for visit in context.ledger.visits_since(_start_of_day(context)) if _has_left(visit)]
    return [*present[::-1], *ended[::-1]]


def _has_left(visit: Visit) -> bool:
    return visit.checked_in is not None and visit.checked_out is not None and not visit.voided


def _start_of_day(context: KioskContext) -> int:
    """Midnight at the venue, or some hours ago (ms since 1970 UTC)."""
    now = context.ledger.clock.read().at
    midnight = datetime.combine(context.local_time(now).date(), time.min, context.profile.time_zone)
    return min(int(midnight.timestamp() * 1000), now - RECENT_MS)


def _matches(context: KioskContext, visit: Visit, digits: str) -> bool:
    if int(digits) in visit.numbers:
        return True
    if len(digits) == CODE_DIGITS and visit.code == digits:
        return True
    arrived = context.local_time(visit.checked_in or 0)
    return len(digits) >= CODE_DIGITS - 1 and f"{arrived:%H%M}" == digits.zfill(CODE_DIGITS)


def _departures(context: KioskContext, arrived: int) -> tuple[datetime, ...]:
    """Now, and each quarter of an hour between the arrival and now, the latest first; the arrival itself is last."""
    now = max(context.ledger.clock.read().at, arrived)
    quarters = range(now // QUARTER_MS * QUARTER_MS, arrived, -QUARTER_MS)
    times = dict.fromkeys([now, *quarters[:DEPARTURES], arrived])
    return tuple(context.local_time(at) for at in times)
