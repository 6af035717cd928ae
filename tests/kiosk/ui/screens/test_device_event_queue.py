"""Devices on a whole kiosk: every scan is processed in order, with feedback on every page."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest

from kiosk.navigation import CodeFor, Destination, HelpAsked, PartyChosen, SetupAsked
from kiosk.rules import slips
from kiosk.rules.device_events import DeviceEvent, SlipScanned, UnreadableScan
from kiosk.rules.slips import Slip
from kiosk.services import visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.ui.style.preferences import DisplayPreferences
from sync.ledger import slip_formats
from tests.support.keyboard_layouts import FRENCH, GERMAN, US, Keyboard
from tests.support.kiosk_window import KioskWindow

ENTER, TAB = 13, 9
UNREADABLE = "That couldn’t be read"
Frames = Callable[[int], None]


def come_in(door: KioskWindow, phones: int = 1) -> CheckedIn:
    answer = visits.check_in(door.runtime.context, CheckInRequest(1, phones, 0))
    assert isinstance(answer, CheckedIn)
    return answer


def scan(text: str, *suffix: int) -> None:
    """All keys within one frame."""
    keys([*map(ord, text.lower()), *suffix])


def keys(codes: list[int]) -> None:
    from kivy.core.window import Window

    for code in codes:
        Window.dispatch("on_key_down", code, 0, None, [])


def message(door: KioskWindow) -> str:
    from kiosk.ui.widgets.message import Message

    return "".join(child.text for child in door.page.children if isinstance(child, Message))


def inside(door: KioskWindow) -> set[object]:
    return {visit.id for visit in door.runtime.context.ledger.present()}


@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,), ()])
@pytest.mark.parametrize("checked", [True, False])
def test_a_slip_checks_out_with_any_scanner_suffix(
    door: Callable[..., KioskWindow], suffix: tuple[int, ...], checked: bool
) -> None:
    kiosk = door()
    if not checked:
        slip_formats.save(kiosk.runtime.context.ledger, ["HS1"])
    welcomed = come_in(kiosk)

    scan(welcomed.slip, *suffix)

    kiosk.wait_for("thanks")
    assert inside(kiosk) == set()


@pytest.mark.parametrize(("scanner", "machine"), [(US, GERMAN), (GERMAN, US), (US, FRENCH), (FRENCH, US)])
def test_a_slip_is_read_with_another_keyboard_layout(
    door: Callable[..., KioskWindow], frames: Frames, scanner: Keyboard, machine: Keyboard
) -> None:
    kiosk = door()
    kiosk.runtime.context.profile = replace(kiosk.runtime.context.profile, paired=True)
    slip_formats.save(kiosk.runtime.context.ledger, ["HS1", "HS2"])
    welcomed = come_in(kiosk)
    before = kiosk.runtime.context.ledger.waiting().count

    keys([*machine.codes(scanner.places(welcomed.slip)), ENTER])

    kiosk.wait_for("thanks")
    assert inside(kiosk) == set()
    assert kiosk.runtime.context.ledger.waiting().count == before + 1


PAGES = [
    Destination("welcome"),
    Destination("party"),
    Destination("stow", PartyChosen(2)),
    Destination("code", CodeFor.LEAVING),
    Destination("code", CodeFor.STEPPING_OUT),
    Destination("number", HelpAsked(CodeFor.LEAVING, code="4827")),
    Destination("host_pin"),
    Destination("setup_language", SetupAsked()),
    Destination("language", DisplayPreferences()),
    Destination("access", DisplayPreferences()),
]


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("wrong", ["HS2:BCDEFGHJKLNPRTUVBCDEFGHJKLNP", "HS1:234567234567", "]E0978"])
def test_an_unreadable_scan_is_reported_on_every_page_and_presses_nothing(
    door: Callable[..., KioskWindow], frames: Frames, wrong: str, language: str
) -> None:
    from kiosk.ui.text.i18n import say

    kiosk = door(language=language)
    before = kiosk.runtime.context.ledger.waiting().count
    for destination in PAGES:
        kiosk.app.go(destination)
        kiosk.wait_for(destination.screen)

        scan(wrong, ENTER)
        frames(2)

        assert message(kiosk) == say("That couldn’t be read. Hold your slip up once more, or type your four numbers.")
        assert kiosk.screen == destination.screen
        assert not getattr(kiosk.page, "typed", "")
    assert kiosk.runtime.context.ledger.waiting().count == before


def test_the_message_is_hidden_on_the_next_page(door: Callable[..., KioskWindow], frames: Frames) -> None:
    kiosk = door()
    scan("HS2:BCDFG", ENTER)
    frames(1)
    assert message(kiosk)

    kiosk.tap("leave")
    kiosk.wait_for("code")

    assert not message(kiosk)


def test_a_touch_hides_the_message_and_presses_nothing_below(door: Callable[..., KioskWindow], frames: Frames) -> None:
    from kivy.tests.common import UnitTestTouch

    from kiosk.ui.widgets.message import Message

    kiosk = door()
    scan("HS2:BCDFG", ENTER)
    frames(3)
    [shown] = [child for child in kiosk.page.children if isinstance(child, Message)]
    while not kiosk.app.guard.is_readable():
        frames(1)
    touch = UnitTestTouch(*shown.to_window(*shown.center))
    touch.touch_down()
    touch.touch_up()
    frames(3)

    assert not message(kiosk)
    assert kiosk.screen == "welcome"


def test_two_slips_without_a_pause_are_processed_in_order(
    door: Callable[..., KioskWindow], frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = door()
    first, second = come_in(kiosk), come_in(kiosk)
    left: list[object] = []
    go = kiosk.app.go
    monkeypatch.setattr(kiosk.app, "go", lambda to: (left.append(getattr(to.argument, "visit", None)), go(to)))

    scan(first.slip)
    scan(second.slip)

    kiosk.until(lambda: not inside(kiosk), "both to have left")
    kiosk.until(lambda: len(left) == 2, "both answers")
    assert left == [first.visit, second.visit]
    assert kiosk.screen == "thanks"


def test_a_slip_is_accepted_on_the_thanks_page(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    first, second = come_in(kiosk), come_in(kiosk)
    scan(first.slip, ENTER)
    kiosk.wait_for("thanks")

    scan(second.slip, ENTER)

    kiosk.until(lambda: not inside(kiosk), "the second to have left")
    kiosk.until(lambda: getattr(kiosk.page.argument, "visit", None) == second.visit, "its thanks")


def test_a_repeated_scan_is_ignored_while_its_answer_is_shown(door: Callable[..., KioskWindow], frames: Frames) -> None:
    kiosk = door()
    welcomed = come_in(kiosk)
    visits.toggle_break(kiosk.runtime.context, welcomed.code)
    for _ in range(2):
        scan(welcomed.slip, ENTER)
    kiosk.wait_for("stepped")
    scan(welcomed.slip, ENTER)
    frames(10)

    assert kiosk.screen == "stepped"
    [visit] = kiosk.runtime.context.ledger.present()
    assert not visit.on_break, "the break ended, without a check-out"


def test_a_slip_waits_until_a_check_in_has_ended(door: Callable[..., KioskWindow], frames: Frames) -> None:
    kiosk = door()
    welcomed = come_in(kiosk)
    kiosk.tap("come_in")
    kiosk.wait_for("party")

    scan(welcomed.slip, ENTER)
    frames(3)
    assert "One moment" in message(kiosk)
    assert kiosk.screen == "party"
    kiosk.tap("back")

    kiosk.wait_for("thanks")
    assert inside(kiosk) == set()


def test_a_scan_is_never_typed_into_a_pin_or_code(door: Callable[..., KioskWindow], frames: Frames) -> None:
    kiosk = door()
    slip_formats.save(kiosk.runtime.context.ledger, ["HS1"])
    for screen, argument in (("host_pin", None), ("code", CodeFor.LEAVING)):
        kiosk.app.go(Destination(screen, argument))
        kiosk.wait_for(screen)
        scan("HS1:2345672345672345"[:15], TAB)
        frames(3)

        assert kiosk.page.typed == ""
        assert UNREADABLE in message(kiosk)


def test_an_old_slip_of_another_kiosk_asks_for_its_code(door: Callable[..., KioskWindow], frames: Frames) -> None:
    from sync.domain.visit import code_of, visit_of

    kiosk = door()
    kiosk.runtime.context.profile = replace(kiosk.runtime.context.profile, paired=True)
    slip = slips.new_code((), checked=False)
    before = kiosk.runtime.context.ledger.waiting().count
    scan(slip, ENTER)
    kiosk.wait_for("code")
    assert "another screen" in kiosk.page.text
    assert kiosk.runtime.context.ledger.waiting().count == before

    kiosk.key(*map(ord, code_of(visit_of(slip))))

    kiosk.wait_for("thanks")
    assert kiosk.runtime.context.ledger.waiting().count == before + 1


def test_a_scan_answers_the_idle_prompt(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    welcomed = come_in(kiosk)
    kiosk.tap("leave")
    kiosk.wait_for("code")
    kiosk.wait_for_idle_prompt()

    scan(welcomed.slip, ENTER)

    kiosk.wait_for("thanks")
    assert not kiosk.idle_prompt


def test_a_slip_waits_for_the_lookup_of_a_typed_code(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    welcomed = come_in(kiosk)
    wrong = f"{(int(welcomed.code) + 1) % 10_000:04d}"
    kiosk.tap("leave")
    kiosk.wait_for("code")
    for digit in wrong:
        kiosk.page.digit(digit)
    assert kiosk.page.busy

    scan(welcomed.slip, ENTER)

    kiosk.wait_for("thanks")
    assert inside(kiosk) == set()


def report_from_port_thread(door: KioskWindow, *events: DeviceEvent) -> None:
    """What a serial device does: its own thread passes events to the bridge."""

    def report() -> None:
        for event in events:
            door.app.bridge.deliver(event)

    port = Thread(target=report)
    port.start()
    port.join()


def test_slips_from_a_port_thread_check_out_in_order(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    first, second = come_in(kiosk), come_in(kiosk)

    report_from_port_thread(kiosk, SlipScanned(Slip((first.slip,))), SlipScanned(Slip((second.slip,))))

    kiosk.until(lambda: inside(kiosk) == {second.visit}, "the first to have left")
    kiosk.until(lambda: not inside(kiosk), "both to have left")


def test_an_event_during_a_page_change_goes_to_the_next_page(door: Callable[..., KioskWindow]) -> None:
    from kiosk.ui.screens.device_event_queue import DeviceEventQueue

    kiosk = door()
    front = [None, kiosk.page]
    queue = DeviceEventQueue(lambda: front[0])
    queue.add(UnreadableScan())
    assert not message(kiosk)

    front.pop(0)
    queue.page_shown()

    assert UNREADABLE in message(kiosk)


def test_an_event_after_the_end_is_dropped(door: Callable[..., KioskWindow], frames: Frames) -> None:
    kiosk = door()
    kiosk.app.bridge.stop()

    report_from_port_thread(kiosk, UnreadableScan())
    frames(2)

    assert not message(kiosk)
