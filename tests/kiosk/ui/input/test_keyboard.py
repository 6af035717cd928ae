"""A keyboard or two switches reach every button; and unhandled exceptions lead back to the welcome page."""

from collections.abc import Callable

import pytest

from kiosk.ui.input.keyboard import BACKSPACE, DOWN, ENTER, ESCAPE, RIGHT, SPACE, TAB, UP
from tests.support.kiosk_window import KioskWindow

F1, PAD_7 = 282, 263


def focused(kiosk: KioskWindow) -> str:
    return next((button.key for button in kiosk.page.walk() if getattr(button, "focused", False)), "")


def walk_to(kiosk: KioskWindow, key: str, by: int = TAB) -> None:
    for _ in range(20):
        if focused(kiosk) == key:
            return
        kiosk.key(by)
    raise AssertionError(f"{key} can't be reached")


def test_a_visit_by_keyboard_alone(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        walk_to(kiosk, key)
        kiosk.key(ENTER)
    kiosk.wait_for("confirmed")

    (visit,) = kiosk.runtime.context.ledger.present()
    assert visit.phones == 1
    kiosk.key(TAB, ENTER)
    kiosk.wait_for("feeling")
    walk_to(kiosk, "skip")
    kiosk.key(ENTER)
    kiosk.wait_for("welcome")

    walk_to(kiosk, "leave")
    kiosk.key(ENTER, *(ord(digit) for digit in visit.code))
    kiosk.wait_for("thanks")


def test_two_switches_reach_everything(door: Callable[..., KioskWindow]) -> None:
    kiosk = door(switches=True)
    for key in ("come_in", "size_4", "phones_minus", "pouch"):
        walk_to(kiosk, key, by=SPACE)
        kiosk.key(ENTER)
    kiosk.wait_for("confirmed")

    assert [visit.phones for visit in kiosk.runtime.context.ledger.present()] == [3]


def test_the_focus_moves_in_reading_order_and_back(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("come_in")
    seen = []
    for _ in range(6):
        kiosk.key(RIGHT)
        seen.append(focused(kiosk))

    assert seen == ["back", "language", "access", "size_1", "size_2", "size_3"]
    kiosk.key(UP)
    assert focused(kiosk) == "size_2"


def test_the_focus_moves_to_the_left_in_arabic(door: Callable[..., KioskWindow]) -> None:
    kiosk = door(language="ar")
    kiosk.tap("come_in")
    kiosk.key(DOWN, DOWN, DOWN, DOWN)

    assert focused(kiosk) == "size_1"


def test_digits_can_be_typed_on_a_keyboard(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("leave")
    kiosk.key(ord("4"), PAD_7, ord("2"), BACKSPACE)

    assert kiosk.page.typed == "47"
    kiosk.key(ESCAPE)
    assert kiosk.screen == "welcome"


@pytest.mark.parametrize("code", [F1, ESCAPE, ord("q")])
def test_no_key_leads_out_of_the_kiosk(door: Callable[..., KioskWindow], code: int) -> None:
    kiosk = door()
    kiosk.key(code)

    assert kiosk.screen == "welcome"
    assert kiosk.app.open_settings() is False


def test_a_touch_removes_the_focus(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.key(TAB)
    kiosk.tap("come_in")
    kiosk.key(ESCAPE)

    assert focused(kiosk) == ""


def test_an_exception_leads_to_the_welcome_page(door: Callable[..., KioskWindow]) -> None:
    from kivy.base import ExceptionManager

    kiosk = door()
    kiosk.tap("come_in")

    assert ExceptionManager.handle_exception(ZeroDivisionError("on a screen")) == ExceptionManager.PASS
    kiosk.wait_for("welcome")


def test_repeated_exceptions_end_the_process(door: Callable[..., KioskWindow]) -> None:
    from kivy.base import ExceptionManager

    door()
    answers = [ExceptionManager.handle_exception(ZeroDivisionError("again")) for _ in range(6)]

    assert answers == [ExceptionManager.PASS] * 5 + [ExceptionManager.RAISE]


def test_a_key_restarts_a_pages_countdown(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")
    countdown = kiosk.page.ids.countdown
    countdown.left = 0.1

    kiosk.key(TAB)

    assert countdown.left > 0.9


def test_enter_presses_the_check_where_nothing_has_the_focus(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("host")
    kiosk.key(*(ord(digit) for digit in "482913"), ENTER)

    kiosk.wait_for("board")
