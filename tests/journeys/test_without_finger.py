"""A whole visit by keyboard alone, and one by two switches alone."""

from sync.domain.visit import Visit
from tests.support.kiosk_process import Screen
from tests.support.visitor import ON_THE_WAY, Visitor


def press(visitor: Visitor, *keys: str, by: str) -> None:
    """Move the focus with ``by`` until it is on each of these buttons, and press Enter there."""
    for key in keys:
        screen = visitor.kiosk.see(keys=[key])
        for _ in screen.things:
            if not focused(screen, key):
                screen = moved(visitor, screen, by)
        assert focused(screen, key), f"{by} does not reach {key}"
        visitor.kiosk.glass.keys("Return")
        visitor.kiosk.see(pressed=screen.pressed + 1)


def focused(screen: Screen, key: str) -> bool:
    return key in screen.keys and screen.keys[key].focused


def moved(visitor: Visitor, screen: Screen, by: str) -> Screen:
    visitor.kiosk.glass.keys(by)
    return visitor.kiosk.see(pressed=screen.pressed + 1)


def is_in(visitor: Visitor) -> Visit:
    visitor.passes_by("confirmed")
    return visitor.latest()


def goes_on(visitor: Visitor, by: str) -> None:
    press(visitor, "done", by=by)
    while (at := visitor.kiosk.see(page=["welcome", *ON_THE_WAY]).page) != "welcome":
        press(visitor, ON_THE_WAY[at], by=by)
    press(visitor, "leave", by=by)


def test_by_keyboard_alone(visitor: Visitor) -> None:
    press(visitor, "come_in", "size_2", "phones_minus", "pouch", by="Tab")
    visit = is_in(visitor)
    assert (visit.party_size, visit.phones) == (2, 1)

    goes_on(visitor, by="Tab")
    visitor.at("code").kiosk.glass.keys(*visit.code)
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
