"""Finds the port of a device: by its configured path, by USB id, or by the known USB ids of its kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from kiosk.rules.device_settings import DeviceSettings, kind_of
from kiosk.rules.device_states import DeviceKind

BY_ID = Path("/dev/serial/by-id")
# Serial ports of devices that are certainly of this kind. A serial adapter (CH340, CP210x, FTDI, PL2303) can have
# anything behind it: such a device is configured. Sources: docs/devices.md.
KNOWN_USB_IDS: Mapping[DeviceKind, frozenset[str]] = {
    "scanner": frozenset({"1EAB:8306", "1EAB:0C06", "0488:5788", "1FBB:3850"}),
}


@dataclass(frozen=True)
class SerialPortInfo:
    """A serial port of this machine."""

    path: str  # below /dev/serial/by-id where it has a name there, which stays the same after a replug
    usb: str  # vendor:product, upper case; "": no USB device
    product: str  # what the device says it is


def serial_ports(by_id: Path = BY_ID) -> list[SerialPortInfo]:
    """The serial ports of USB devices, in the order of their paths.

    Others are left out: Linux lists serial ports that no hardware is behind.
    """
    names = _stable_names(by_id)
    found = [
        SerialPortInfo(names.get(port.device, port.device), f"{port.vid:04X}:{port.pid or 0:04X}", port.product or "")
        for port in list_ports.comports()
        if port.vid is not None
    ]
    return sorted(found, key=lambda port: port.path)


def _stable_names(by_id: Path) -> dict[str, str]:
    """By device path, its name below ``by_id``."""
    try:
        return {str(link.resolve()): str(link) for link in sorted(by_id.iterdir())}
    except OSError:  # no such folder: no USB serial port is plugged in
        return {}


def find_port(settings: DeviceSettings, taken: Iterable[str] = (), by_id: Path = BY_ID) -> str | None:
    """The path to open for a device, None while there is none. ``taken``: configured paths of other devices.

    Called before every attempt to open, because a replugged device may get another path.
    """
    if settings.port:
        return settings.port if Path(settings.port).exists() else None
    ids = {settings.usb.upper()} if settings.usb else KNOWN_USB_IDS.get(kind_of(settings), frozenset())
    others = {str(Path(path).resolve()) for path in taken}
    for port in serial_ports(by_id):
        if port.usb in ids and str(Path(port.path).resolve()) not in others:
            return port.path
    return None
