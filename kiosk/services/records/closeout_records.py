"""Records of the close-out: what has not come back, and what was closed in the night."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sync.domain.events import SessionKind, Stow
from sync.domain.stow_returns import PhonePlace, PouchPlace

ClearingAct = Literal[
    "all_back", "phone_back", "stow_back", "left_behind", "phone_lost", "stow_lost", "phone_found", "stow_found"
]
Note = Literal["in_safe", "at_counter", "in_office", "with_host", "sent_to_owner"]  # where a phone is that was left
NOTES: tuple[Note, ...] = ("in_safe", "at_counter", "in_office", "with_host", "sent_to_owner")


@dataclass(frozen=True)
class OpenItem:
    """One pouch or locker of a visit that has ended, or (``number`` None) its phones that are in neither.

    ``note``: where a phone is that was left behind; of a later release perhaps none of NOTES.
    """

    visit: UUID
    number: int | None
    stow: Stow
    phones: int  # in this number
    phone: PhonePlace
    pouch: PouchPlace
    note: str | None = None
    ended: datetime | None = None  # in the venue's time zone

    @property
    def has_phone_here(self) -> bool:
        """Whether a phone has to be handed back."""
        return self.phones > 0 and self.phone == "here"

    @property
    def is_open(self) -> bool:
        """Whether a phone is here, or the pouch is not back."""
        return self.has_phone_here or self.pouch == "out"

    @property
    def is_lost(self) -> bool:
        """Whether something of it is lost."""
        return self.pouch == "lost" or (self.phones > 0 and self.phone == "lost")


@dataclass(frozen=True)
class Clearing:
    """What became of an item; ``note``: where a phone is that was left behind."""

    item: OpenItem
    act: ClearingAct
    note: Note | None = None


@dataclass(frozen=True)
class OpenItems:
    """What has not come back, by number, and below it what is lost."""

    to_clear: tuple[OpenItem, ...] = ()
    lost: tuple[OpenItem, ...] = ()


@dataclass(frozen=True)
class CloseoutFigures:
    """What is left open, in a few figures."""

    phones: int = 0  # still here
    pouches: tuple[int, ...] = ()  # that are held
    lockers: tuple[int, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether nothing is open."""
        return not (self.phones or self.pouches or self.lockers)


@dataclass(frozen=True)
class NightClosing:
    """A session that was closed after the venue's day had ended; ``ended_at`` is an estimate, in its time zone."""

    title: str
    ended_at: datetime
    session_kind: SessionKind = "open_hours"
    is_practice: bool = False


@dataclass(frozen=True)
class MorningReport:
    """What was closed in the night, and what is still here."""

    closed: tuple[NightClosing, ...]
    people: int  # who were checked out then
    still_here: CloseoutFigures


@dataclass(frozen=True)
class CloseoutState:
    """What has not come back, and what was closed in the night if no host has seen it yet."""

    items: OpenItems
    report: MorningReport | None = None
