"""What the desk works with: the ledger, what this venue has on its shelf, and what of it this kiosk may promise."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.services.records import Template
from sync.allocation.kiosk_side import KioskAllocation
from sync.ledger.condition import StorageCondition
from sync.ledger.ledger import Ledger


@dataclass(frozen=True)
class VenueProfile:
    """What a venue says of itself."""

    venue: str
    zone: str  # the zone's id, or its name while no server has given it one
    time_zone: ZoneInfo
    pouches: int  # how many pouches there are, numbered from 1
    shelf: str  # completes "take it …": "from the shelf on the left"
    reach: str | None  # the venue's telephone
    paired: bool  # with a server
    templates: tuple[Template, ...]
    lockers: int = 0  # how many there are, numbered from 1
    asks_before: bool = True  # how one feels, on the way in
    asks_after: bool = True  # and on the way out


@dataclass
class KioskContext:
    """A ledger, its house, and what it may promise there; every function of this folder takes one first.

    The house is replaced as a whole when the coordinator says something else of it.
    """

    ledger: Ledger
    profile: VenueProfile
    allocation: KioskAllocation  # which of the house's pouches, codes and places are this kiosk's to promise
    condition: StorageCondition = field(default_factory=StorageCondition)  # of the ledger's disk

    def local(self, at: int) -> datetime:
        """``at`` (ms since 1970 UTC) by the venue's own clocks."""
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.profile.time_zone)
