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
class PairingCodeScanned:
    """A scanner has read the QR code of a server's pairing page. The address may be one that can't be used."""

    address: str
    code: str = field(repr=False)


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


@dataclass(frozen=True)
class BoardAnswers:
    """A locker board answers for the first time, or again. What happened before is not known."""

    numbers: tuple[int, ...]  # of its lockers
    open_numbers: tuple[int, ...]  # whose doors are open


@dataclass(frozen=True)
class BoardSilent:
    """A locker board does not answer: nothing is known of its doors."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class DoorOpened:
    """A locker's door is open. ``is_asked``: after a command; else by a key, by force, or by a broken wire."""

    number: int
    is_asked: bool = True


@dataclass(frozen=True)
class DoorClosed:
    """A locker's door, which was open, is closed."""

    number: int


@dataclass(frozen=True)
class DoorLeftOpen:
    """A locker's door has been open for too long. ``is_again``: that was reported before its board was silent."""

    number: int
    is_again: bool = False


@dataclass(frozen=True)
class DoorStuck:
    """A locker's door was not seen open after the command to open it, or the command could not be carried out."""

    number: int


@dataclass(frozen=True)
class DoorUnsteady:
    """What the feedback says of a locker's door changes too often to be believed: its wire may be loose.

    When it has become steady again BoardAnswers says how the door is.
    """

    number: int


LockerEvent = BoardAnswers | BoardSilent | DoorOpened | DoorClosed | DoorLeftOpen | DoorStuck | DoorUnsteady
DeviceEvent = (
    SlipScanned
    | PassScanned
    | PairingCodeScanned
    | UnreadableScan
    | CardSeen
    | PaperPrinted
    | PaperNotPrinted
    | DeviceStateChanged
    | LockerEvent
)
