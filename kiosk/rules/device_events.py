"""What a device reports to the page that is shown: frozen records, without I/O.

A device's thread passes them to ``kiosk.bridge.Bridge.deliver``, which hands them over between frames to the page's
``device_event``. The records are here, below devices and screens, because both use them and neither knows the other.
A new device adds its records to ``DeviceEvent``, and a case to ``device_event`` of the pages that react to it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from kiosk.rules.device_states import DeviceState
from kiosk.rules.passes import ScannedPass
from kiosk.rules.slips import Slip


@dataclass(frozen=True)
class SlipScanned:
    """A scanner has read a slip. It is processed once, by the first page that accepts it."""

    slip: Slip


@dataclass(frozen=True)
class PassScanned:
    """A scanner has read a pass. It is processed once, by the first page that accepts it."""

    scanned: ScannedPass


@dataclass(frozen=True)
class UnreadableScan:
    """A scanner has read something that is no slip and no pass, or not a whole one. What it read is not kept."""


@dataclass(frozen=True)
class CardSeen:
    """A card was laid on a reader. ``card``: its normal form (:mod:`kiosk.rules.cards`), which no log shows."""

    card: str = field(repr=False)


@dataclass(frozen=True)
class PaperPrinted:
    """A job has come out of the printer, as far as that printer can say."""

    job: UUID


@dataclass(frozen=True)
class PaperNotPrinted:
    """A job was not printed, or not to its end; it is not tried again."""

    job: UUID


@dataclass(frozen=True)
class DeviceStateChanged:
    """A device's state is another one than before."""

    state: DeviceState


DeviceEvent = (
    SlipScanned | PassScanned | UnreadableScan | CardSeen | PaperPrinted | PaperNotPrinted | DeviceStateChanged
)
