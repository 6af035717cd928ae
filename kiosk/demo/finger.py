"""Scripted touches on the app's widgets, found by their keys: a motion event down and one up."""

import time
from collections.abc import Callable, Generator
from pathlib import Path

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.uix.screenmanager import ScreenManager
from kivy.uix.widget import Widget

from kiosk.ui.input.touch_guard import TouchGuard

Frames = Generator[None, None, None]
TIMEOUT = 30.0  # seconds


class Touch(MotionEvent):
    """A touch at a position in the window, in pixels."""

    def __init__(self, x: float, y: float) -> None:
        position = {"x": x / (Window.width - 1), "y": y / (Window.height - 1)}
        super().__init__("finger", 1, position, is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        """Set the position, as for an input provider's event."""
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


class WaitTimeout(Exception):
    """A widget or screen did not appear in time."""


class Finger:
    """Each method is a generator with one step a frame, so that the app runs in between."""

    def __init__(self, pages: ScreenManager, guard: TouchGuard, shots: Path | None = None) -> None:
        self._pages = pages
        self._guard = guard
        self._shots = shots

    def tap(self, key: str) -> Frames:
        """Wait until the button accepts touches, then touch and release it."""
        widget = yield from self.find(key)
        yield from self.until(lambda: self._guard.is_ready(widget), f"{key!r} for long enough")
        touch = Touch(*widget.to_window(*widget.center))
        EventLoop.post_dispatch_input("begin", touch)
        yield
        EventLoop.post_dispatch_input("end", touch)
        yield

    def type(self, digits: str) -> Frames:
        """Touch one digit after the other."""
        for digit in digits:
            yield from self.tap(f"digit_{digit}")

    def read(self, key: str) -> Generator[None, None, str]:
        """Wait for a label and return its text."""
        widget = yield from self.find(key)
        return str(widget.text)

    def see(self, screen: str) -> Frames:
        """Wait until this screen is shown; the first time, take a screenshot."""
        yield from self.until(lambda: self._pages.current == screen, f"the screen {screen}")
        if self._shots and not any(shot.name.endswith(f"-{screen}.png") for shot in self._shots.iterdir()):
            yield from self.shoot(screen)

    def shoot(self, name: str) -> Frames:
        """Take a screenshot."""
        assert self._shots is not None
        yield from (None, None, None)  # laid out, drawn, shown
        number = len(list(self._shots.iterdir())) + 1
        file = self._shots / f"{number:02d}-{name}.png"
        Path(Window.screenshot(name=str(file))).rename(file)  # Kivy appends a number to the name

    def find(self, key: str) -> Generator[None, None, Widget]:
        """Wait until the widget with that key can be touched."""
        widgets: list[Widget] = []

        def is_there() -> bool:
            page = self._pages.current_screen
            widgets[:] = [
                widget for widget in page.walk() if getattr(widget, "key", "") == key and is_touchable(widget)
            ]
            return bool(widgets) and not getattr(page, "busy", False)

        yield from self.until(is_there, f"{key!r} on {self._pages.current}")
        return widgets[0]

    def until(self, condition: Callable[[], bool], what: str) -> Frames:
        """Wait until the condition holds. Raises WaitTimeout."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if condition():
                return
            yield
        raise WaitTimeout(f"{what} did not come; {self._pages.current} is in front")


def is_touchable(widget: Widget) -> bool:
    """Whether it is enabled, opaque and inside the window."""
    x, y = widget.to_window(*widget.center)
    inside: bool = 0 <= x < Window.width and 0 <= y < Window.height and widget.width > 1
    ancestor = widget
    while ancestor is not ancestor.parent and ancestor.parent is not None:
        if ancestor.opacity == 0 or ancestor.disabled:
            return False
        ancestor = ancestor.parent
    return inside
