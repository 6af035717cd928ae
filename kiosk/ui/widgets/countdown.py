"""A bar that shows the time until the welcome page returns, without a number that would rush people."""

from kivy.clock import Clock
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.use import Use

UPDATE_INTERVAL = 0.1  # seconds


class Countdown(Widget):
    """Runs for ``seconds`` times ``stretch`` once started, then dispatches ``on_done``."""

    use = Use.FOOT

    __events__ = ("on_done",)

    seconds = NumericProperty(20)
    stretch = NumericProperty(1.0)
    left = NumericProperty(1.0)  # share of the time, from 1 to 0

    def __init__(self, **kwargs: object) -> None:
        self._updates = Clock.create_trigger(self._advance, UPDATE_INTERVAL, interval=True)
        super().__init__(**kwargs)

    def start(self) -> None:
        """Start, or restart."""
        self.left = 1.0
        self._updates.cancel()
        self._updates()

    def stop(self) -> None:
        """Stop without ``on_done``."""
        self._updates.cancel()

    def _advance(self, seconds_passed: float) -> None:
        self.left = max(0.0, self.left - seconds_passed / (self.seconds * self.stretch))
        if self.left == 0:
            self.stop()
            self.dispatch("on_done")

    def on_done(self) -> None:
        """The time is over."""


kv_rules.load(__file__)
