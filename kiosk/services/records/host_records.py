"""Records that host screens send to the services and show."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.services.records.shared_records import OpenedSession, PlannedSession, Reminder
from sync.domain.events import Phase, SessionKind, StowWays
from sync.ledger.condition import StorageFault

Trouble = StorageFault | Literal["copied", "pairing lost"]  # that the host has to act on


@dataclass(frozen=True)
class HostSession:
    """An authenticated host."""

    host_id: UUID


@dataclass(frozen=True)
class WrongPin:
    """Not a host's PIN, or too many failures: the next attempt is accepted in ``wait`` seconds (0: at once)."""

    wait: int


@dataclass(frozen=True)
class Template:
    """A session that a host opens with one tap, or makes a weekly series of."""

    title: str
    session_kind: SessionKind
    minutes: int | None  # None: until the host closes it
    capacity: int | None
    rhythm: tuple[Phase, ...] = ()
    stow_ways: StowWays | None = None  # None: any that the venue has
    firm_limit: int | None = None  # people at once, which no host can exceed


@dataclass(frozen=True)
class AttendancePanel:
    """The session that the board shows, and the people and phones in it."""

    session: OpenedSession | None  # None: none is open
    live: tuple[OpenedSession, ...] = ()  # all that are open, ``session`` among them
    people: int = 0  # in the zone
    on_break: int = 0  # people
    phones_stowed: int = 0
    phones_kept: int = 0  # in the zone, with their owners
    reminders: tuple[Reminder, ...] = ()  # that are due


@dataclass(frozen=True)
class StowCount:
    """The venue's pouches, or its lockers."""

    total: int = 0
    free: int = 0  # that this kiosk may give out
    in_use: tuple[int, ...] = ()  # numbers, of all sessions


@dataclass(frozen=True)
class CapacityPanel:
    """Places of the session that the board shows; pouches and lockers of the venue."""

    capacity: int | None = None  # None: no limit
    places_left: int | None = None  # that this kiosk may still promise
    venue_places_left: int | None = None  # free in the whole venue
    pouches: StowCount = StowCount()
    lockers: StowCount = StowCount()


@dataclass(frozen=True)
class TimetablePanel:
    """What a host can open."""

    planned: tuple[PlannedSession, ...] = ()
    templates: tuple[Template, ...] = ()


@dataclass(frozen=True)
class HealthPanel:
    """The state of the sync and of the database."""

    is_paired: bool
    entries_waiting: int = 0  # that the server has not acknowledged
    trouble: Trouble | None = None


@dataclass(frozen=True)
class BoardState:
    """What the host's board shows, by panel."""

    attendance: AttendancePanel
    capacity: CapacityPanel
    timetable: TimetablePanel
    health: HealthPanel


@dataclass(frozen=True)
class ClosedSession:
    """A session was closed; visits that were still open were checked out with it, marked as estimates."""

    title: str
    checked_out: int  # people
    pouches_out: tuple[int, ...]
    lockers_out: tuple[int, ...] = ()
    session_kind: SessionKind = "open_hours"
