"""Records of an evacuation's roll call: numbers and party sizes, never names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class RollEntry:
    """One party on the roll."""

    visit: UUID
    stow: str  # pouch, locker or none
    numbers: tuple[int, ...]  # of pouches or lockers; none: ``arrived`` tells the party from others
    arrived: datetime  # in the venue's time zone
    party_size: int
    on_break: bool = False
    is_out: bool = False  # counted out, or checked out since the start
    has_left: bool = False  # checked out since the start


@dataclass(frozen=True)
class RollCall:
    """What the page of an evacuation shows; times are in the venue's time zone."""

    started: datetime
    entries: tuple[RollEntry, ...]  # by kind of stow and number, those without a number last
    staff_out: int = 0
    others: tuple[datetime | None, ...] = ()  # when each other kiosk was last heard from, None: at an unknown time
    is_paired: bool = False
    has_lockers: bool = False
    has_board: bool = False  # that opens lockers
    key_at: str = ""  # where the lockers' key hangs
    is_saved: bool = True  # False: what was counted is only in this kiosk's memory
    is_stale: bool = False  # the ledger can't be read
    read_at: datetime | None = None  # of when the visits are
    needs_pin: bool = True  # to end the roll call; False: no host has a PIN here

    @property
    def inside(self) -> tuple[RollEntry, ...]:
        """Parties that are not on a break."""
        return tuple(entry for entry in self.entries if not entry.on_break)

    @property
    def on_break(self) -> tuple[RollEntry, ...]:
        """Parties that are on a break, with their phones: they are probably out already."""
        return tuple(entry for entry in self.entries if entry.on_break)

    @property
    def missing(self) -> tuple[RollEntry, ...]:
        """Parties that are neither on a break nor out."""
        return tuple(entry for entry in self.inside if not entry.is_out)


def count_people(entries: tuple[RollEntry, ...]) -> int:
    """The sum of the parties' sizes."""
    return sum(entry.party_size for entry in entries)


def count_out(entries: tuple[RollEntry, ...]) -> int:
    """People of the parties that are out."""
    return sum(entry.party_size for entry in entries if entry.is_out)
