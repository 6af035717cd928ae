"""Getting a pass after the check-in, on a whole kiosk: printed, or a blank card that is laid on the reader."""

from collections.abc import Callable

import pytest

from kiosk.navigation import HOME, Destination
from kiosk.rules.device_commands import CancelPaper, DeviceCommand, PrintPaper
from kiosk.rules.device_events import CardSeen, PaperNotPrinted
from kiosk.rules.device_states import Condition, DeviceKind, DeviceState
from kiosk.rules.paper import PaperQr
from kiosk.services import visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from sync.domain.visit import Visit
from tests.support.dealt_passes import deal, hash_of
from tests.support.kiosk_window import KioskWindow
from tests.support.refusing_printer import refuse_paper


def come_in(kiosk: KioskWindow, kind: DeviceKind) -> list[DeviceCommand]:
    """Check in at a kiosk with such a device, up to the page for a pass; returns what its devices are sent."""
    commands: list[DeviceCommand] = []
    context = kiosk.runtime.context
    context.device_states = lambda: (DeviceState(kind, kind, Condition.READY),)
    context.send_command = lambda command: commands.append(command) is None
    deal(context.ledger)
    checked_in = visits.check_in(context, CheckInRequest(1, 1, 0))
    assert isinstance(checked_in, CheckedIn)
    kiosk.app.go(Destination("confirmed", checked_in))
    kiosk.wait_for("confirmed")
    kiosk.tap("get_pass")
    kiosk.wait_for("get_pass")
    return commands


def present(kiosk: KioskWindow) -> Visit:
    [visit] = kiosk.runtime.context.ledger.present()
    return visit


def test_a_blank_card_is_taught_by_laying_it_on_the_reader(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    come_in(kiosk, "card_reader")

    for _ in range(2):  # a reader may see it again
        kiosk.app.bridge.deliver(CardSeen("0063E9AE"))

    kiosk.until(lambda: kiosk.page.heading == "This card is your pass.", "the card to be a pass")
    assert present(kiosk).pass_ is not None


@pytest.mark.parametrize("is_printed", [True, False])
def test_a_pass_is_printed_or_forgotten(door: Callable[..., KioskWindow], is_printed: bool) -> None:
    kiosk = door()
    commands = come_in(kiosk, "printer")

    kiosk.tap("print_pass")

    kiosk.until(lambda: kiosk.page.heading == "Your pass is being printed.", "the pass to be printed")
    [*_, command] = commands
    assert isinstance(command, PrintPaper)
    [code] = [part for part in command.paper.parts if isinstance(part, PaperQr)]
    assert present(kiosk).pass_ == hash_of(code.text)
    if not is_printed:
        kiosk.app.bridge.deliver(PaperNotPrinted(command.job))
        kiosk.until(lambda: kiosk.page.heading == "No pass just now.", "it to be taken back")
        assert present(kiosk).pass_ is None


def test_a_pass_that_is_not_printed_after_its_page_was_left_is_taken_back(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    commands = come_in(kiosk, "printer")
    kiosk.tap("print_pass")
    kiosk.until(lambda: kiosk.page.heading == "Your pass is being printed.", "the pass to be printed")
    [*_, job] = [command.job for command in commands if isinstance(command, PrintPaper)]

    kiosk.app.go(HOME)
    kiosk.wait_for("welcome")
    kiosk.until(lambda: CancelPaper(job) in commands, "the job to be cancelled")
    kiosk.app.bridge.deliver(PaperNotPrinted(job))

    kiosk.until(lambda: present(kiosk).pass_ is None, "it to be taken back")


def test_a_printer_that_refuses_at_once_makes_no_pass(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    come_in(kiosk, "printer")
    refuse_paper(kiosk)

    kiosk.tap("print_pass")

    kiosk.until(lambda: kiosk.page.heading == "No pass just now.", "it to be taken back")
    assert present(kiosk).pass_ is None
