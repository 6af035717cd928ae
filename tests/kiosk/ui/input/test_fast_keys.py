"""A person's digits act in order, once each, on the page for which they were typed; a scanner's act on none."""

from collections.abc import Callable

import pytest

from kiosk.services import lockout
from kiosk.ui.input.keyboard import BACKSPACE, ENTER, ESCAPE, PAD_0, PAD_ENTER, TAB
from tests.support.kiosk_window import KioskWindow

PIN = "482913"
PERSON = 0.1  # seconds from key to key
SCANNER = [0.0, 0.005, 0.03]
BARCODE = "4006381333931"


def codes(digits: str) -> list[int]:
    return [ord(digit) for digit in digits]


def pad(digits: str) -> list[int]:
    return [PAD_0 + int(digit) for digit in digits]


@pytest.mark.parametrize("keys", [[*codes(PIN), ENTER], [*pad(PIN), PAD_ENTER]], ids=["row", "pad"])
def test_a_pin_with_enter_opens_the_board(door: Callable[..., KioskWindow], keys: list[int]) -> None:
    kiosk = door()
    kiosk.tap("host")

    kiosk.type(*keys, pace=PERSON)

    kiosk.wait_for("board")


@pytest.mark.parametrize("pace", SCANNER)
def test_a_scan_of_digits_is_no_pin(door: Callable[..., KioskWindow], pace: float) -> None:
    kiosk = door()
    kiosk.tap("host")

    for keys in ([*codes(PIN), ENTER], [*pad(PIN), PAD_ENTER], [*codes(BARCODE), TAB], codes(PIN)):
        kiosk.type(*keys, pace=pace)
        kiosk.pause(0.5)

        assert (kiosk.screen, kiosk.page.typed) == ("host_pin", "")
    assert lockout.seconds_left(kiosk.runtime.context.ledger, lockout.PIN) == 0
    assert kiosk.runtime.context.ledger.recall(lockout.PIN.key) is None, "no PIN was tried"

    kiosk.type(*codes(PIN), ENTER, pace=PERSON)
    kiosk.wait_for("board")


def test_a_scan_of_digits_is_no_code_and_presses_nothing(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    for key in ("come_in", "size_1", "pouch"):
        kiosk.tap(key)
    kiosk.wait_for("confirmed")
    (visit,) = kiosk.runtime.context.ledger.present()
    kiosk.tap("done")
    kiosk.tap("skip")

    kiosk.wait_for("welcome")
    kiosk.key(TAB)
    kiosk.type(*codes(BARCODE), ENTER, pace=0.005)
    kiosk.pause(0.5)
    assert kiosk.screen == "welcome", "Enter did not press the button that has the focus"

    kiosk.tap("leave")
    for keys in (codes(visit.code), [*pad(visit.code), PAD_ENTER], [*codes("12"), ENTER, *codes("99")]):
        kiosk.type(*keys, pace=0.005)
        kiosk.pause(0.5)
        assert kiosk.screen == "code"
        kiosk.key(BACKSPACE, BACKSPACE, BACKSPACE)
    assert kiosk.runtime.context.ledger.visit(visit.id).is_in


def test_each_key_counts_once_and_in_its_order(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.tap("host")

    kiosk.type(*codes("11223"), BACKSPACE, *pad("305"), pace=PERSON)
    kiosk.pause(PERSON)

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

    kiosk.type(*codes(visit.code + "99"), ENTER, pace=PERSON)
    kiosk.wait_for("thanks")

    assert kiosk.page.score == 0


def test_digits_after_a_wrong_code_without_a_pause_are_ignored(
    door: Callable[..., KioskWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.ui.input import keyboard

    monkeypatch.setattr(keyboard, "DIGIT_PAUSE", 2.0)  # a busy machine may hold a key up for longer than usual
    kiosk = door()
    kiosk.tap("leave")

    kiosk.type(*codes("482913"), ENTER, pace=PERSON)
    kiosk.pause(2.5)
    assert kiosk.page.typed == ""

    kiosk.type(*codes("48"), pace=PERSON)
    assert kiosk.page.typed == "48"


def test_typed_digits_are_cleared_when_a_page_is_left(door: Callable[..., KioskWindow]) -> None:
    from kiosk import navigation

    kiosk = door()
    kiosk.tap("host")
    page = kiosk.page

    kiosk.type(*codes("4829"), pace=PERSON)
    kiosk.app.go(navigation.HOME)
    kiosk.wait_for("welcome")
    kiosk.type(*codes("13"), ENTER, pace=PERSON)
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
