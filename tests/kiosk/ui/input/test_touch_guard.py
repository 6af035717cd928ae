"""A touch acts on the page on which it began, once that could be read; one finger at a time, however it is reported."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.kiosk_window import Door

if TYPE_CHECKING:
    from tests.support.quick_hand import Hand

EAGER = [0.0, 0.18]  # seconds between two taps that are meant as one, or made without reading
WAYS = [  # the taps to a page, one more there, and the page it leads to
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


def open_at(door: Callable[..., Door], *keys: str) -> Door:
    kiosk = door()
    for key in keys:
        kiosk.tap(key)
    return kiosk


@pytest.mark.parametrize("gap", EAGER)
@pytest.mark.parametrize("way", WAYS, ids=[way[1] + "-" + way[2] for way in WAYS])
def test_a_double_tap_is_one_tap(
    door: Callable[..., Door], hand: "Hand", way: tuple[list[str], str, str], gap: float
) -> None:
    keys, key, then = way
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


def test_the_confirmation_stays_until_it_could_be_read(door: Callable[..., Door], hand: "Hand") -> None:
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


def test_a_finger_that_is_lifted_on_the_next_page_changes_nothing(door: Callable[..., Door], hand: "Hand") -> None:
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


def test_a_button_that_has_gone_from_under_the_finger_does_not_act(door: Callable[..., Door], hand: "Hand") -> None:
    kiosk = open_at(door)
    kiosk.ready("come_in")

    finger = hand.down(hand.place("come_in"))
    kiosk.page.way = "closed"
    hand.pause(0.05)
    hand.up(finger)

    assert kiosk.screen == "welcome"


@pytest.mark.parametrize(
    ("keys", "key", "leads"), [(["come_in", "back"], "host", "welcome"), (["leave"], "lost", "code")]
)
def test_a_button_that_leads_to_the_pin_page_is_passed_over_for_longer(
    door: Callable[..., Door], hand: "Hand", keys: list[str], key: str, leads: str
) -> None:
    kiosk = open_at(door, *keys)
    kiosk.wait_for(leads)
    hand.pause(0.3)  # longer than two devices take that report one finger

    hand.tap(hand.place(key))
    assert kiosk.screen == leads

    kiosk.ready(key)
    hand.tap(hand.place(key))
    kiosk.wait_for("host_pin")


def test_one_finger_at_a_time(door: Callable[..., Door], hand: "Hand") -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    first = hand.down(hand.place("digit_4"))
    second = hand.down(hand.place("digit_7"))
    hand.up(second)
    hand.up(first)

    assert kiosk.page.typed == "4"


def test_a_second_finger_is_ignored_whichever_device_reports_it(door: Callable[..., Door], hand: "Hand") -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    first = hand.down(hand.place("digit_4"))
    hand.pause(0.4)
    hand.mouse("down", hand.place("digit_7"))
    hand.up(first)
    hand.mouse("up", hand.place("digit_7"))

    assert kiosk.page.typed == "4"


def test_a_finger_whose_lifting_was_lost_does_not_stop_the_next(
    door: Callable[..., Door], hand: "Hand", monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui.input import touch_guard

    monkeypatch.setattr(touch_guard, "LONGEST_TOUCH", 0.5)
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    hand.down(hand.place("digit_4"))
    hand.pause(0.6)
    hand.tap(hand.place("digit_7"))

    assert kiosk.page.typed == "7"


def test_a_quick_hand_types_a_digit_twice(door: Callable[..., Door], hand: "Hand") -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    for key in ("digit_4", "digit_4", "digit_4", "delete", "delete"):
        hand.tap(hand.place(key))

    assert kiosk.page.typed == "4"


def test_steps_count_however_quickly_they_are_tapped(door: Callable[..., Door], hand: "Hand") -> None:
    kiosk = open_at(door, "come_in", "size_more")
    kiosk.ready("size_plus")

    for _ in range(5):
        hand.tap(hand.place("size_plus"))

    assert kiosk.page.many == 12


@pytest.mark.parametrize("late", [0.0, 0.03, 0.12])
@pytest.mark.parametrize("leads", ["mouse", "panel"])
def test_a_finger_that_two_devices_report_types_each_digit_once(
    door: Callable[..., Door], hand: "Hand", leads: str, late: float
) -> None:
    kiosk = open_at(door, "leave")
    kiosk.ready("digit_4")

    for key in ("digit_4", "digit_4", "digit_8"):
        at = hand.place(key)
        for device in (leads, "panel" if leads == "mouse" else "mouse"):
            if device == "mouse":
                hand.mouse("down", at)
                hand.mouse("up", at)
            else:
                hand.tap(at)
            hand.pause(late)

    assert kiosk.page.typed == "448"


def test_two_devices_that_report_one_finger_at_once_type_each_digit_once(
    door: Callable[..., Door], hand: "Hand"
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


def test_who_is_asked_whether_they_are_still_here_has_a_moment_to_read_it(
    door: Callable[..., Door], hand: "Hand"
) -> None:
    kiosk = open_at(door, "come_in")
    kiosk.ready("size_1")
    finger = hand.down(hand.place("size_1"))
    kiosk.app._idle_timeout._ask(0)
    hand.pause(0.05)
    hand.up(finger)
    hand.tap((400, 240))
    assert kiosk.app._idle_timeout.asks is not None
    assert kiosk.screen == "party"

    kiosk.ready("still_here")
    hand.tap((400, 240))

    assert kiosk.app._idle_timeout.asks is None
