"""Records that host screens send to the services and show."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from kiosk.rules.device_states import DeviceState
from kiosk.rules.host_record import HostRole
from kiosk.services.records.closeout_records import NightClosing
from kiosk.services.records.correction_records import LastAct
from kiosk.services.records.locker_records import LockerTrouble
from kiosk.services.records.shared_records import OpenedSession, PlannedSession, Reminder
from sync.domain.events import Phase, SessionKind, StowWays
from sync.ledger.condition import StorageFault

Trouble = StorageFault | Literal["copied", "pairing lost", "key missing", "change key"]  # that the host has to act on


@dataclass(frozen=True)
class HostSession:
    """An authenticated host. It ends with the page's idle timeout; then the PIN is asked for again.

    ``by_card``: by a staff card alone, which can be copied.
    """

    host_id: UUID
    number: int = 0  # stands for the host in exports, on paper and in logs
    role: HostRole = "host"
    name: str = field(default="", repr=False)  # so that no log shows it
    by_card: bool = False


@dataclass(frozen=True)
class NoAccess:
    """Why no host can sign in.

    ``first``: there has never been one; ``key``: they are known to other kiosks alone, until the venue key is typed;
    ``lost``: there were some, and they are lost with their PINs.
    """

    why: Literal["first", "key", "lost"]


@dataclass(frozen=True)
class ListedHost:
    """A host, as the venue's kiosks show it."""

    id: UUID
    number: int
    name: str = field(repr=False)  # empty: of a host that an earlier release made
    role: HostRole
    has_card: bool = False


@dataclass(frozen=True)
class CardTaken:
    """The card is another host's already."""

    owner: ListedHost


@dataclass(frozen=True)
class Setup:
    """What the first start has asked so far. ``is_new``: the venue is asked for too, and not only the first host."""

    venue: str
    zone: str
    pouches: int
    lockers: int
    is_new: bool = True
    host_name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Paired:
    """The kiosk has been paired with a server."""

    venue: str
    zone: str


@dataclass(frozen=True)
class NotPaired:
    """Pairing failed. ``why``: the code is wrong, used or expired; the server is out of reach or its address wrong."""

    why: Literal["code", "server"]


@dataclass(frozen=True)
class NewHost:
    """A host who is about to be added."""

    name: str = field(repr=False)
    role: HostRole


@dataclass(frozen=True)
class HostList:
    """The venue's hosts. ``unknown``: how many of them have to be unlocked with another key."""

    hosts: tuple[ListedHost, ...]
    unknown: int = 0
    must_change_key: bool = False  # because a kiosk left the venue with it


@dataclass(frozen=True)
class LastLead:
    """The venue's only lead stays a lead."""

    host: ListedHost


@dataclass(frozen=True)
class NewPin:
    """A PIN that the kiosk proposes for a host; it is shown once and counts when the host has confirmed it."""

    host: ListedHost
    pin: str = field(repr=False)


@dataclass(frozen=True)
class WrongKey:
    """The key is not the one of this venue's hosts."""


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
    last_act: LastAct | None = None  # of this kiosk, if it can be undone


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
    """The state of the sync and of the database, and what no host has seen yet."""

    is_paired: bool
    entries_waiting: int = 0  # that the server has not acknowledged
    trouble: Trouble | None = None
    closed_at_night: tuple[NightClosing, ...] = ()
    devices: tuple[DeviceState, ...] = ()  # those that need a hand
    locker_troubles: tuple[LockerTrouble, ...] = ()  # lockers that need a hand


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
    closed_at: datetime | None = None  # in the venue's time zone
    is_practice: bool = False
