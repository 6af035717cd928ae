"""A whole kiosk in a window that nobody sees, a finger and a keyboard in front of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from kiosk import bootstrap
from kiosk.settings import Panel, Settings
from sync.hand_clock import HandClock


@dataclass(frozen=True)
class Stage:
    """The window, and who stands before it."""

    show: Callable[..., None]
    finger: Callable[..., None]
    frames: Callable[[int], None]


class Door:
    """A whole kiosk in the window, and a finger in front of it."""

    def __init__(self, folder: Path, stage: Stage, panel: Panel, voice: object = None) -> None:
        from kiosk.app import HearthApp
        from kiosk.desk import hosts, sessions

        self.parts = replace(bootstrap.build(Settings(), folder, HandClock()), voice=voice)
        host = hosts.set_first_pin(self.parts.desk, "482913")
        sessions.open_session(self.parts.desk, self.parts.desk.house.templates[0], host.host)
        self.app = HearthApp(self.parts, panel)
        stage.show(self.app.build())
        self.tap, self._frames = stage.finger, stage.frames

    def wait_for(self, screen: str) -> None:
        """The desk writes on a thread of its own."""
        deadline = monotonic() + 60
        while self.screen != screen:
            assert monotonic() < deadline, f"{screen} did not come"
            self._frames(1)

    @property
    def screen(self) -> str:
        return str(self.app.pages.current)

    @property
    def page(self) -> object:
        return self.app.pages.current_screen

    def key(self, *codes: int) -> None:
        """Press keys of a keyboard, one after the other; each holds its button for a tenth of a second."""
        from kivy.core.window import Window

        for code in codes:
            Window.dispatch("on_key_down", code, code, None, [])
            end = monotonic() + 0.15
            while monotonic() < end:
                self._frames(1)

    def close(self) -> None:
        self.app._patience.count(0)
        self.app.on_stop()
