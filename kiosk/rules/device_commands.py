"""What the kiosk asks of a device: frozen records, without I/O.

A service passes them to ``KioskContext.send_command`` after its commit. They are queued for the device's thread: a
device that is absent, slow or mad delays nobody.
"""

from dataclasses import dataclass
from uuid import UUID

from kiosk.rules.paper import Paper


@dataclass(frozen=True)
class TestDevice:
    """Do something that a person in front of the device notices: beep, print a line."""

    __test__ = False  # no test class, whatever its name

    name: str  # of the device


@dataclass(frozen=True)
class PrintPaper:
    """Print something once. ``job`` is its id in the events that report it; another try is another job.

    Where printing has not begun after ``begin_within`` seconds, it is not printed at all.
    """

    job: UUID
    paper: Paper
    begin_within: float


@dataclass(frozen=True)
class CancelPaper:
    """Do not print that job any more, unless it has begun."""

    job: UUID


DeviceCommand = TestDevice | PrintPaper | CancelPaper
