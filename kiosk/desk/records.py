"""What the desk tells the screens: frozen records, ready to be shown, with no name of a visitor in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sync.domain.events import SessionKind


@dataclass(frozen=True)
class Opened:
    """A session that people can join now; ``until`` is in the venue's own time zone."""

    id: UUID
    title: str
    until: datetime | None


@dataclass(frozen=True)
class Door:
    """What anybody may see from the street: the welcome screen's one glance."""

    venue: str
    session: Opened | None
    people: int
    places_left: int | None  # None: no limit
    stepped_out: int  # visits, not people
    has_host: bool  # False until the first PIN has been chosen


@dataclass(frozen=True)
class Rest:
    """A party's answer to "where will your phones rest?"."""

    party_size: int
    phones: int  # to be stowed
    kept: int  # staying with their owners
    language: str = "en"  # that the party was spoken to in
    with_host: bool = False  # no pouch is free: the host takes the phones


@dataclass(frozen=True)
class Welcomed:
    """A party is in, and it is on the disk."""

    numbers: tuple[int, ...]  # pouches, one a phone
    phones: int
    kept: int
    party_size: int
    code: str  # four digits
    slip: str  # the code on the slip, ``HS1:`` and 16 characters
    shelf: str  # where the pouches hang: "from the shelf on the left"
    reach: str | None  # the venue's telephone


@dataclass(frozen=True)
class Full:
    """More people than places are left."""

    places_left: int


@dataclass(frozen=True)
class NotOpen:
    """The session was closed in the meantime."""


@dataclass(frozen=True)
class NoPouch:
    """Fewer pouches are free than the party has phones."""

    free: int


@dataclass(frozen=True)
class Farewell:
    """A party has left; ``numbers`` are the pouches to open and give back."""

    visit: UUID
    numbers: tuple[int, ...]
    phones: int
    phone_free: timedelta


@dataclass(frozen=True)
class SteppedOut:
    """A party has its phones for a while; its places and pouches stay its own."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class CameBack:
    """A party is in again; its phones go back to rest where they were."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class NoSuchCode:
    """Nobody who is in has this code. ``wait`` is how many seconds the next try is held back."""

    wait: int = 0


@dataclass(frozen=True)
class HostIn:
    """A host has shown who they are."""

    host: UUID


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
class Planned:
    """A session of today that the coordinator has planned for this zone; times are in the venue's own time zone."""

    id: UUID
    title: str
    start: datetime
    end: datetime
    capacity: int | None


@dataclass(frozen=True)
class Board:
    """The host's one glance. While ``session`` is None, ``planned`` and ``templates`` are on offer."""

    session: Opened | None
    templates: tuple[Template, ...]
    people: int
    at_rest: int  # phones stowed now
    kept: int
    stepped_out: int  # visits
    capacity: int | None
    places_left: int | None
    pouches: int
    pouches_free: int
    pouches_out: tuple[int, ...]  # numbers in visitors' hands
    paired: bool
    waiting: int  # entries the server has not acknowledged
    planned: tuple[Planned, ...] = ()
    trouble: Literal["damaged", "pairing lost"] | None = None  # what a damaged file asks of the host


@dataclass(frozen=True)
class Closed:
    """A session has ended; whoever was still in has been checked out, marked as an estimate."""

    title: str
    checked_out: int  # people
    pouches_out: tuple[int, ...]
