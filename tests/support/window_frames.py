"""Frames of the tests' window: Kivy's time passes by a sixtieth of a second in each, and not between them.

So a test that pauses draws as many frames as a person would see, and not as many as the machine can draw.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kivy.base import EventLoop
from kivy.clock import Clock

if TYPE_CHECKING:
    from kiosk.bridge import Bridge

FRAME_S = 1 / 60
LIMIT_S = 60  # of Kivy's time; until then what a test waits for has come


class WindowFrames:
    """Runs frames."""

    def __init__(self) -> None:
        self.now = Clock.time()
        self._bridge: Bridge | None = None
        self._done: dict[bool, threading.Event] = {}  # by slow: set when that thread has done what was queued before it

    def set_bridge(self, bridge: "Bridge | None") -> None:
        """From now on, after each frame, each of its threads has as long to work as a real frame lasts."""
        self._bridge, self._done = bridge, {}

    def __call__(self, count: int) -> None:
        for _ in range(count):
            self.now += FRAME_S
            EventLoop.idle()
            self._let_threads_work()

    def pause(self, seconds: float) -> None:
        """Run frames for so many seconds."""
        self(max(1, round(seconds / FRAME_S)) if seconds else 0)

    def skip(self, seconds: float) -> None:
        """Let so many seconds pass at once, as if the window had drawn nothing, then run two frames."""
        self.now += seconds
        self(2)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Run frames until the condition holds; fails with "``what`` did not come"."""
        end = self.now + LIMIT_S
        while not condition():
            assert self.now < end, f"{what} did not come"
            self(1)

    def _let_threads_work(self) -> None:
        if self._bridge is None:
            return
        for slow in (False, True):
            if slow not in self._done:
                self._done[slow] = threading.Event()
                self._bridge.ask(_note(self._done[slow]), then=lambda _: None, slow=slow)
            if self._done[slow].wait(FRAME_S):
                del self._done[slow]


def _note(done: threading.Event) -> Callable[[object], None]:
    return lambda _context: done.set()


@contextmanager
def window_frames() -> Iterator[WindowFrames]:
    """Frames whose time is Kivy's until the end of the block."""
    frames, real_time = WindowFrames(), Clock.time
    Clock.time = lambda: frames.now
    try:
        yield frames
    finally:
        Clock.time = real_time
