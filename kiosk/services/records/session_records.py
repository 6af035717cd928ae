"""Records about one open session, and about the week's timetable."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from kiosk.services.records.host_records import Template
from kiosk.services.records.shared_records import OpenedSession, PlannedSession
from sync.domain.events import SessionKind


@dataclass(frozen=True)
class PhaseTimes:
    """One phase of an open session, in the venue's time zone."""

    phase: str
    start: datetime
    end: datetime
    is_now: bool


@dataclass(frozen=True)
class SessionDetails:
    """What a host can change of an open session."""

    session: OpenedSession
    people: int  # that are in, on a break included
    capacity: int | None  # None: no limit
    places_left: int | None  # that this kiosk may still promise
    venue_places_left: int | None  # free in the whole venue
    firm_limit: int | None  # people at once, which even a host can't exceed
    turned_away: int = 0  # people who could not come in, as noted
    phases: tuple[PhaseTimes, ...] = ()


@dataclass(frozen=True)
class WeeklySession:
    """A series, as the timetable lists it."""

    id: UUID
    title: str
    weekdays: tuple[int, ...]  # 1: Monday
    start: time  # by the venue's clocks
    minutes: int
    capacity: int | None
    opens_itself: bool
    closes_itself: bool
    next: PlannedSession | None = None  # its next session
    session_kind: SessionKind = "open_hours"


@dataclass(frozen=True)
class Timetable:
    """The week's series of this zone, and what can be added or opened again."""

    weekly: tuple[WeeklySession, ...]
    templates: tuple[Template, ...]
    closed: tuple[OpenedSession, ...] = ()  # sessions that closed a short while ago, the latest first


@dataclass(frozen=True)
class WeeklyTimes:
    """When a series takes place, as a host has chosen it."""

    weekdays: tuple[int, ...]
    start_minute: int  # of the venue's local day
    opens_itself: bool
    closes_itself: bool
