"""Touches at any time and position, through input providers as a touch panel has them."""

from collections.abc import Callable
from typing import Any

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.input import MotionEvent, MotionEventFactory, MotionEventProvider

from tests.support.window_frames import WindowFrames

Pos = tuple[float, float]


class PanelTouch(MotionEvent):
    """A contact, as a touch panel's driver reports it."""

    def __init__(self, device: str, pos: Pos) -> None:
        super().__init__(device, 1, self._scaled(pos), is_touch=True, type_id="touch")

    @staticmethod
    def _scaled(pos: Pos) -> Pos:
        return pos[0] / (Window.width - 1), pos[1] / (Window.height - 1)

    def depack(self, args: Pos) -> None:
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)

    def slide(self, pos: Pos) -> None:
        """Move it to that position."""
        self.move(self._scaled(pos))


class TouchProvider(MotionEventProvider):
    """An input provider beside the window's, as Kivy adds for a panel."""

    def __init__(self, device: str) -> None:
        super().__init__(device, "")
        self.waiting: list[tuple[str, PanelTouch]] = []

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""

    def update(self, dispatch_fn: Callable[[str, MotionEvent], None]) -> None:
        for event, finger in self.waiting:
            dispatch_fn(event, finger)
        self.waiting.clear()

    def put(self, pos: Pos) -> PanelTouch:
        """Begin a touch."""
        finger = PanelTouch(self.device, pos)
        self.waiting.append(("begin", finger))
        return finger

    def lift(self, finger: PanelTouch) -> None:
        """End a touch."""
        self.waiting.append(("end", finger))


class TouchInput:
    """Sends touches through providers of its own; each event is processed in the next frame."""

    def __init__(self, frames: WindowFrames, root: Callable[[], Any]) -> None:
        self._frames = frames
        self._root = root
        self.drivers: dict[str, TouchProvider] = {}
        self._mouse = MotionEventFactory.get("mouse")("mouse", "disable_multitouch")
        self._mouse.start()
        EventLoop.add_input_provider(self._mouse)

    def place(self, key: str) -> Pos:
        """The centre of that button, in window coordinates."""
        button = next(part for part in self._root().walk() if getattr(part, "key", "") == key)
        x, y = button.to_window(*button.center)
        return float(x), float(y)

    def down(self, at: Pos, device: str = "panel") -> PanelTouch:
        finger = self._driver(device).put(at)
        self._frames(1)
        return finger

    def up(self, finger: PanelTouch) -> None:
        self._driver(finger.device).lift(finger)
        self._frames(1)

    def tap(self, at: Pos, device: str = "panel") -> None:
        self.up(self.down(at, device))

    def mouse(self, event: str, at: Pos) -> None:
        """``down`` or ``up``, as the window reports its pointer."""
        Window.dispatch(f"on_mouse_{event}", at[0], Window.height - 1 - at[1], "left", [])
        self._frames(1)

    def wait(self, frames: int) -> None:
        """Draw so many frames."""
        self._frames(frames)

    def pause(self, seconds: float) -> None:
        """Draw frames for so many seconds."""
        self._frames.pause(seconds)

    def _driver(self, device: str) -> TouchProvider:
        if device not in self.drivers:
            self.drivers[device] = TouchProvider(device)
            EventLoop.add_input_provider(self.drivers[device])
        return self.drivers[device]

    def close(self) -> None:
        for driver in (self._mouse, *self.drivers.values()):
            driver.stop()
            EventLoop.remove_input_provider(driver)
