"""What the desk tells the screens: frozen records, ready to be shown, with no name of a visitor in them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from kiosk.rules.slips import Slip
from sync.domain.events import SessionKind, Stow
from sync.domain.visit import visit_of
from sync.ledger.condition import StorageFault


@dataclass(frozen=True)
class OpenedSession:
    """A session that people can join now; ``until`` is in the venue's own time zone."""

    id: UUID
    title: str
    until: datetime | None
    session_kind: SessionKind = "open_hours"


@dataclass(frozen=True)
class LiveSession:
    """An open session as its door shows it."""

    session: OpenedSession
    people: int  # in the room
    places_left: int | None  # that this kiosk may still promise; None: no limit
    venue_places_left: int | None = None  # free in the whole venue; None: no limit
    on_break: int = 0  # people who are out for a while and keep their places


@dataclass(frozen=True)
class PlannedSession:
    """A session that the coordinator has planned for this zone; times are in the venue's own time zone."""

    id: UUID
    title: str
    start: datetime
    end: datetime
    capacity: int | None
    in_days: int = 0  # 0: it begins today, or has begun
    session_kind: SessionKind = "open_hours"


@dataclass(frozen=True)
class Reminder:
    """It is time for a visit that wished to be told so; a pouch or locker says whom, and nothing more.

    ``visit`` and ``chosen`` identify it. Both are stored: a time that is computed at each look differs by a millisecond
    from one look to the next.
    """

    visit: UUID
    chosen: int  # the choice that it follows from, as stored with it; another choice is another sign
    at: datetime = field(compare=False)
    stow: Stow = field(compare=False)
    numbers: tuple[int, ...] = field(compare=False)


@dataclass(frozen=True)
class DoorState:
    """What anybody may see from the street: the welcome screen's one glance."""

    venue: str
    live: tuple[LiveSession, ...]  # what people can join now; none: the door is closed
    on_break: int  # people
    has_host: bool  # False until the first PIN has been chosen
    coming: tuple[PlannedSession, ...] = ()  # what is planned next, the earliest first
    free_at: datetime | None = None  # where every place is taken: when the next ones are likely to be free
    signs: tuple[Reminder, ...] = ()


@dataclass(frozen=True)
class ShelfState:
    """Where phones can rest just now, and how their owners can be reached meanwhile."""

    pouches: int  # free ones
    lockers: int
    has_pouches: bool  # the venue has some, free or not
    has_lockers: bool
    reach: str | None = None  # the venue's telephone


@dataclass(frozen=True)
class CheckInRequest:
    """A party's answer to "where will your phones rest?"."""

    party_size: int
    phones: int  # to be stowed
    kept: int  # staying with their owners
    language: str = "en"  # that the party was spoken to in
    stow: Stow = "pouch"  # "none": the host takes the phones
    session: UUID | None = None  # None: the only one that is open


@dataclass(frozen=True)
class CheckedIn:
    """A party is in, and it is on the disk."""

    numbers: tuple[int, ...]  # pouches, one a phone; or the lockers that hold them
    phones: int
    kept: int
    party_size: int
    code: str  # four digits
    slip: str  # the code on the slip, as kiosk.rules.slips draws it
    shelf: str  # where the pouches hang: "from the shelf on the left"
    reach: str | None  # the venue's telephone
    stow: Stow = "pouch"
    now: datetime | None = None  # in the venue's own time zone
    until: datetime | None = None  # when the session ends, as planned
    sign_at: datetime | None = None  # when they wish to be told that it is time
    asks_before: bool = True  # the venue asks how one feels on the way in

    @property
    def visit(self) -> UUID:
        """The visit's id."""
        return visit_of(self.slip)


@dataclass(frozen=True)
class SeveralSessions:
    """More than one session is on: the party has to say which it means."""

    live: tuple[LiveSession, ...]


@dataclass(frozen=True)
class SessionFull:
    """More people than places are left."""

    places_left: int  # that this kiosk may still promise
    venue_places_left: int = 0  # free in the whole venue; the host may admit more than this kiosk's share


@dataclass(frozen=True)
class PartyFits:
    """There is room for a party of this size, as far as is known before it has chosen where its phones rest."""

    party_size: int
    session: UUID | None  # as it was asked


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
    """What somebody shows instead of a code: the pouch or locker whose number is typed.

    With the ``code`` where two parties have the same one; without it a ``host`` has seen to it.
    """

    number: int
    code: str | None = None
    host: UUID | None = None
    stow: Stow | None = None  # None: whichever has that number


@dataclass(frozen=True)
class CheckedOut:
    """A party has left; ``numbers`` are the pouches to open and give back, or the lockers to empty."""

    visit: UUID
    numbers: tuple[int, ...]
    phones: int
    phone_free: timedelta
    stow: Stow = "pouch"
    known: bool = True  # False: it came in at another kiosk, of which this one has not heard yet
    asks_after: bool = True  # the venue asks how one feels on the way out


@dataclass(frozen=True)
class SteppedOut:
    """A party has its phones for a while; its places and pouches stay its own."""

    numbers: tuple[int, ...]
    stow: Stow = "pouch"


@dataclass(frozen=True)
class CameBack:
    """A party is in again; its phones go back to rest where they were."""

    numbers: tuple[int, ...]
    stow: Stow = "pouch"


@dataclass(frozen=True)
class NoSuchCode:
    """Nobody who is in has this code, or number. ``wait`` is how many seconds the next try is held back."""

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
    """Two parties have this code: two kiosks that could not hear each other gave it out. Their numbers tell."""

    code: str


@dataclass(frozen=True)
class PouchOrLocker:
    """A pouch and a locker with this number are both in use."""

    number: int


@dataclass(frozen=True)
class HostSession:
    """A host has shown who they are; ``session``: which of several they are about."""

    host: UUID
    session: UUID | None = None


@dataclass(frozen=True)
class WrongPin:
    """Not a host's PIN, or too many tries: the next one is listened to in ``wait`` seconds (0: at once)."""

    wait: int


@dataclass(frozen=True)
class Template:
    """A session that a host opens with one tap."""

    title: str
    session_kind: SessionKind
    minutes: int | None  # None: until the host closes it
    capacity: int | None


@dataclass(frozen=True)
class BoardState:
    """The host's one glance. While ``session`` is None, ``planned`` and ``templates`` are on offer."""

    session: OpenedSession | None
    templates: tuple[Template, ...]
    people: int  # in the room
    at_rest: int  # phones stowed now
    kept: int  # phones in the room that stay with their owners
    on_break: int  # people
    capacity: int | None
    places_left: int | None  # that this kiosk may still promise
    pouches: int
    pouches_free: int
    pouches_out: tuple[int, ...]  # numbers in visitors' hands
    paired: bool
    waiting: int  # entries the server has not acknowledged
    planned: tuple[PlannedSession, ...] = ()
    lockers: int = 0
    lockers_free: int = 0
    lockers_out: tuple[int, ...] = ()  # numbers that hold phones
    live: tuple[OpenedSession, ...] = ()  # all that are open, the shown one among them
    signs: tuple[Reminder, ...] = ()  # whose time it is
    venue_places_left: int | None = None  # free in the whole venue
    trouble: StorageFault | Literal["copied", "pairing lost"] | None = None  # what the host has to do


@dataclass(frozen=True)
class ClosedSession:
    """A session has ended; whoever was still in has been checked out, marked as an estimate."""

    title: str
    checked_out: int  # people
    pouches_out: tuple[int, ...]
    lockers_out: tuple[int, ...] = ()
    session_kind: SessionKind = "open_hours"
