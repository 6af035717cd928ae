"""The sessions of this zone's weekly series: which are to come, and to which series a session belongs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kiosk.services.context import KioskContext
from sync.domain import series as weekly
from sync.domain.series import Occurrence, Series, occurrence_id
from sync.domain.session import Session
from sync.ledger import plans

DAY = 24 * 60 * 60_000  # ms
TOUCHED_AHEAD = 400 * DAY  # as far as a coordinator changes sessions of a series on their own
MOST_REOPENED = 30  # of one session


@dataclass(frozen=True)
class Origin:
    """The occurrence that a session is, and how often it has been opened again."""

    occurrence: Occurrence
    reopened: int


def of_zone(context: KioskContext) -> list[Series]:
    """The series of this kiosk's zone."""
    return [series for series in plans.series(context.ledger.store) if _is_of_zone(context, series)]


def _is_of_zone(context: KioskContext, series: Series) -> bool:
    """Whether it is for this zone; also one that was set here while the zone had a name and no id."""
    if series.zone == context.profile.zone:
        return True
    return not _is_id(series.zone or "") and context.allocation.owns_journal(series.journal)


def _is_id(zone: str) -> bool:
    try:
        UUID(zone)
    except ValueError:
        return False
    return True


def coming(context: KioskContext, start: int, end: int) -> list[Occurrence]:
    """The sessions of series that overlap this time (ms since 1970 UTC), the earliest first.

    Without those of which there is any fact: they are plans of the coordinator's, cancelled, open or closed.
    """
    expected = _between(context, start, end)
    touched = plans.sessions(context.ledger.store, [occurrence.id for occurrence in expected])
    return [occurrence for occurrence in expected if occurrence.id not in touched]


def touched_days(context: KioskContext, series: Series) -> set[date]:
    """The days of a series from today on of whose sessions there is any fact: a plan, a cancellation, an opening."""
    now, zone = context.ledger.clock.read().at, context.profile.time_zone
    days = {
        occurrence.id: occurrence.day
        for occurrence in weekly.occurrences(series, zone, now - DAY, now + TOUCHED_AHEAD)
        if occurrence.day >= context.local_time(now).date()
    }
    return {days[session_id] for session_id in plans.sessions(context.ledger.store, list(days))}


def find(context: KioskContext, session_id: UUID, start: int, end: int) -> Occurrence | None:
    """The session of a series with this id, among those that overlap this time."""
    return next((occurrence for occurrence in _between(context, start, end) if occurrence.id == session_id), None)


def origin(context: KioskContext, session: Session) -> Origin | None:
    """The occurrence that an opened session is, if its series still takes place then."""
    opened = session.opened or 0
    for occurrence in _between(context, opened - 2 * DAY, opened + 2 * DAY):
        for reopened in range(MOST_REOPENED + 1):
            if occurrence_id(occurrence.series.id, occurrence.start, reopened) == session.id:
                return Origin(occurrence, reopened)
    return None


def _between(context: KioskContext, start: int, end: int) -> list[Occurrence]:
    zone = context.profile.time_zone
    each = [occurrence for series in of_zone(context) for occurrence in weekly.occurrences(series, zone, start, end)]
    return sorted(each, key=lambda occurrence: (occurrence.start, occurrence.series.title, occurrence.id))
