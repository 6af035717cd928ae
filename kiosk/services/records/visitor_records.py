"""Records that visitor screens send to the services and show; none holds a visitor's name."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from kiosk.rules.slips import Slip
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.shared_records import OpenedSession, PlannedSession, Reminder
from sync.domain.events import Stow
from sync.domain.visit import visit_of


@dataclass(frozen=True)
class LiveSession:
    """An open session as the welcome screen shows it."""

    session: OpenedSession
    people: int  # in the zone
    places_left: int | None  # that this kiosk may still promise; None: no limit
    venue_places_left: int | None = None  # free in the whole venue; None: no limit
    on_break: int = 0  # people on a break, who keep their places


@dataclass(frozen=True)
class DoorState:
    """What the welcome screen shows; it is public and has no personal data."""

    venue: str
    live: tuple[LiveSession, ...]  # sessions that people can join now; empty: the door is closed
    on_break: int  # people
    has_host: bool  # False until the first PIN has been set
    coming: tuple[PlannedSession, ...] = ()  # the next planned sessions, the earliest first
    free_at: datetime | None = None  # when all places are taken: the expected time of the next free ones
    reminders: tuple[Reminder, ...] = ()  # that are due
    is_evacuated: bool = False  # a roll call is running at the venue
    has_left_behind: bool = False  # phones, pouches or lockers of ended visits are not back


@dataclass(frozen=True)
class ShelfState:
    """The pouches and lockers that are free, and the venue's telephone for visitors' contacts."""

    pouches: int  # free ones
    lockers: int
    has_pouches: bool  # the venue has some, free or not
    has_lockers: bool
    reach: str | None = None  # the venue's telephone


@dataclass(frozen=True)
class CheckInRequest:
    """A party that wants to check in, and where its phones go."""

    party_size: int
    phones: int  # to be stowed
    kept: int  # staying with their owners
    language: str = "en"  # of the screens that the party used
    stow: Stow = "pouch"  # "none": the host takes the phones
    session: UUID | None = None  # None: the only one that is open
    host: HostSession | None = None  # who lets it in over the capacity, if there is no place
    pass_hash: str | None = field(default=None, repr=False)  # of the holder's pass


@dataclass(frozen=True)
class PassWays:
    """How a kiosk can issue a pass: print one, teach a blank card."""

    prints: bool = False
    teaches: bool = False

    @property
    def is_offered(self) -> bool:
        """Whether there is any way."""
        return self.prints or self.teaches


@dataclass(frozen=True)
class IssuedPass:
    """A pass that is to be printed. Whoever has its ``text`` has the pass."""

    text: str = field(repr=False)
    pass_hash: str = field(repr=False)


@dataclass(frozen=True)
class PassMade:
    """A party has got its pass."""

    how: Literal["printed", "taught"]


@dataclass(frozen=True)
class PassNotMade:
    """No pass was issued. ``taken``: the card is a pass already."""

    why: Literal["none_left", "not_printed", "taken"]


@dataclass(frozen=True)
class CheckedIn:
    """A party has checked in; the check-in is durable."""

    numbers: tuple[int, ...]  # pouches, one a phone; or the lockers that hold them
    phones: int
    kept: int
    party_size: int
    code: str  # four digits
    slip: str  # the code on the slip, as kiosk.rules.slips makes it
    shelf: str  # where the pouches hang: "from the shelf on the left"
    reach: str | None  # the venue's telephone
    stow: Stow = "pouch"
    now: datetime | None = None  # in the venue's time zone
    until: datetime | None = None  # planned end of the session
    remind_at: datetime | None = None  # when they want to be reminded
    asks_before: bool = True  # the venue asks on the way in how visitors feel
    doors: tuple[int, ...] = ()  # the lockers that a board opens
    pass_ways: PassWays = PassWays()  # in which the party can get a pass now
    venue: str = ""
    has_printer: bool = False  # for a slip of paper
    is_practice: bool = False  # the session is for trying

    @property
    def visit(self) -> UUID:
        """The visit's id."""
        return visit_of(self.slip)


@dataclass(frozen=True)
class SeveralSessions:
    """More than one session is open: the party has to choose. ``pass_hash``: of the holder's pass."""

    live: tuple[LiveSession, ...]
    pass_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ByPass:
    """The outcome of a scanned pass. ``language``: that its holder used last time; None: not known."""

    outcome: object
    language: str | None = None


@dataclass(frozen=True)
class PassChooses:
    """The holder of a pass comes in and chooses the party: for the first time here, or because no pouch is free."""

    pass_hash: str = field(repr=False)
    session: UUID | None = None


