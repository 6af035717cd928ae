"""Touches faster than a person can read, on a real window: they do not act on the next page.

Each kiosk tries a part of the combinations, so that every pair of a panel, a way and a gap is tried. ``make soak``
tries all combinations on every panel.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest

from tests.support.kiosk_process import FAST_READING, KioskProcess
from tests.support.soak import SOAKING
from tests.support.visitor import AWAY, Visitor

KIOSKS = 4  # one of each panel
QUICK = [0.03, 0.15, 0.7]  # seconds between two touches at one place
WAYS = ["come_in", "leave", "step_out"]  # buttons of the welcome screen
ROWS = ["", "KP_"]  # what comes before a digit in the names of its keys: the row's, the pad's
T = TypeVar("T")
BETWEEN = [0.8, 1.6, 3.2]  # seconds between the taps of a practised visitor; a busy machine draws later


@pytest.fixture(autouse=True)
def usual_time_to_read(kiosk: KioskProcess) -> Iterator[None]:
    """Require the usual time before a touch acts."""
    kiosk.read(1.0)
    yield
    kiosk.read(FAST_READING)


def share(values: Sequence[T], turn: int) -> list[T]:
    """The value for this turn; all of them in a soak."""
    return list(values) if SOAKING else [values[turn % len(values)]]


def touches_twice(visitor: Visitor, key: str, gap: float) -> None:
    """Touch twice at that button's position."""
    screen = visitor.kiosk.see(idle_warning=False, keys=[key])
    x, y = screen.keys[key].middle
    press = ("mousedown", 1, "sleep", 0.02, "mouseup", 1)
    visitor.kiosk.display.send("mousemove", x, y, *press, "sleep", gap, *press)
    visitor.kiosk.see(touches_ended=screen.touches_ended + 2)


@pytest.mark.parametrize("way", WAYS)
def test_two_touches_on_the_way_back_do_not_lead_to_the_pin(visitor: Visitor, kiosk_number: int, way: str) -> None:
    for gap in share(QUICK, kiosk_number + WAYS.index(way)):
        visitor.touches(way)

        touches_twice(visitor, "back", gap)

        visitor.at("welcome")
        assert visitor.kiosk.see(keys=["host"]).page == "welcome"


def test_two_touches_on_leave_do_not_ask_for_the_host(visitor: Visitor) -> None:
    touches_twice(visitor, "leave", 0.15)

    assert visitor.kiosk.see(keys=["lost"]).page == "code"
    visitor.touches("back")


@pytest.mark.parametrize("gap", QUICK[:2])
def test_two_touches_on_come_in_choose_no_party_size(visitor: Visitor, gap: float) -> None:
    touches_twice(visitor, "come_in", gap)

    assert visitor.kiosk.see(keys=["size_1"]).page == "party"
    visitor.touches("back")


def test_two_touches_on_the_pouch_leave_the_code_on_the_screen(visitor: Visitor) -> None:
    before = len(visitor.kiosk.ledger.present())
    visitor.touches("come_in", "size_1")

    touches_twice(visitor, "pouch", 0.18)

    screen = visitor.kiosk.see(keys=["done"])
    assert screen.page == "confirmed"
    assert screen.keys["code"].text
    assert len(visitor.kiosk.ledger.present()) == before + 1
    visitor.touches("done").skips_to("welcome")
    visitor.leaves(visitor.latest())


def test_a_practised_visitor_checks_in_with_three_taps_without_looking(visitor: Visitor) -> None:
    """The second time, when the kiosk has built its pages."""
    places = {}
    for key in ("come_in", "size_1", "pouch"):
        places[key] = visitor.kiosk.see(keys=[key]).keys[key].middle
        visitor.touches(key)
    visitor.at("confirmed").touches("done").skips_to("welcome")
    visitor.leaves(visitor.latest())

    assert any(is_in_after_taps(visitor, list(places.values()), between) for between in BETWEEN)

    visitor.at("confirmed").touches("done").skips_to("welcome")
    visitor.leaves(visitor.latest())


def is_in_after_taps(visitor: Visitor, places: list[tuple[int, int]], between: float) -> bool:
    """Tap at these places, that far apart in time; whether that has led to a confirmation. Else back to the start."""
    visitor.kiosk.see(page=["welcome"], keys=["come_in"])
    touches = visitor.kiosk.look().touches_ended
    taps: list[object] = []
    for x, y in places:
        taps += ["mousemove", x, y, "mousedown", 1, "sleep", 0.05, "mouseup", 1, "sleep", between]
    visitor.kiosk.display.send(*taps)
    if visitor.kiosk.see(touches_ended=touches + len(places)).page == "confirmed":
        return True
    visitor.kiosk.wait(AWAY)
    return False


@pytest.mark.parametrize("turn", range(2))
def test_a_pin_typed_on_a_keyboard_opens_the_board(visitor: Visitor, kiosk_number: int, turn: int) -> None:
    for pad in share(ROWS, kiosk_number + turn):
        visitor.touches("host").at("host_pin")

        visitor.kiosk.type_digits(visitor.kiosk.pin, pad)
        visitor.kiosk.display.keys("KP_Enter" if pad else "Return")

        visitor.at("board").touches("lock").at("welcome")


def test_a_pin_typed_by_a_device_does_not_open_the_board(visitor: Visitor, kiosk_number: int) -> None:
    """Nobody types that fast: it is a scanner's or a card reader's."""
    for pad in share(ROWS, kiosk_number):
        visitor.touches("host").at("host_pin")

        names = [*(f"{pad}{digit}" for digit in visitor.kiosk.pin), "KP_Enter" if pad else "Return"]
        released = visitor.kiosk.look().keys_released
        visitor.kiosk.display.send("key", "--delay", 5, *names)

        visitor.kiosk.see(keys_released=released + len(names))
        visitor.at("host_pin", "Type your PIN, then the tick.").touches("back").at("welcome")
