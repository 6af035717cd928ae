"""No key or gesture at the welcome screen changes the page or closes the window; only a signal does."""

from collections.abc import Iterator

import pytest
from PIL import ImageChops

from tests.support.kiosk_process import KioskProcess
from tests.support.visitor import Visitor
from tests.support.x11_display import until

KEYS = (
    *("F1", "F11", "F12", "Escape", "Print", "Menu", "Super_L", "Pause"),
    *("alt+F4", "alt+Tab", "ctrl+q", "ctrl+w", "ctrl+c", "ctrl+v", "ctrl+a", "ctrl+alt+Delete", "ctrl+alt+F2"),
)


DOWN, UP = ("mousedown", 1), ("mouseup", 1)

SENTENCE_STAYS = 15  # seconds that the message about an unreadable scan is shown


@pytest.fixture
def gestures(kiosk: KioskProcess) -> Iterator[tuple[tuple[object, ...], ...]]:
    """Gestures other than a tap, in a corner without widgets and on a button."""
    corner = "mousemove", 4, kiosk.display.look().height - 4
    button = "mousemove", *kiosk.see(keys=["come_in"]).keys["come_in"].middle
    aside = "mousemove_relative", 3, -3
    yield (
        (*corner, "click", 2, "click", 3),
        (*button, "click", 4, "click", 5, "click", 5),  # a wheel
        (*corner, *DOWN, "sleep", 0.6, *UP),
        (*button, *DOWN, *corner, *UP),
        (*corner, *DOWN, "mousemove", 0, 0, *corner, *UP),
        (*corner, "keydown", "ctrl", *DOWN, *aside, *UP, "keyup", "ctrl"),  # two fingers, as a mouse has them in Kivy
        (*corner, *aside, *aside, *aside, "mousedown", 3, *aside, "mouseup", 3),
    )
    kiosk.display.send("keyup", "ctrl")


def test_no_key_or_gesture_changes_the_page(visitor: Visitor, gestures: tuple[tuple[object, ...], ...]) -> None:
    kiosk = visitor.kiosk
    initial = kiosk.see(page=["welcome"], keys=["host"])
    before = kiosk.display.look()

    for key in KEYS:
        kiosk.display.keys(key)
    for gesture in gestures:
        kiosk.display.send(*gesture)
    lifted = kiosk.wait(SENTENCE_STAYS).touches_ended

    assert kiosk.process.poll() is None
    assert lifted > initial.touches_ended, "the touches were registered"
    now = kiosk.see(page=["welcome"], idle_warning=False, keys=["host"])
    assert (now.texts, now.widgets) == (initial.texts, initial.widgets)
    until(lambda: ImageChops.difference(before, kiosk.display.look()).getbbox() is None, "the same picture")


def test_the_window_refuses_to_be_closed(visitor: Visitor) -> None:
    kiosk = visitor.kiosk
    visitor.touches("come_in").at("party")

    kiosk.display.ask_to_close()

    visitor.touches("size_3").at("stow")
    assert kiosk.process.poll() is None
    visitor.touches("back", "back").at("welcome")
