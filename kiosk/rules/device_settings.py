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
    """A reader of 125 kHz cards on a serial port: RDM6300 and what sends the same frames."""

    baud: Baud = 9600
    lenient_checksum: bool = False  # accept a wrong checksum where two frames are the same: some clones send one


class PrinterSettings(PortSettings, frozen=True, tag="printer"):
    """A receipt printer (ESC/POS) on a serial port, or on USB as one."""

    baud: Baud = 9600
    profile: Annotated[str, Meta(max_length=40)] = "default"  # of python-escpos: what it can do, and its paper's width
    width: Annotated[int, Meta(ge=0, le=1024)] = 0  # dots across the paper; 0: as its profile says, else 384 (58 mm)
    answers_status: bool = True  # false for a printer that never answers: its paper and cover are unknown then
    rtscts: bool = False  # hardware flow control
    xonxoff: bool = False  # software flow control


DeviceSettings = ScannerSettings | CardReaderSettings | PrinterSettings


def kind_of(settings: DeviceSettings) -> DeviceKind:
    """The kind of device that these settings are for."""
    match settings:
        case ScannerSettings():
            return "scanner"
        case CardReaderSettings():
            return "card_reader"
        case PrinterSettings():
            return "printer"
