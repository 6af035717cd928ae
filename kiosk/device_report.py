"""The commands hearth-kiosk devices: what is plugged in and configured, and a try of one device."""

import queue
import time
from collections.abc import Iterator
from pathlib import Path

from kiosk import bootstrap
from kiosk.devices.discovery import find_port, serial_ports
from kiosk.devices.hub import DeviceHub
from kiosk.rules.device_commands import TestDevice
from kiosk.rules.device_events import DeviceEvent, DeviceStateChanged
from kiosk.rules.device_settings import DeviceSettings, kind_of
from kiosk.settings import KioskSettings
from kiosk.status import describe
from sync.data_dir import is_locked
from sync.errors import UserError


def list_lines(settings: KioskSettings) -> Iterator[str]:
    """The devices of kiosk.toml with the ports found for them, then the serial ports of USB devices. Opens none."""
    if not settings.devices:
        yield "No devices in kiosk.toml: see docs/devices.md."
    for device in settings.devices:
        path = find_port(device)
        yield f"{device.name:<18} {kind_of(device):<12} {path or 'no port found'}"
    ports = serial_ports()
    yield "Serial ports of USB devices:" if ports else "No USB device with a serial port is plugged in."
    for port in ports:
        yield f"  {port.usb}  {port.path}  {port.product}".rstrip()


def trial_lines(settings: KioskSettings, folder: Path, name: str, seconds: float) -> Iterator[str]:
    """Open one device and report for some seconds what it says. Raises UserError where it can't be tried."""
    device = _device(settings, name)
    if is_locked(folder, bootstrap.LOCK):
        raise UserError("the kiosk runs, and it has the devices: stop it first, or see hearth-kiosk status")
    events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
    hub = DeviceHub((device,))
    hub.start(events.put)
    try:
        hub.send(TestDevice(name))
        yield f"{name}: trying it for {seconds:.0f} s"
        yield from _event_lines(events, seconds)
        yield f"{name}: {describe(hub.states()[0])}"
    finally:
        hub.stop()


def _device(settings: KioskSettings, name: str) -> DeviceSettings:
    for device in settings.devices:
        if device.name == name:
            return device
    names = ", ".join(device.name for device in settings.devices) or "none"
    raise UserError(f"there is no device {name!r} in kiosk.toml: it has {names}")


def _event_lines(events: "queue.SimpleQueue[DeviceEvent]", seconds: float) -> Iterator[str]:
    """What the device reports, without what it has read: a code or a card is somebody's."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            event = events.get(timeout=left)
        except queue.Empty:
            return
        match event:
            case DeviceStateChanged(state):
                yield f"  {describe(state)}"
            case _:
                yield f"  {type(event).__name__}"
