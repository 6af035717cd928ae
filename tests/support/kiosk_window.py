"""A whole kiosk in an offscreen window, with touches and a keyboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import bootstrap
from kiosk.services import hosts, sessions
from kiosk.services.records.host_records import HostSession
from kiosk.settings import KioskSettings, PanelSettings
from sync.domain.clock import Clock
from sync.ledger.hosts import sealed_hosts
from sync.manual_clock import ManualClock
from tests.support.sqlite_template import SqliteTemplate

if TYPE_CHECKING:
    from tests.support.window_frames import WindowFrames

PIN = "482913"
LONGEST_IDLE_S = 120  # any page asks earlier whether the visitor is still here
REPEATS_A_SECOND = 30  # of a key that is held


@dataclass(frozen=True)
class WindowFunctions:
    """Functions of the shared test window."""

    show: Callable[..., None]
    finger: Callable[..., None]
    frames: "WindowFrames"


def make_kiosk_template(folder: Path, empty: SqliteTemplate) -> SqliteTemplate:
    """The ledger of a kiosk that has a host. Hashing the PIN takes longer than all else of a kiosk's start."""
    file = empty.copy_to(folder / bootstrap.LEDGER)
    runtime = bootstrap.build(KioskSettings(), folder, ManualClock())
    hosts.set_first_pin(runtime.context, PIN)
    runtime.stop()
    return SqliteTemplate(file)


class KioskWindow:
    """A whole kiosk in the window, and input to it; ``folder`` has a ledger of ``make_kiosk_template``."""

    def __init__(
        self,
        folder: Path,
        stage: WindowFunctions,
        panel: PanelSettings,
        voice: object = None,
        clock: Clock | None = None,
    ) -> None:
        from kiosk.app import HearthApp

        self.runtime = replace(bootstrap.build(KioskSettings(), folder, clock or ManualClock()), voice=voice)
        if not self.runtime.context.ledger.open_sessions():  # the first start on this folder
            (first,) = sealed_hosts(self.runtime.context.ledger.store)
            host = HostSession(first.id, first.number or 0, "lead")
            sessions.open_session(self.runtime.context, self.runtime.context.profile.templates[0], host)
        self.app = HearthApp(self.runtime, panel)
        self._finger, self._frames = stage.finger, stage.frames
        self._is_closed = False
        self._frames.set_bridge(self.app.bridge)
        stage.show(self.app.build())

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

        self._frames.until(is_ready, key)

    def is_shown(self, screen: str) -> None:
        """Wait until that page is shown, without waiting until it accepts touches."""
        self._frames.until(lambda: self.screen == screen and not self.app.is_changing, screen)
        self._frames(1)

    def wait_for(self, screen: str) -> None:
        """Wait until that page is shown and accepts touches."""
        self._frames.until(lambda: self.screen == screen and self.app.guard.is_readable(), screen)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Run frames until the condition holds; fails with "``what`` did not come"."""
        self._frames.until(condition, what)

    @property
    def idle_prompt(self) -> Any:  # noqa: ANN401 - Kivy is untyped
        """The question whether the visitor is still here, if it is shown."""
        from kivy.core.window import Window

        from kiosk.ui.widgets.still_here import StillHere

        return next((child for child in Window.children if isinstance(child, StillHere)), None)

    def wait_for_idle_prompt(self) -> None:
        """Let time pass without input until the visitor is asked."""
        for _ in range(LONGEST_IDLE_S):
            if self.idle_prompt:
                return
            self._frames.skip(1)
        raise AssertionError("the visitor was not asked")

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

    def type_text(self, text: str, pace: float, then: Sequence[int] = ()) -> None:
        """Press keys that have a text, and after it others, ``pace`` seconds apart, as a keyboard or a scanner does."""
        from kivy.core.window import Window

        for code, letter in (*((ord(letter.lower()), letter) for letter in text), *((code, "") for code in then)):
            Window.dispatch("on_key_down", code, 0, letter or None, [])
            if letter:
                Window.dispatch("on_textinput", letter)
            Window.dispatch("on_key_up", code, 0)
            if pace:
                self.pause(pace)

    def hold(self, code: int, seconds: float) -> None:
        """Hold a key; it repeats thirty times a second after a quarter of a second."""
        from kivy.core.window import Window

        Window.dispatch("on_key_down", code, code, None, [])
        self.pause(0.25)
        for _ in range(round(seconds * REPEATS_A_SECOND)):
            Window.dispatch("on_key_down", code, code, None, [])
            self.pause(1 / REPEATS_A_SECOND)
        Window.dispatch("on_key_up", code, code)

    def answered(self) -> None:
        """Wait until the writer thread has finished all jobs so far."""
        answers: list[None] = []
        self.app.bridge.ask(lambda _: None, then=answers.append)
        self._frames.until(lambda: bool(answers), "the writer's answer")
        self._frames(2)

    def pause(self, seconds: float) -> None:
        """Draw frames for so many seconds."""
        self._frames.pause(seconds)

    def close(self) -> None:
        """Stop; also before another start on the same folder."""
        if self._is_closed:
            return
        self._is_closed = True
        self._frames.set_bridge(None)
        self.app.on_stop()
