"""Counts how long nobody has touched the screen; asks before it is over, and says when it is."""

from collections.abc import Callable

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.ui.widgets.still_here import PATIENCE, StillHere


class IdleTimeout:
    """``gone`` is called when nobody was there for as long as was asked, the last ``PATIENCE`` seconds included."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone
        self.asks: StillHere | None = None
        self._seconds = 0.0
        self._warn = Clock.create_trigger(self._ask, 0)

    def count(self, seconds: float) -> None:
        """From the beginning; 0: for ever."""
        self._seconds = seconds
        self._unask()

    def touched(self) -> None:
        """Somebody is there. While it is being asked, the answer alone counts."""
        if not self.asks:
            self._begin()

    def answered(self) -> None:
        """Somebody is there, and did something else than to say so."""
        self._unask()

    def _begin(self) -> None:
        self._warn.cancel()
        if self._seconds:
            self._warn = Clock.schedule_once(self._ask, self._seconds - PATIENCE)

    def _ask(self, _: float) -> None:
        self.asks = StillHere()
        self.asks.bind(on_stay=lambda _: self._unask(), on_gone=lambda _: self._leave())
        Window.add_widget(self.asks)
        self.asks.start()

    def _unask(self) -> None:
        if self.asks:
            self.asks.stop()
            Window.remove_widget(self.asks)
            self.asks = None
        self._begin()

    def _leave(self) -> None:
        self._unask()
        self._gone()