@dataclass(frozen=True)
class PassSeen:
    """A valid pass of which nothing was recorded: the holder is in or out already, or the door is closed."""

    where: Literal["in", "out", "closed"]
    pass_hash: str = field(repr=False)
    numbers: tuple[int, ...] = ()
    stow: Stow = "none"


@dataclass(frozen=True)
class RefusedPass:
    """A pass that opens no door here.

    ``foreign``: another organisation's; ``damaged``: not read completely, or made up; ``in_twice``: copied, or used at
    two kiosks that could not reach each other. ``blank_card``: a card that was not taught here.
    """

    why: Literal["foreign", "damaged", "revoked", "forgotten", "in_twice", "blank_card"]


@dataclass(frozen=True)
class SessionFull:
    """The party is larger than the number of places left, or than what the zone may hold at all."""

    places_left: int  # that this kiosk may still promise
    venue_places_left: int = 0  # free in the whole venue; the host may admit more than this kiosk's share
    party_size: int = field(default=1, compare=False)
    session: UUID | None = field(default=None, compare=False)
    room_over_capacity: int | None = field(
        default=None, compare=False
    )  # how many a host may let in over the capacity; None: no limit
    pass_hash: str | None = field(default=None, compare=False, repr=False)  # of the holder's pass

    @property
    def host_can_admit(self) -> bool:
        """Whether a host may let the party in."""
        return self.room_over_capacity is None or self.party_size <= self.room_over_capacity


@dataclass(frozen=True)
class PartyFits:
    """There are places for a party of this size, as far as is known before it has chosen where its phones go."""

    party_size: int
    session: UUID | None  # as requested


@dataclass(frozen=True)
class NotOpen:
    """The session was closed in the meantime."""


@dataclass(frozen=True)
class NoPouch:
    """Fewer pouches, or lockers, are free than the party's phones need."""

    free: int
    stow: Stow = "pouch"


@dataclass(frozen=True)
class CodeAndNumber:
    """The number of a pouch or locker, typed in place of a code or together with it.

    With the ``code`` where two parties have the same one; without it where a ``host`` has checked who it is.
    """

    number: int
    code: str | None = None
    host: HostSession | None = None
    stow: Stow | None = None  # None: either


@dataclass(frozen=True)
class CheckedOut:
    """A party has left; ``numbers`` are the pouches to open and give back, or the lockers to empty."""

    visit: UUID
    numbers: tuple[int, ...]
    phones: int
    phone_free: timedelta
    stow: Stow = "pouch"
    known: bool = True  # False: it checked in at another kiosk, whose entry has not arrived here yet
    asks_after: bool = True  # the venue asks on the way out how visitors feel
    late: bool = False  # the visit had ended before: the phone is only handed back
    doors: tuple[int, ...] = ()  # the lockers that a board opens
    elsewhere: tuple[int, ...] = ()  # the lockers that only the board of another kiosk opens


@dataclass(frozen=True)
class LockersElsewhere:
    """Nothing was recorded of a break: the board of another kiosk, where the party came in, opens these lockers."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class VisitOver:
    """The visit has ended: no break can begin or end. ``phones`` of it are still here."""

    phones: int


@dataclass(frozen=True)
class SteppedOut:
    """A party on a break has its phones; it keeps its places and pouches."""

    numbers: tuple[int, ...]
    stow: Stow = "pouch"
    doors: tuple[int, ...] = ()  # the lockers that a board opens


@dataclass(frozen=True)
class CameBack:
    """A party has come back from a break; its phones go back where they were."""

    numbers: tuple[int, ...]
    stow: Stow = "pouch"
    doors: tuple[int, ...] = ()  # the lockers that a board opens


@dataclass(frozen=True)
class NoSuchCode:
    """No open visit has this code, or number. ``wait``: seconds until the next attempt is accepted."""

    wait: int = 0


@dataclass(frozen=True)
class Unconfirmed:
    """A slip without a check, of a visit that is unknown here: its four digits tell whether it was read right."""

    slip: Slip


@dataclass(frozen=True)
class SlipAndDigits:
    """Such a slip, and the four digits that were typed for it."""

    slip: Slip
    code: str


@dataclass(frozen=True)
class CodeShared:
    """Two visits have this code, given out by two kiosks that were offline. Their numbers tell them apart."""

    code: str


@dataclass(frozen=True)
class PouchOrLocker:
    """A pouch and a locker with this number are both in use."""

    number: int
