"""A touch acts only on the page where it began, once that was shown long enough; one finger at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.quick_hand import TouchInput

EAGER = [0.0, 0.18]  # seconds between two taps of an accidental double tap
ROUTES = [  # the taps to a page, one more there, and the page it leads to
    ([], "come_in", "party"),
    ([], "leave", "code"),
    ([], "step_out", "code"),
    ([], "access", "access"),
    (["come_in"], "size_2", "stow"),
    (["come_in"], "back", "welcome"),
    (["come_in", "size_1"], "pouch", "confirmed"),
    (["come_in", "size_4"], "back", "party"),
    (["leave"], "back", "welcome"),
    (["leave"], "lost", "host_pin"),
]


def open_at(door: Callable[..., KioskWindow], *keys: str) -> KioskWindow:
    kiosk = door()
    for key in keys:
        kiosk.tap(key)
    return kiosk


@pytest.mark.parametrize("gap", EAGER)
@pytest.mark.parametrize("route", ROUTES, ids=[route[1] + "-" + route[2] for route in ROUTES])
def test_a_double_tap_is_one_tap(
    door: Callable[..., KioskWindow], hand: "TouchInput", route: tuple[list[str], str, str], gap: float
) -> None:
    keys, key, then = route
    kiosk = open_at(door, *keys)
    kiosk.ready(key)
    at = hand.place(key)

    hand.tap(at)
    hand.pause(gap)
    hand.tap(at)
    kiosk.wait_for(then)
    hand.pause(0.3)

    assert kiosk.screen == then
    assert len(kiosk.runtime.context.ledger.present()) == (then == "confirmed")


def test_the_confirmation_ignores_taps_until_it_could_be_read(
    door: Callable[..., KioskWindow], hand: "TouchInput"
) -> None:
    from kiosk.ui.screens.shared.timed_page import READ_CODE

    kiosk = open_at(door, "come_in", "size_1", "pouch")
    kiosk.is_shown("confirmed")

    hand.tap(hand.place("done"))
    hand.pause(READ_CODE / 2)
    hand.tap(hand.place("done"))
    assert (kiosk.screen, kiosk.page.code != "") == ("confirmed", True)

    kiosk.ready("done")
    hand.tap(hand.place("done"))
    assert kiosk.screen == "feeling"


def test_a_touch_that_ends_on_another_page_does_nothing(door: Callable[..., KioskWindow], hand: "TouchInput") -> None:
    from kiosk import navigation
    from kiosk.navigation import Destination

    kiosk = open_at(door, "come_in")
    kiosk.ready("size_4")
    four = next(part for part in kiosk.page.walk() if getattr(part, "key", "") == "size_4")
    finger = hand.down(hand.place("size_4"))
    kiosk.app.go(Destination("stow", navigation.PartyChosen(1)))
    kiosk.is_shown("stow")
    hand.pause(0.5)
    assert four.state == "normal"

    hand.up(finger)
    hand.pause(0.1)

    assert kiosk.screen == "stow"
    assert kiosk.page.party_size == 1


def test_a_button_that_is_removed_during_a_touch_does_not_act(
    door: Callable[..., KioskWindow], hand: "TouchInput"
) -> None:
    kiosk = open_at(door)
    kiosk.ready("come_in")

    finger = hand.down(hand.place("come_in"))
    kiosk.page.view = "closed"
    hand.pause(0.05)
    hand.up(finger)

    assert kiosk.screen == "welcome"


@pytest.mark.parametrize(
    ("keys", "key", "page"), [(["come_in", "back"], "host", "welcome"), (["leave"], "lost", "code")]
)
def test_buttons_to_the_pin_page_ignore_taps_for_longer(
    door: Callable[..., KioskWindow], hand: "TouchInput", keys: list[str], key: str, page: str
) -> None:
    kiosk = open_at(door, *keys)
    kiosk.wait_for(page)
    hand.pause(0.3)  # longer than SAME_FINGER

    hand.tap(hand.place(key))
    assert kiosk.screen == page

    kiosk.ready(key)
    hand.tap(hand.place(key))
    kiosk.wait_for("host_pin")


def test_one_finger_at_a_time(door: Callable[..., KioskWindow], hand: "TouchInput") -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    first = hand.down(hand.place("digit_4"))
    second = hand.down(hand.place("digit_7"))
    hand.up(second)
    hand.up(first)

    assert kiosk.page.typed == "4"


def test_a_second_finger_is_ignored_whichever_device_reports_it(
    door: Callable[..., KioskWindow], hand: "TouchInput"
) -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    first = hand.down(hand.place("digit_4"))
    hand.pause(0.4)
    hand.mouse("down", hand.place("digit_7"))
    hand.up(first)
    hand.mouse("up", hand.place("digit_7"))

    assert kiosk.page.typed == "4"


def test_a_touch_without_an_end_does_not_block_the_next(
    door: Callable[..., KioskWindow], hand: "TouchInput", monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui.input import touch_guard

    monkeypatch.setattr(touch_guard, "LONGEST_TOUCH", 0.5)
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    hand.down(hand.place("digit_4"))
    hand.pause(0.6)
    hand.tap(hand.place("digit_7"))

    assert kiosk.page.typed == "7"


def test_quick_taps_on_a_digit_all_count(door: Callable[..., KioskWindow], hand: "TouchInput") -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    for key in ("digit_4", "digit_4", "digit_4", "delete", "delete"):
        hand.tap(hand.place(key))

    assert kiosk.page.typed == "4"


def test_quick_taps_on_a_stepper_all_count(door: Callable[..., KioskWindow], hand: "TouchInput") -> None:
    kiosk = open_at(door, "come_in", "size_more")
    kiosk.ready("size_plus")

    for _ in range(5):
        hand.tap(hand.place("size_plus"))

    assert kiosk.page.many == 12


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.12])
@pytest.mark.parametrize("first_device", ["mouse", "panel"])
def test_a_touch_that_two_devices_report_counts_once(
    door: Callable[..., KioskWindow], hand: "TouchInput", first_device: str, delay: float
) -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    for key in ("digit_4", "digit_4", "digit_8"):
        at = hand.place(key)
        for device in (first_device, "panel" if first_device == "mouse" else "mouse"):
            if device == "mouse":
                hand.mouse("down", at)
                hand.mouse("up", at)
            else:
                hand.tap(at)
            hand.pause(delay)

    assert kiosk.page.typed == "448"


def test_a_touch_that_two_devices_report_at_once_counts_once(
    door: Callable[..., KioskWindow], hand: "TouchInput"
) -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    for key in ("digit_4", "digit_4", "digit_8"):
        at = hand.place(key)
        finger = hand.down(at)
        hand.mouse("down", at)
        hand.up(finger)
        hand.mouse("up", at)

    assert kiosk.page.typed == "448"


def test_a_panel_has_one_input_provider() -> None:
    from kivy.config import Config

    assert Config.options("input") == ["mouse"]


def test_the_idle_prompt_ignores_taps_until_it_could_be_read(
    door: Callable[..., KioskWindow], hand: "TouchInput"
) -> None:
    kiosk = open_at(door, "come_in")
    kiosk.ready("size_1")
    finger = hand.down(hand.place("size_1"))
    kiosk.wait_for_idle_prompt()
    hand.pause(0.05)
    hand.up(finger)
    hand.tap((400, 240))
    assert kiosk.idle_prompt is not None
    assert kiosk.screen == "party"

    kiosk.ready("still_here")
    hand.tap((400, 240))

    assert kiosk.idle_prompt is None
