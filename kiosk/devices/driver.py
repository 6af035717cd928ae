"""The protocol of a driver: what a device can do and how it is, as a state machine without I/O.

A driver turns bytes into events and commands into bytes. ``kiosk.devices.port.Port`` owns the serial port and calls the
driver, on the port's own thread alone, so that a driver needs no lock. Times are seconds of a monotonic clock, so that
tests run a driver through hours without waiting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.rules.device_commands import DeviceCommand
from kiosk.rules.device_events import DeviceEvent
from kiosk.rules.device_states import Condition, DeviceKind

Report = Callable[[DeviceEvent], None]  # returns at once; may be called on any thread

CHUNK = 256  # bytes that a driver writes at once: between chunks the port reads what the device says
NEVER = float("inf")


@dataclass(frozen=True)
class LineSettings:
    """How a serial line is set. Data bits are 8, parity is none, stop bits are 1, for all supported devices."""

    baud: int = 9600
    rtscts: bool = False  # hardware flow control
    xonxoff: bool = False  # software flow control; it removes the bytes 11 and 13, so no binary protocol can use it


class Driver(Protocol):
    """A device's protocol without I/O."""

    @property
    def kind(self) -> DeviceKind:
        """What kind of device this is."""

    @property
    def line(self) -> LineSettings:
        """How the device's line is set."""

    @property
    def condition(self) -> Condition:
        """How the device is while its port is open."""

    @property
    def wake_at(self) -> float:
        """When ``output`` is to be called although nothing was received; NEVER: no need."""

    def connected(self, now: float) -> None:
        """The port was opened, perhaps with another device on it: forget partial frames."""

    def disconnected(self, now: float) -> None:
        """The port is gone. Commands that were not carried out are dropped and reported."""

    def accepts(self, command: DeviceCommand) -> bool:
        """Whether this device is the one to carry out a command. Called on any thread."""

    def handle(self, command: DeviceCommand, now: float) -> None:
        """Take a command, also while the port is not open."""

    def receive(self, data: bytes, now: float) -> None:
        """Take what the device has sent: any bytes at all, cut anywhere. Never raises."""

    def output(self, now: float) -> bytes:
        """The next bytes to write, CHUNK at most; empty: nothing now. They count as written."""
