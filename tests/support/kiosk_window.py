"""A whole kiosk in an offscreen window, with touches and a keyboard."""

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
    """Functions of the shared test window."""

    show: Callable[..., None]
    finger: Callable[..., None]
    frames: Callable[[int], None]


class Door:
    """A whole kiosk in the window, and input to it."""

    def __init__(
        self, folder: Path, stage: Stage, panel: PanelSettings, voice: object = None, clock: Clock | None = None
    ) -> None:
        from kiosk.app import HearthApp
        from kiosk.services import hosts, sessions

        self.runtime = replace(bootstrap.build(KioskSettings(), folder, clock or ManualClock()), voice=voice)
        if not hosts.has_hosts(self.runtime.context):  # the first start on this folder
            host = hosts.set_first_pin(self.runtime.context, "482913")
            sessions.open_session(self.runtime.context, self.runtime.context.profile.templates[0], host)
        self.app = HearthApp(self.runtime, panel)
        stage.show(self.app.build())
        self._finger, self._frames = stage.finger, stage.frames
        self._is_closed = False

    def tap(self, key: str) -> None:
        """Touch that button as soon as it accepts touches."""
        self.ready(key)
        self._finger(key)

    def ready(self, key: str) -> None:
        """Wait until that button accepts touches."""
        from kivy.core.window import Window

        def is_ready() -> bool:
            return any(
                getattr(part, "key", "") == key and self.app.guard.is_ready(part) for part in Window.children[0].walk()
            )

        self._until(is_ready, key)

    def is_shown(self, screen: str) -> None:
        """Wait until that page is shown, without waiting until it accepts touches."""
        self._until(lambda: self.screen == screen and not self.app.is_changing, screen)
        self._frames(1)

    def wait_for(self, screen: str) -> None:
        """Wait until that page is shown and accepts touches."""
        self._until(lambda: self.screen == screen and self.app.guard.is_readable(), screen)

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = monotonic() + 60
        while not condition():
            assert monotonic() < deadline, f"{what} did not come"
            self._frames(1)

    @property
    def screen(self) -> str:
        return str(self.app.pages.current)

    @property
    def page(self) -> Any:  # noqa: ANN401 - any page
        return self.app.pages.current_screen

    def key(self, *codes: int) -> None:
        """Press keys in order, as fast as a person types."""
        from kivy.core.window import Window

        for code in codes:
            Window.dispatch("on_key_down", code, code, None, [])
            Window.dispatch("on_key_up", code, code)
            self.pause(0.15)

    def type(self, *codes: int, pace: float) -> None:
        """Press keys in order as a device does, ``pace`` seconds apart."""
        from kivy.core.window import Window

        for code in codes:
            Window.dispatch("on_key_down", code, code, None, [])
            Window.dispatch("on_key_up", code, code)
            if pace:
                self.pause(pace)

    def hold(self, code: int, seconds: float) -> None:
        """Hold a key; it repeats thirty times a second after a quarter of a second."""
        from kivy.core.window import Window

        Window.dispatch("on_key_down", code, code, None, [])
        self.pause(0.25)
        end = monotonic() + seconds
        while monotonic() < end:
            Window.dispatch("on_key_down", code, code, None, [])
            self.pause(0.033)
        Window.dispatch("on_key_up", code, code)

    def answered(self) -> None:
        """Wait until the writer thread has finished all jobs so far."""
        answers: list[None] = []
        self.app.bridge.ask(lambda _: None, then=answers.append)
        self._until(lambda: bool(answers), "the writer's answer")
        self._frames(2)

    def pause(self, seconds: float) -> None:
        """Draw frames for so many seconds."""
        end = monotonic() + seconds
        while monotonic() < end:
            self._frames(1)

    def close(self) -> None:
        """Stop; also before another start on the same folder."""
        if self._is_closed:
            return
        self._is_closed = True
        self.app._idle_timeout.start(0)
        self.app.on_stop()
