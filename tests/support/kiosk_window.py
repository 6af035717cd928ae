"""A whole kiosk in a window that nobody sees, a finger and a keyboard in front of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from kiosk import bootstrap
from kiosk.settings import KioskSettings, PanelSettings
from sync.domain.clock import Clock
from sync.manual_clock import ManualClock


@dataclass(frozen=True)
class Stage:
    """The window, and who stands before it."""

    show: Callable[..., None]
    finger: Callable[..., None]
    frames: Callable[[int], None]


class Door:
    """A whole kiosk in the window, and a finger in front of it."""

    def __init__(
        self, folder: Path, stage: Stage, panel: PanelSettings, voice: object = None, clock: Clock | None = None
    ) -> None:
        from kiosk.app import HearthApp
        from kiosk.services import hosts, sessions

        self.runtime = replace(bootstrap.build(KioskSettings(), folder, clock or ManualClock()), voice=voice)
        host = hosts.set_first_pin(self.runtime.context, "482913")
        sessions.open_session(self.runtime.context, self.runtime.context.profile.templates[0], host.host)
        self.app = HearthApp(self.runtime, panel)
        stage.show(self.app.build())
        self._finger, self._frames = stage.finger, stage.frames

    def tap(self, key: str) -> None:
        """Touch that button, as soon as it is there and could be read."""
        self.ready(key)
        self._finger(key)

    def ready(self, key: str) -> None:
        """Wait until a finger on that button would act."""
        from kivy.core.window import Window

        def is_ready() -> bool:
            return any(
                getattr(part, "key", "") == key and self.app.guard.is_ready(part) for part in Window.children[0].walk()
            )

        self._until(is_ready, key)

    def is_shown(self, screen: str) -> None:
        """Wait until that page is there, and no longer."""
        self._until(lambda: self.screen == screen and not self.app.is_changing, screen)
        self._frames(1)

    def wait_for(self, screen: str) -> None:
        """The desk writes on a thread of its own, and a person reads."""
        self._until(lambda: self.screen == screen and self.app.guard.is_readable(), screen)

    def _until(self, true: Callable[[], bool], what: str) -> None:
        deadline = monotonic() + 60
        while not true():
            assert monotonic() < deadline, f"{what} did not come"
            self._frames(1)

    @property
    def screen(self) -> str:
        return str(self.app.pages.current)

    @property
    def page(self) -> Any:  # noqa: ANN401 - whichever is in front
        return self.app.pages.current_screen

    def key(self, *codes: int) -> None:
        """Press keys of a keyboard, one after the other, as fast as a person types."""
        from kivy.core.window import Window

        for code in codes:
            Window.dispatch("on_key_down", code, code, None, [])
            Window.dispatch("on_key_up", code, code)
            self.pause(0.15)

    def type(self, *codes: int, pace: float) -> None:
        """The same as a device does it, with so many seconds from key to key."""
        from kivy.core.window import Window

        for code in codes:
            Window.dispatch("on_key_down", code, code, None, [])
            Window.dispatch("on_key_up", code, code)
            if pace:
                self.pause(pace)

    def hold(self, code: int, seconds: float) -> None:
        """Hold a key: after a quarter of a second it is repeated thirty times a second."""
        from kivy.core.window import Window

        Window.dispatch("on_key_down", code, code, None, [])
        self.pause(0.25)
        end = monotonic() + seconds
        while monotonic() < end:
            Window.dispatch("on_key_down", code, code, None, [])
            self.pause(0.033)
        Window.dispatch("on_key_up", code, code)

    def answered(self) -> None:
        """Wait until the desk has answered all that was asked so far."""
        answers: list[None] = []
        self.app.bridge.ask(lambda _: None, then=answers.append)
        self._until(lambda: bool(answers), "the desk's answer")
        self._frames(2)

    def pause(self, seconds: float) -> None:
        """Frames go on meanwhile."""
        end = monotonic() + seconds
        while monotonic() < end:
            self._frames(1)

    def close(self) -> None:
        self.app._patience.start(0)
        self.app.on_stop()
