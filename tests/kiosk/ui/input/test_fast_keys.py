"""Keys from a device that types fast act in order, once each, and only on the page for which they were typed."""

from collections.abc import Callable

import pytest

from kiosk.ui.input.keyboard import BACKSPACE, ENTER, ESCAPE, PAD_0, PAD_ENTER, TAB
from tests.support.kiosk_window import KioskWindow

PIN = "482913"
PACES = [0.0, 0.005, 0.06]  # seconds from key to key


def codes(digits: str) -> list[int]:
    return [ord(digit) for digit in digits]


def pad(digits: str) -> list[int]:
    return [PAD_0 + int(digit) for digit in digits]


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("keys", [[*codes(PIN), ENTER], [*pad(PIN), PAD_ENTER]], ids=["row", "pad"])
def test_a_pin_with_enter_opens_the_board(door: Callable[..., KioskWindow], keys: list[int], pace: float) -> None:
    kiosk = door()
    kiosk.tap("host")

    kiosk.type(*keys, pace=pace)

    kiosk.wait_for("board")


def test_each_key_counts_once_and_in_its_order(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("host")

    kiosk.type(*codes("11223"), BACKSPACE, *pad("305"), pace=0.0)

    assert kiosk.page.typed == "1122305"


def test_digits_after_a_whole_code_are_ignored_on_the_next_page(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")
    (visit,) = kiosk.runtime.context.ledger.present()
    kiosk.tap("done")
    kiosk.tap("skip")
    kiosk.tap("leave")

    kiosk.type(*codes(visit.code + "99"), ENTER, pace=0.06)
    kiosk.wait_for("thanks")

    assert kiosk.page.score == 0


def test_digits_after_a_wrong_code_without_a_pause_are_ignored(
    door: Callable[..., KioskWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui.input import keyboard

    monkeypatch.setattr(keyboard, "DIGIT_PAUSE", 2.0)  # a busy machine may hold a key up for longer than usual
    kiosk = door()
    kiosk.tap("leave")

    kiosk.type(*codes("482913"), ENTER, pace=0.03)
    kiosk.pause(2.5)
    assert kiosk.page.typed == ""

    kiosk.type(*codes("48"), pace=0.03)
    assert kiosk.page.typed == "48"


def test_typed_digits_are_cleared_when_a_page_is_left(door: Callable[..., KioskWindow]) -> None:
    from kiosk import navigation

    kiosk = door()
    kiosk.tap("host")
    page = kiosk.page

    kiosk.type(*codes("4829"), pace=0.0)
    kiosk.app.go(navigation.HOME)
    kiosk.wait_for("welcome")
    kiosk.type(*codes("13"), ENTER, pace=0.0)
    page.digit("7")  # by a caller that still has a reference

    assert page.typed == ""
    assert kiosk.screen == "welcome"


def test_a_held_escape_goes_back_one_page(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    kiosk.tap("size_1")
    kiosk.wait_for("stow")

    kiosk.hold(ESCAPE, 1.2)

    assert kiosk.screen == "party"


def test_a_held_digit_counts_once(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("leave")

    kiosk.hold(ord("4"), 1.0)

    assert kiosk.page.typed == "4"


def test_the_confirmation_ignores_keys_until_it_could_be_read(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.is_shown("confirmed")

    kiosk.type(TAB, ENTER, pace=0.05)
    assert kiosk.screen == "confirmed"

    kiosk.wait_for("confirmed")
    kiosk.type(ENTER, pace=0.0)
    assert kiosk.screen == "feeling"
