"""The bar that shows how long it is until the door returns, without a number that hurries."""

from kivy.clock import Clock
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.use import FOOT

FRAME = 0.1  # seconds


class Countdown(Widget):
    """Runs for ``seconds`` once started, and says ``on_done``; ``stretch``: so many times longer."""

    use = FOOT

    __events__ = ("on_done",)

    seconds = NumericProperty(20)
    stretch = NumericProperty(1.0)
    left = NumericProperty(1.0)  # the part of the time that is left, 1 to 0

    def __init__(self, **kwargs: object) -> None:
        self._tick = Clock.create_trigger(self._pass, FRAME, interval=True)
        super().__init__(**kwargs)

    def start(self) -> None:
        """From the beginning."""
        self.left = 1.0
        self._tick.cancel()
        self._tick()

    def stop(self) -> None:
        """No more; ``on_done`` will not be said."""
        self._tick.cancel()

    def _pass(self, passed: float) -> None:
        self.left = max(0.0, self.left - passed / (self.seconds * self.stretch))
        if self.left == 0:
            self.stop()
            self.dispatch("on_done")

    def on_done(self) -> None:
        """The time is over."""


kv_rules.load(__file__)
