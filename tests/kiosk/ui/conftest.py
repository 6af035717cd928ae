"""Fixtures: an offscreen window, touches in it, and whole kiosks or single pages."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk import bootstrap
from kiosk.settings import PanelSettings
from sync.domain.clock import Clock
from tests.support.kiosk_window import KioskWindow, WindowFunctions, make_kiosk_template
from tests.support.single_page import SinglePage
from tests.support.sqlite_template import SqliteTemplate

if TYPE_CHECKING:
    from tests.support.quick_hand import TouchInput
    from tests.support.window_frames import WindowFrames


@pytest.fixture(scope="session")
def frames() -> Iterator["WindowFrames"]:
    """Runs a number of frames. For all tests, since Kivy's time must not go back between two of them."""
    from tests.support.window_frames import window_frames

    with window_frames() as frames:
        yield frames


@pytest.fixture
def show(frames: "WindowFrames") -> Iterator[Callable[..., None]]:
    """Shows a widget in the window until the end of the test."""
    from kivy.base import EventLoop
    from kivy.core.window import Window

    def put(widget: object) -> None:
        EventLoop.start()
        Window.add_widget(widget)
        frames(4)

    yield put
    Window.clear()
    for child in list(Window.children):
        Window.remove_widget(child)


@pytest.fixture
def finger(frames: "WindowFrames") -> Callable[..., None]:
    """Touches the centre of the widget with a key and releases there, or at ``lift_at``."""
    from kivy.core.window import Window
    from kivy.tests.common import UnitTestTouch

    def touch(key: str, lift_at: tuple[float, float] | None = None) -> None:
        root = Window.children[0]
        widget = next(part for part in root.walk() if getattr(part, "key", "") == key)
        contact = UnitTestTouch(*widget.to_window(*widget.center))
        contact.touch_down()
        if lift_at:
            contact.touch_move(*lift_at)
        contact.touch_up()
        frames(2)

    return touch


@pytest.fixture
def hand(frames: "WindowFrames") -> Iterator["TouchInput"]:
    from kivy.core.window import Window

    from tests.support.quick_hand import TouchInput

    hand = TouchInput(frames, lambda: Window.children[0])
    yield hand
    hand.close()


@pytest.fixture(scope="session")
def kiosk_template(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """The ledger of a kiosk that has a host."""
    return make_kiosk_template(tmp_path_factory.mktemp("kiosk-template"), sqlite_template)


@pytest.fixture
def door(
    tmp_path: Path,
    kiosk_template: SqliteTemplate,
    show: Callable[..., None],
    finger: Callable[..., None],
    frames: "WindowFrames",
) -> Iterator[Callable[..., KioskWindow]]:
    from kiosk.ui.style import preferences

    doors: list[KioskWindow] = []
    kiosk_template.copy_to(tmp_path / bootstrap.LEDGER)

    def make(voice: object = None, clock: Clock | None = None, **panel: str) -> KioskWindow:
        doors.append(
            KioskWindow(
                tmp_path, WindowFunctions(show, finger, frames), PanelSettings(motion=False, **panel), voice, clock
            )
        )
        return doors[-1]

    yield make
    for kiosk in doors:
        kiosk.close()
    preferences.apply(preferences.DisplayPreferences())


@pytest.fixture
def stage(show: Callable[..., None], finger: Callable[..., None]) -> SinglePage:
    return SinglePage(show, finger)
