"""The devices of kiosk.toml: one record for each kind, below the drivers that use them."""

from typing import Annotated

from msgspec import Meta, Struct

from kiosk.rules.device_states import DeviceKind

DeviceName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}\Z", description="short, lower case")]
PortPath = Annotated[str, Meta(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*\Z")]
UsbId = Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{4}:[0-9A-Fa-f]{4})?\Z", description="vendor:product, hexadecimal")]
Baud = Annotated[int, Meta(ge=300, le=4_000_000)]


class PortSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every device has. Where neither ``port`` nor ``usb`` is set, the known USB ids of its kind are tried."""

    name: DeviceName
    port: PortPath = ""  # a path, best one below /dev/serial/by-id or by-path
    usb: UsbId = ""  # instead of a path: the first port of a device with this USB id


class ScannerSettings(PortSettings, frozen=True, tag="scanner"):
    """A code scanner on a serial port: USB-CDC or a UART."""

    baud: Baud = 9600
    ends_by_pause: bool = False  # it sends no CR or LF: a code ends when nothing follows for 80 ms


class CardReaderSettings(PortSettings, frozen=True, tag="card_reader"):
    """A 125 kHz card reader of the RDM6300 family."""

    baud: Baud = 9600
    lenient_checksum: bool = False  # a clone with wrong checksums: a card counts once it was read twice alike


class PrinterSettings(PortSettings, frozen=True, tag="printer"):
    """An ESC/POS slip printer on a serial port."""

    baud: Baud = 9600
    profile: str = "default"  # of python-escpos, such as TM-T20II or POS-5890
    rtscts: bool = False  # hardware flow control
    xonxoff: bool = False  # software flow control
    answers_status: bool = True  # false: it never answers the status query, as most cheap 58 mm printers


class LockerSettings(PortSettings, frozen=True, tag="lockers"):
    """A locker board of the 8A frame family, on RS-485 or RS-232."""

    baud: Baud = 9600
    board: Annotated[int, Meta(ge=1, le=31)] = 1  # its address, by its DIP switches
    first: Annotated[int, Meta(ge=1, le=9999)] = 1  # the number of the locker at the board's first lock
    locks: Annotated[int, Meta(ge=1, le=48)] = 8  # how many it has
    open_is: Annotated[int, Meta(ge=0, le=0x11)] = 0x11  # the feedback byte of an open door, 0x00 or 0x11: by wiring


DeviceSettings = ScannerSettings | CardReaderSettings | PrinterSettings | LockerSettings


def kind_of(settings: DeviceSettings) -> DeviceKind:
    """The kind of device that these settings are for."""
    match settings:
        case ScannerSettings():
            return "scanner"
        case CardReaderSettings():
            return "card_reader"
        case PrinterSettings():
            return "printer"
        case LockerSettings():
            return "lockers"
