"""The health of a kiosk: what hearth-kiosk status prints and the health page shows."""

from dataclasses import dataclass

from kiosk.rules.device_states import DeviceState


@dataclass(frozen=True)
class SyncHealth:
    """The connection to the server. Times in ms since 1970 UTC, by this kiosk's clock."""

    server: str | None  # its address; None: this kiosk stands alone
    venue: str = ""
    has_lost_pairing: bool = False  # with a damaged file
    is_copy: bool = False  # the server has refused this data folder as a copy
    waiting: int = 0  # entries that the server has not acknowledged
    oldest_at: int | None = None  # of these
    acknowledged: int = 0  # the last entry that it has
    sent: int = 0  # of an upload that goes on
    seconds: float = 0.0  # that this took
    error: str = ""  # of the last exchange; empty: it succeeded
    error_at: int = 0
    again_at: int = 0
    contact_at: int | None = None  # the last exchange that succeeded; None: none since the start, or not known


@dataclass(frozen=True)
class DatabaseHealth:
    """The ledger's file and its backups."""

    is_suspect: bool = False  # found damaged while it ran
    rebuilt_facts: int | None = None  # that the last rebuild restored; None: it was never rebuilt
    kept_as: str = ""  # the name of the damaged file
    restored: int = 0  # facts that came back from the server
    is_restoring: bool = False
    checked_at: int | None = None  # the last full check
    backup_at: int | None = None  # of the newest backup
    backup_error: str = ""


@dataclass(frozen=True)
class MachineHealth:
    """The machine and the program."""

    version: str
    clock_source: str  # that has set the clock; empty: none
    is_clock_known: bool  # from the server, although it is not set
    disk_free: int  # bytes
    temperature: float | None = None  # °C; None: not measured
    missing_voice: str = ""  # the program that reads aloud, where it is missing
    devices: tuple[DeviceState, ...] = ()  # on wires, as the running kiosk saw them last


@dataclass(frozen=True)
class KioskHealth:
    """The health of a kiosk."""

    sync: SyncHealth
    database: DatabaseHealth
    machine: MachineHealth

    @property
    def is_clock_sure(self) -> bool:
        """Whether the time is known."""
        return bool(self.machine.clock_source) or self.machine.is_clock_known
