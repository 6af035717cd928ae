"""A page appears complete: each frame shows the previous page, or the new one in its final state."""

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.support.kiosk_window import KioskWindow

if TYPE_CHECKING:
    from tests.support.quick_hand import TouchInput

SETTLED_FRAMES = 6  # frames after which a new page no longer changes
CHANGES = [  # the taps to a page, and one more that changes it
    ([], "come_in", "party"),
    ([], "leave", "code"),
    ([], "access", "access"),
    (["come_in"], "back", "welcome"),
    (["come_in"], "size_1", "stow"),
    (["come_in"], "size_4", "stow"),
    (["come_in", "size_1"], "pouch", "confirmed"),
    (["come_in", "size_1"], "language", "language"),
    (["come_in", "size_1", "language"], "language_de", "stow"),
    (["come_in", "access"], "larger", "access"),
    (["come_in", "size_1", "pouch", "done"], "skip", "welcome"),
    (["come_in", "size_1", "pouch", "done"], "how_long", "how_long"),
    (["host", *(f"digit_{digit}" for digit in "482913")], "check", "board"),
    (["host", *(f"digit_{digit}" for digit in "482913"), "check"], "close", "close"),
    (["host", *(f"digit_{digit}" for digit in "482913"), "check", "close"], "back", "board"),
]


class FrameRecorder:
    """The pixels of each drawn frame, with the app's current page."""

    def __init__(self, masked_rows: Callable[[], list[tuple[int, int]]]) -> None:
        from kivy.core.window import Window

        self.shots: list[tuple[str, bytes]] = []
        self.page = lambda: ""
        self._flip = Window.flip
        self._masked_rows = masked_rows
        Window.flip = self._expose

    def _expose(self) -> None:
        from kivy.core.window import Window
        from kivy.graphics import opengl as gl

        width, height = Window.size
        rows = gl.glReadPixels(0, 0, width, height, gl.GL_RGB, gl.GL_UNSIGNED_BYTE)
        line = width * 3
        moving = [range(foot * line, top * line) for foot, top in self._masked_rows()]
        shot = bytearray(rows)
        for part in moving:
            shot[part.start : part.stop] = bytes(len(part))
        self.shots.append((self.page(), bytes(shot)))
        self._flip()

    def end(self) -> None:
        from kivy.core.window import Window

        Window.flip = self._flip


def countdowns() -> list[tuple[int, int]]:
    """The rows of countdown bars, to be masked."""
    from kivy.core.window import Window

    from kiosk.ui.widgets.countdown import Countdown

    bars = [part for part in Window.children[-1].walk() if isinstance(part, Countdown)]
    return [(int(bar.to_window(0, bar.y)[1]) - 1, int(bar.to_window(0, bar.top)[1]) + 2) for bar in bars]


@pytest.fixture
def recorder() -> Iterator[FrameRecorder]:
    recorder = FrameRecorder(countdowns)
    yield recorder
    recorder.end()


@pytest.mark.parametrize("change", CHANGES, ids=["-".join((change[1], change[2])) for change in CHANGES])
def test_a_page_appears_complete(
    door: Callable[..., KioskWindow],
    recorder: FrameRecorder,
    hand: "TouchInput",
    change: tuple[list[str], str, str],
) -> None:
    keys, key, next_page = change
    kiosk = door()
    for before in keys:
        kiosk.tap(before)
    kiosk.ready(key)
    page = kiosk.page
    recorder.page = lambda: "before" if kiosk.page is page and kiosk.page.activation == activation else "after"
    activation = page.activation
    hand.pause(0.3)  # longer than SAME_FINGER
    recorder.shots.clear()
    writer_proceeds = threading.Event()
    kiosk.app.bridge.ask(lambda _: writer_proceeds.wait(60), then=lambda _: None)

    hand.tap(hand.place(key))
    hand.wait(SETTLED_FRAMES)
    writer_proceeds.set()
    kiosk.is_shown(next_page)
    hand.wait(SETTLED_FRAMES)

    shown = [name for name, _ in recorder.shots]
    assert shown.count("after") > 0 and shown == sorted(shown, reverse=True)
    after = [shot for name, shot in recorder.shots if name == "after"]
    assert all(first == second for first, second in pairwise(after)), "something came later"
