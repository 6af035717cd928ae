"""On a page for letters a person can type, and no scanner's characters land there, however fast either types."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from kiosk.navigation import HostNameAsked, KeyEntryAsked
from kiosk.rules import slips, venue_key
from kiosk.rules.device_events import CardSeen, DeviceEvent, SlipScanned, UnreadableScan
from kiosk.rules.slips import Slip
from kiosk.ui.input.keyboard import BACKSPACE, ENTER, ESCAPE, PAD_ENTER, SPACE, TAB
from kiosk.ui.input.scanner import KeyboardScanner
from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

PERSON = [0.08, 0.15, 0.5]  # seconds from key to key
SCANNER = [0.0, 0.01, 0.03]
SLOW_SCANNER = [0.1, 0.2]
SLIP = slips.new_code(())
DAMAGED = SLIP[:12] + SLIP[13:]
SHIFT = 304


@dataclass
class NamePage:
    """A page for letters."""

    typed: str = ""
    activation: int = 1

    def type_text(self, text: str) -> None:
        self.typed += text


@dataclass
class Desk:
    """A scanner and a keyboard at a page for letters, or (``page`` None) at another with the identity ``front``.

    ``keys`` are those that neither types; ``pressed`` are a person's digits where no letters are typed.
    """

    frames: "WindowFrames"
    page: NamePage | None = field(default_factory=NamePage)
    space_moves: bool = False
    events: list[DeviceEvent] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    touched: int = 0
    front: str = "code"
    pressed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scanner = KeyboardScanner(
            self.events.append,
            lambda: self.page,
            lambda: self.space_moves,
            self._note_typing,
            front=lambda: self.front,
            press_digit=self.pressed.append,
        )

    def _note_typing(self) -> None:
        self.touched += 1

    def types(self, text: str, pace: float, then: tuple[int, ...] = ()) -> None:
        """Press keys, ``pace`` seconds apart, with Shift where a letter is upper case."""
        for code, letter in (*((ord(letter.lower()), letter) for letter in text), *((code, "") for code in then)):
            if letter.isupper():
                self.scanner.down(SHIFT)
            if not self.scanner.down(code):
                self.keys.append(code)
            if letter:
                self.scanner.text(letter)
            self.scanner.up(code)
            if letter.isupper():
                self.scanner.up(SHIFT)
            self.frames.pause(pace)

    def rest(self) -> None:
        self.frames.pause(0.5)

    @property
    def typed(self) -> str:
        assert self.page
        return self.page.typed


@pytest.fixture
def desk(frames: "WindowFrames") -> Desk:
    return Desk(frames)


@pytest.mark.parametrize("pace", PERSON)
def test_a_person_types_a_name_and_ends_it_with_enter(desk: Desk, pace: float) -> None:
    desk.types("Anne-Marie Zoë", pace)
    desk.types("", pace, (ENTER,))
    desk.rest()

    assert desk.typed == "Anne-Marie Zoë"
    assert desk.keys == [ENTER] and desk.events == []
    assert desk.touched


def test_two_keys_that_roll_are_typed_in_order(desk: Desk) -> None:
    for pair in ("Jo", "ha", "nn", "a"):
        desk.types(pair, 0.02)
        desk.frames.pause(0.15)

    assert desk.typed == "Johanna" and desk.events == []


@pytest.mark.parametrize("suffix", [(), (ENTER,), (TAB,), (ENTER, 10)], ids=["none", "enter", "tab", "crlf"])
@pytest.mark.parametrize("pace", SCANNER)
@pytest.mark.parametrize(
    "text",
    [SLIP, DAMAGED, f"]Q1{SLIP}", "4006381333931", "https://example.org"],
    ids=["slip", "damaged", "symbology", "digits", "address"],
)
def test_no_character_of_a_scan_lands_and_its_enter_presses_nothing(
    desk: Desk, text: str, pace: float, suffix: tuple[int, ...]
) -> None:
    desk.types("Jo", 0.15)
    desk.rest()
    desk.types(text, pace, suffix)
    desk.rest()

    assert desk.typed == "Jo"
    assert desk.keys == []
    assert desk.events == ([SlipScanned(Slip((SLIP,)))] if SLIP in text else [UnreadableScan()])


@pytest.mark.parametrize("pace", SLOW_SCANNER)
def test_a_slow_scanners_slip_takes_back_what_it_has_typed(desk: Desk, pace: float) -> None:
    desk.types("Jo", 0.15)
    desk.rest()
    desk.types(SLIP, pace, (ENTER,))
    desk.rest()

    assert desk.typed == "Jo"
    assert desk.events == [SlipScanned(Slip((SLIP,)))] and desk.keys == []


def test_a_scan_whose_enter_comes_late_presses_nothing(desk: Desk) -> None:
    desk.types(DAMAGED, 0.01)
    desk.frames.pause(0.15)
    desk.types("", 0.0, (ENTER,))
    desk.rest()

    assert (desk.typed, desk.keys, desk.events) == ("", [], [UnreadableScan()])


def test_a_person_types_on_after_a_scan(desk: Desk) -> None:
    desk.types(SLIP, 0.01, (ENTER,))
    desk.rest()
    desk.types("Jo", 0.15, (ENTER,))
    desk.rest()

    assert (desk.typed, desk.keys) == ("Jo", [ENTER])


def test_a_key_that_is_no_letter_comes_after_the_letters_before_it(desk: Desk) -> None:
    desk.types("ab", 0.15)
    desk.types("c", 0.0, (BACKSPACE,))

    assert desk.typed == "abc", "typed at once, so that Delete removes the last one"
    assert desk.keys == [BACKSPACE]


@pytest.mark.parametrize(("moves", "typed", "keys"), [(False, "a b", []), (True, "ab", [SPACE])])
def test_the_space_bar_types_a_space_unless_it_operates_buttons(
    desk: Desk, moves: bool, typed: str, keys: list[int]
) -> None:
    desk.space_moves = moves
    desk.types("a b", 0.15)
    desk.rest()

    assert (desk.typed, desk.keys) == (typed, keys)


def test_a_held_key_types_one_letter(desk: Desk) -> None:
    desk.scanner.down(ord("a"))
    desk.scanner.text("a")
    desk.frames.pause(0.3)
    for _ in range(20):
        desk.scanner.down(ord("a"))
        desk.scanner.text("a")
        desk.frames.pause(0.033)
    desk.scanner.up(ord("a"))
    desk.rest()

    assert desk.typed == "a" and desk.events == []


def test_letters_of_the_page_before_never_land(desk: Desk) -> None:
    assert desk.page
    desk.types("ab", 0.0)
    desk.page.activation += 1
    desk.rest()
    assert desk.typed == ""

    desk.types("cd", 0.0)
    page, desk.page = desk.page, None
    desk.rest()
    assert page.typed == ""


def test_elsewhere_a_letter_begins_a_scan_as_ever(desk: Desk) -> None:
    desk.types("Jo", 0.15)
    desk.rest()
    desk.page = None
    desk.types(DAMAGED, 0.2)
    desk.rest()

    assert desk.events == [UnreadableScan()] and desk.keys == []


@pytest.fixture
def number_desk(desk: Desk) -> Desk:
    desk.page = None
    return desk


@pytest.mark.parametrize("suffix", [(), (PAD_ENTER,), (TAB,), (ENTER, 10)])
@pytest.mark.parametrize("pace", SCANNER)
@pytest.mark.parametrize("text", ["4827", "4006381333931", "12 34567890", "1.5-2", "4SLIP"])
def test_where_numbers_are_typed_a_scan_that_begins_with_a_digit_presses_nothing(
    number_desk: Desk, text: str, pace: float, suffix: tuple[int, ...]
) -> None:
    number_desk.types(text, pace, suffix)
    number_desk.rest()

    assert (number_desk.pressed, number_desk.keys) == ([], [])
    assert number_desk.events == [UnreadableScan()], "one friendly line"


@pytest.mark.parametrize("suffix", [(), (ENTER,), (TAB,)])
@pytest.mark.parametrize("types_letters", [False, True])
def test_a_card_that_is_typed_is_seen_everywhere_and_lands_nowhere(
    desk: Desk, types_letters: bool, suffix: tuple[int, ...]
) -> None:
    page = desk.page
    desk.page = page if types_letters else None
    desk.types("0006547886", 0.005, suffix)
    desk.rest()

    assert page and page.typed == ""
    assert (desk.pressed, desk.keys, desk.events) == ([], [], [CardSeen("0063E9AE")])


def test_four_thousand_digits_are_one_scan(number_desk: Desk) -> None:
    number_desk.types("7" * 4096, 0.0, (ENTER,))
    number_desk.rest()

    assert (number_desk.pressed, number_desk.keys, number_desk.events) == ([], [], [UnreadableScan()])


@pytest.mark.parametrize("suffix", [(ENTER,), (TAB,)])
def test_three_digits_with_a_suffix_are_a_scan_too(number_desk: Desk, suffix: tuple[int, ...]) -> None:
    number_desk.types("123", 0.005, suffix)
    number_desk.rest()

    assert (number_desk.pressed, number_desk.keys, number_desk.events) == ([], [], [UnreadableScan()])


def test_where_numbers_are_typed_a_persons_digits_are_pressed_before_the_key_that_follows(number_desk: Desk) -> None:
    number_desk.types("4827", 0.08)
    assert number_desk.pressed == [*b"4827"]

    number_desk.types("9", 0.0, (ENTER,))
    assert (number_desk.pressed, number_desk.keys) == ([*b"48279"], [ENTER])
    assert number_desk.events == []


def test_two_digits_that_roll_are_pressed_in_order(number_desk: Desk) -> None:
    for pair in ("48", "29", "13"):
        number_desk.types(pair, 0.02)
        number_desk.frames.pause(0.15)

    assert number_desk.pressed == [*b"482913"] and number_desk.events == []


def test_a_slip_right_after_a_scan_of_digits_is_read(number_desk: Desk) -> None:
    number_desk.types("4006381333931", 0.005, (ENTER,))
    number_desk.types(SLIP, 0.005, (ENTER,))
    number_desk.rest()

    assert number_desk.events == [UnreadableScan(), SlipScanned(Slip((SLIP,)))]
    assert (number_desk.pressed, number_desk.keys) == ([], [])


def test_a_scan_of_digits_whose_enter_comes_late_presses_nothing(number_desk: Desk) -> None:
    number_desk.types("4006381333931", 0.01)
    number_desk.frames.pause(0.15)
    number_desk.types("", 0.0, (ENTER,))
    number_desk.rest()

    assert (number_desk.pressed, number_desk.keys, number_desk.events) == ([], [], [UnreadableScan()])


def test_digits_of_another_page_are_not_pressed(number_desk: Desk) -> None:
    number_desk.types("48", 0.0)
    number_desk.front = "thanks"
    number_desk.rest()

    assert number_desk.pressed == []


def test_a_held_digit_is_pressed_once(number_desk: Desk) -> None:
    number_desk.scanner.down(ord("4"))
    number_desk.frames.pause(0.3)
    for _ in range(20):
        number_desk.scanner.down(ord("4"))
        number_desk.frames.pause(0.033)
    number_desk.scanner.up(ord("4"))
    number_desk.rest()

    assert (number_desk.pressed, number_desk.events) == ([ord("4")], [])


@pytest.fixture
def name_page(door: Callable[..., KioskWindow]) -> KioskWindow:
    kiosk = door()
    return to_name_page(kiosk)


def to_name_page(kiosk: KioskWindow) -> KioskWindow:
    kiosk.tap("host")
    for digit in "482913":
        kiosk.tap(f"digit_{digit}")
    kiosk.tap("check")
    kiosk.wait_for("board")
    kiosk.app.handle_answer("hosts", HostNameAsked(kiosk.page.host_session))
    kiosk.wait_for("text_entry")
    return kiosk


def test_a_name_is_typed_on_a_plugged_in_keyboard(name_page: KioskWindow) -> None:
    name_page.type_text("zoë x4", 0.15, [BACKSPACE])
    name_page.pause(0.2)
    assert name_page.page.typed == "Zoë "

    name_page.type_text("McK", 0.15, [ENTER])
    name_page.wait_for("host_role")
    assert name_page.page.host_name == "Zoë McK"
    name_page.key(ESCAPE)
    assert name_page.screen == "hosts"


def test_a_scan_waits_on_a_page_for_letters_and_types_nothing(name_page: KioskWindow) -> None:
    name_page.type_text("Jo", 0.15)
    name_page.pause(0.4)
    name_page.type_text(SLIP, 0.01, [ENTER])
    name_page.pause(0.5)

    assert (name_page.screen, name_page.page.typed) == ("text_entry", "Jo")


def test_two_switches_type_a_name(door: Callable[..., KioskWindow]) -> None:
    kiosk = to_name_page(door(switches=True))
    for key in ("letter_j", "letter_o", "more", "letter_ë", "check"):
        for _ in range(45):
            if focused(kiosk) == key:
                break
            kiosk.key(SPACE)
        kiosk.key(ENTER)
        if key == "more":
            assert focused(kiosk) == "" and kiosk.page.typed == "Jo"
            kiosk.key(SPACE)
            assert focused(kiosk) == "delete", "the focus goes on where it was"

    kiosk.wait_for("host_role")
    assert kiosk.page.host_name == "Joë"


def focused(kiosk: KioskWindow) -> str:
    return next((button.key for button in kiosk.page.walk() if getattr(button, "focused", False)), "")


def test_the_venue_key_is_typed_on_a_keyboard(door: Callable[..., KioskWindow]) -> None:
    kiosk = door()
    kiosk.app.handle_answer("host_pin", KeyEntryAsked())
    kiosk.wait_for("type_key")
    first, second, *_ = venue_key.groups_of(venue_key.new_key())

    kiosk.type(*map(ord, first + second), pace=0.15)

    assert kiosk.page.groups == (first, second)
