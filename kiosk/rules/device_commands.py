"""What the kiosk asks of a device: frozen records, without I/O.

A service passes them to ``KioskContext.send_command`` after its commit. They are queued for the device's thread: a
device that is absent, slow or mad delays nobody.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TestDevice:
    """Do something that a person in front of the device notices: beep, print a line."""

    __test__ = False  # no test class, whatever its name

    name: str  # of the device


@dataclass(frozen=True)
class PrintPass:
    """Print a pass as a QR code, in its holder's language."""

    text: str = field(repr=False)  # whoever has it has the pass
    language: str


DeviceCommand = TestDevice | PrintPass
