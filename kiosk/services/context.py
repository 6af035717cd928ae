"""What every service works with: the ledger, the venue's profile and what this kiosk may promise of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_states import DeviceState
from kiosk.rules.setting_values import SettingValues
from kiosk.services.hosts_marker import HostsMarker
from kiosk.services.records.health_record import KioskHealth
from kiosk.services.records.host_records import HostSession, NotPaired, Paired, Template
from kiosk.services.roll_memory import RollMemory
from sync.allocation.kiosk_side import KioskAllocation
from sync.ledger.condition import StorageCondition
from sync.ledger.ledger import Ledger


@dataclass(frozen=True)
class VenueProfile:
    """A venue's settings, from kiosk.toml or from its coordinator."""

    venue: str
    zone: str  # the zone's id, or its name while no server has given it one
    time_zone: ZoneInfo
    pouches: int  # how many pouches there are, numbered from 1
    shelf: str  # completes "take it …": "from the shelf on the left"
    reach: str | None  # the venue's telephone
    paired: bool  # with a server
    templates: tuple[Template, ...]
    lockers: int = 0  # how many there are, numbered from 1
    asks_before: bool = True  # how visitors feel, on the way in
    asks_after: bool = True  # and on the way out
    key_at: str = ""  # where the lockers' key hangs


NIL = UUID(int=0)  # the subject of facts about a kiosk that is not paired


@dataclass(frozen=True)
class PairedPlace:
    """The venue and zone that the server has given this kiosk."""

    kiosk: UUID = NIL
    venue_id: UUID = NIL
    venue: str = ""
    zone_id: UUID = NIL
    zone: str = ""

    @property
    def is_paired(self) -> bool:
        """Whether there is a server."""
        return self.kiosk != NIL


NO_PLACE = PairedPlace()


@dataclass(frozen=True)
class Machine:
    """What a kiosk's machine can do."""

    read_health: Callable[[], KioskHealth]
    export_log: Callable[[datetime], Path]  # named by the local time; raises UserError
    power_off: Callable[[], bool] | None = None  # False: it failed; None: no command for it is set


@dataclass
class KioskContext:
    """The first argument of every service.

    ``profile`` is replaced as a whole when the coordinator or a lead changes settings.
    """

    ledger: Ledger
    profile: VenueProfile
    allocation: KioskAllocation  # the pouches, lockers, codes and places that this kiosk may promise
    condition: StorageCondition = field(default_factory=StorageCondition)  # of the ledger's disk
    marker: HostsMarker = field(default_factory=HostsMarker)  # whether this kiosk has had hosts
    pair: Callable[[str, str], Paired | NotPaired] | None = None  # with a server's address and a code
    unpair: Callable[[HostSession], None] | None = None  # by a lead
    machine: Machine | None = None
    file_settings: SettingValues = field(default_factory=SettingValues)  # of kiosk.toml
    place: PairedPlace = NO_PLACE
    roll_memory: RollMemory = field(default_factory=RollMemory)  # for an evacuation
    send_command: Callable[[DeviceCommand], bool] = lambda command: False  # False: there is no such device
    device_states: Callable[[], tuple[DeviceState, ...]] = tuple

    def local_time(self, at: int) -> datetime:
        """``at`` (ms since 1970 UTC) in the venue's time zone."""
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.profile.time_zone)
