"""The idle timeout: after some time without input it asks whether the visitor is still here, then expires."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.ui.widgets.still_here import PROMPT_SECONDS, StillHere


class IdleTimeout:
    """Calls ``on_timeout`` after the set time without input; the prompt is shown for its last ``PROMPT_SECONDS``."""

    def __init__(self, on_timeout: Callable[[], None]) -> None:
        self._on_timeout = on_timeout
        self.prompt: StillHere | None = None
        self._seconds = 0.0
        self._warning = Clock.create_trigger(self._show_prompt, 0)

    def start(self, seconds: float) -> None:
        """Start again with a timeout in seconds; 0: none."""
        self._seconds = seconds
        self._dismiss_prompt()

    def touched(self) -> None:
        """Restart after input. While the prompt is shown, only its answer counts."""
        if not self.prompt:
            self._restart()

    def dismiss(self) -> None:
        """Restart after input that also answers the prompt."""
        self._dismiss_prompt()

    def _restart(self) -> None:
        self._warning.cancel()
        if self._seconds:
            self._warning = Clock.schedule_once(self._show_prompt, self._seconds - PROMPT_SECONDS)

    def _show_prompt(self, _: float) -> None:
        self.prompt = StillHere()
        self.prompt.bind(on_stay=lambda _: self._dismiss_prompt(), on_timeout=lambda _: self._expire())
        Window.add_widget(self.prompt)
        self.prompt.start()

    def _dismiss_prompt(self) -> None:
        if self.prompt:
            self.prompt.stop()
            Window.remove_widget(self.prompt)
            self.prompt = None
        self._restart()

    def _expire(self) -> None:
        self._dismiss_prompt()
        self._on_timeout()
