"""A whole visit by keyboard alone, and one by two switches alone."""

from sync.domain.visit import Visit
from tests.support.kiosk_process import ScreenState
from tests.support.visitor import OPTIONAL_PAGES, Visitor


def press(visitor: Visitor, *keys: str, by: str) -> None:
    """Move the focus with ``by`` until it is on each of these buttons, and press Enter there."""
    for key in keys:
        screen = visitor.kiosk.see(keys=[key])
        for _ in screen.widgets:
            if not focused(screen, key):
                screen = moved(visitor, screen, by)
        assert focused(screen, key), f"{by} does not reach {key}"
        visitor.kiosk.display.keys("Return")
        visitor.kiosk.see(keys_released=screen.keys_released + 1)


def focused(screen: ScreenState, key: str) -> bool:
    return key in screen.keys and screen.keys[key].focused


def moved(visitor: Visitor, screen: ScreenState, by: str) -> ScreenState:
    visitor.kiosk.display.keys(by)
    return visitor.kiosk.see(keys_released=screen.keys_released + 1)


def is_in(visitor: Visitor) -> Visit:
    visitor.skips_to("confirmed")
    return visitor.latest()


def goes_on(visitor: Visitor, by: str) -> None:
    press(visitor, "done", by=by)
    while (at := visitor.kiosk.see(page=["welcome", *OPTIONAL_PAGES]).page) != "welcome":
        press(visitor, OPTIONAL_PAGES[at], by=by)
    press(visitor, "leave", by=by)


def test_by_keyboard_alone(visitor: Visitor) -> None:
    press(visitor, "come_in", "size_2", "phones_minus", "pouch", by="Tab")
    visit = is_in(visitor)
    assert (visit.party_size, visit.phones) == (2, 1)

    goes_on(visitor, by="Tab")
    visitor.at("code").kiosk.type_digits(visit.code)
    visitor.at("thanks")
    press(visitor, "face_5", by="Tab")
    visitor.at("thanks", "Thank you.")
    visitor.kiosk.wait(2)

    left = visitor.at("welcome").visit(visit)
    assert (left.is_in, left.after) == (False, 5)


def test_by_two_switches_alone(visitor: Visitor) -> None:
    press(visitor, "come_in", "size_1", "pouch", by="space")
    visit = is_in(visitor)
    goes_on(visitor, by="space")
    press(visitor, *(f"digit_{digit}" for digit in visit.code), by="space")
    visitor.at("thanks")
    press(visitor, "skip", by="space")

    assert not visitor.at("welcome").visit(visit).is_in
