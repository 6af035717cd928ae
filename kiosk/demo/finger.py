"""A finger: real touches on the app's own widgets, found by their keys, one motion event down and one up."""

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
PATIENCE = 30.0  # seconds until the finger gives up


class Touch(MotionEvent):
    """One fingertip at a place in the window."""

    def __init__(self, x: float, y: float) -> None:
        place = {"x": x / (Window.width - 1), "y": y / (Window.height - 1)}
        super().__init__("finger", 1, place, is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        """Take the place in, as an input provider would."""
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


class NotThere(Exception):
    """What the finger looked for did not come."""


class Finger:
    """Every method is a generator: one step a frame, so that the app goes on between them."""

    def __init__(self, pages: ScreenManager, guard: TouchGuard, shots: Path | None = None) -> None:
        self._pages = pages
        self._guard = guard
        self._shots = shots

    def tap(self, key: str) -> Frames:
        """Wait until the button can be touched, as a person does who reads first; touch it, let go."""
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
        """Wait for a label and return what stands on it."""
        widget = yield from self.find(key)
        return str(widget.text)

    def see(self, screen: str) -> Frames:
        """Wait until this screen is in front and drawn; the first time, take its picture."""
        yield from self.until(lambda: self._pages.current == screen, f"the screen {screen}")
        if self._shots and not any(shot.name.endswith(f"-{screen}.png") for shot in self._shots.iterdir()):
            yield from self.shoot(screen)

    def shoot(self, name: str) -> Frames:
        """Take a picture of the window as it stands."""
        assert self._shots is not None
        yield from (None, None, None)  # laid out, drawn, shown
        number = len(list(self._shots.iterdir())) + 1
        file = self._shots / f"{number:02d}-{name}.png"
        Path(Window.screenshot(name=str(file))).rename(file)  # Kivy puts a number of its own behind the name

    def find(self, key: str) -> Generator[None, None, Widget]:
        """Wait for whatever has that key, until it can be touched."""
        found: list[Widget] = []

        def there() -> bool:
            page = self._pages.current_screen
            found[:] = [w for w in page.walk() if getattr(w, "key", "") == key and touchable(w)]
            return bool(found) and not getattr(page, "busy", False)

        yield from self.until(there, f"{key!r} on {self._pages.current}")
        return found[0]

    def until(self, true: Callable[[], bool], what: str) -> Frames:
        """Wait until it is true. Raises NotThere when it does not become so."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if true():
                return
            yield
        raise NotThere(f"{what} did not come; {self._pages.current} is in front")


def touchable(widget: Widget) -> bool:
    """Whether a person could see and touch it: enabled, opaque, inside the window."""
    x, y = widget.to_window(*widget.center)
    inside: bool = 0 <= x < Window.width and 0 <= y < Window.height and widget.width > 1
    shown = widget
    while shown is not shown.parent and shown.parent is not None:
        if shown.opacity == 0 or shown.disabled:
            return False
        shown = shown.parent
    return inside
