"""A kiosk with devices on wires, simulated on pseudo-terminals: they do the work, and when they fail nobody waits."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import zxingcpp

from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.devices.simulators.scanner import SimulatedScanner
from tests.support.kiosk_process import KioskProcess, running_kiosk
from tests.support.visitor import AWAY, Host, Visitor
from tests.support.x11_display import until

DEVICE = """
[[devices]]
kind = "{kind}"
name = "{kind}"
port = "{port}"
"""
SLIP_PRINTED = "Come in.\nTake your slip along."
NOT_PRINTED = "No slip today.\nThe code is enough."


@dataclass(frozen=True)
class Door:
    """A kiosk with its devices."""

    kiosk: KioskProcess
    scanner: SimulatedScanner
    printer: SimulatedPrinter
    printer_port: SimulatedPort

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.kiosk, "en")

    def come_in(self, expected: str) -> None:
        """Check in, and see that sentence on the confirmation."""
        self.visitor.touches("come_in", "size_1", "pouch").at("confirmed", expected)
        self.visitor.touches("done").skips_to("welcome")

    def code_on_last_slip(self) -> str:
        [result] = zxingcpp.read_barcodes(self.printer.slips[-1].convert("L"))
        return result.text


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder: Path = tmp_path_factory.mktemp("door")
    scanner, printer = SimulatedScanner(), SimulatedPrinter()
    with ExitStack() as stack:
        ports = {
            "scanner": stack.enter_context(closing(SimulatedPort(scanner, folder / "scanner-port"))),
            "printer": stack.enter_context(closing(SimulatedPort(printer, folder / "printer-port"))),
        }
        for port in ports.values():
            port.plug_in()
        devices = "".join(DEVICE.format(kind=kind, port=port.path) for kind, port in ports.items())
        kiosk = stack.enter_context(running_kiosk(folder, "800x480", "en", "light", devices=devices))
        Host(kiosk, "en").starts()
        yield Door(kiosk, scanner, printer, ports["printer"])


def test_printer_and_scanner_do_the_work(door: Door) -> None:
    door.come_in(SLIP_PRINTED)
    [visit] = door.kiosk.ledger.present()

    door.scanner.scan(door.code_on_last_slip())

    door.visitor.at("thanks")
    until(lambda: not door.kiosk.ledger.present(), "the end of the visit")
    assert door.visitor.visit(visit).phones_back == 1
    door.kiosk.wait(AWAY)
    door.visitor.at("welcome")


def test_without_paper_the_code_on_the_screen_is_enough(door: Door) -> None:
    door.printer.paper_left = 0
    slips = len(door.printer.slips)

    door.come_in(NOT_PRINTED)

    [visit] = door.kiosk.ledger.present()
    door.printer.paper_left = None
    Host(door.kiosk, "en").signs_in()
    door.visitor.touches("lock").at("welcome")
    assert len(door.printer.slips) == slips  # nor later
    door.visitor.leaves(visit)


def test_a_printer_that_is_unplugged_keeps_nobody_waiting(door: Door) -> None:
    door.printer_port.unplug()

    door.come_in(NOT_PRINTED)

    [visit] = door.kiosk.ledger.present()
    door.printer_port.plug_in()
    door.visitor.leaves(visit)


def test_closings_and_roll_calls_are_printed(door: Door) -> None:
    host, slips = Host(door.kiosk, "en"), len(door.printer.slips)
    host.closes()
    until(lambda: len(door.printer.slips) == slips + 1, "the closing on paper")
    door.visitor.touches("lock").at("welcome")

    host.touches("host", "evacuate").at("evacuation", "Nobody was in")

    until(lambda: len(door.printer.slips) == slips + 2, "the roll call on paper")
