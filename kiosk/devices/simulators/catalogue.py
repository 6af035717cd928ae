"""The simulated device of each kind; a new kind gets a line here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kiosk.devices.simulators.card_reader import SimulatedCardReader
from kiosk.devices.simulators.console import Button
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_port import SimulatedDevice
from kiosk.devices.simulators.scanner import SimulatedScanner
from kiosk.rules.device_states import DeviceKind


class DeviceWithButtons(SimulatedDevice, Protocol):
    """A simulated device that a person operates."""

    def buttons(self) -> Sequence[Button]:
        """What a person can do to it."""


SIMULATORS: Mapping[DeviceKind, Callable[[], DeviceWithButtons]] = {
    "scanner": SimulatedScanner,
    "card_reader": SimulatedCardReader,
    "printer": SimulatedPrinter,
}
