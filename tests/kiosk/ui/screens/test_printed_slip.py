"""The slip of a check-in, on a whole kiosk: the confirmation says whether it comes, however fast it answers."""

from collections.abc import Callable

from kiosk.navigation import Destination
from kiosk.rules.device_commands import CancelPaper, PrintPaper
from kiosk.services import visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from tests.support.kiosk_window import KioskWindow
from tests.support.refusing_printer import refuse_paper


def come_in(kiosk: KioskWindow) -> None:
    checked_in = visits.check_in(kiosk.runtime.context, CheckInRequest(1, 1, 0))
    assert isinstance(checked_in, CheckedIn)
    kiosk.app.go(Destination("confirmed", checked_in))


def test_a_printer_that_refuses_at_once_is_no_reason_to_wait_for_a_slip(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    refuse_paper(kiosk)

    come_in(kiosk)

    kiosk.wait_for("confirmed")
    kiosk.until(lambda: kiosk.page.heading == "No slip today.\nThe code is enough.", "the page to say so")


def test_a_slip_is_cancelled_for_whoever_leaves_the_page_at_once(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    commands = refuse_paper(kiosk)
    come_in(kiosk)
    kiosk.wait_for("confirmed")

    kiosk.app.go(Destination("welcome"))

    kiosk.until(lambda: any(isinstance(command, CancelPaper) for command in commands), "it to be cancelled")
    [printing, cancelled] = commands
    assert isinstance(printing, PrintPaper) and cancelled == CancelPaper(printing.job)
