"""How a device says how it is: frozen records that the board, hearth-kiosk status and the heartbeat show."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

DeviceKind = Literal["scanner", "card_reader", "printer", "lockers"]


class Condition(StrEnum):
    """What a device can do at the moment. The values travel in heartbeats."""

    ABSENT = "absent"  # nothing is plugged in where it should be
    BUSY = "busy"  # another program has opened its port
    SILENT = "silent"  # its port is open, but the device does not answer
    UNKNOWN = "unknown"  # its port is open; this device can't say how it is
    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    FAULT = "fault"  # it reports that it can't go on

    @property
    def needs_hand(self) -> bool:
        """Whether a host should look at the device."""
        return self not in (Condition.READY, Condition.UNKNOWN)


@dataclass(frozen=True)
class DeviceState:
    """A device and how it is. ``detail`` is for whoever repairs it, in technical English."""

    name: str  # as configured; unique at this kiosk
    kind: DeviceKind
    condition: Condition
    port: str = ""  # the path that was opened last
    detail: str = ""
