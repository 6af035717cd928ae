"""The idle prompt: asks whether the visitor is still here before the page is cleared."""

from kivy.input import MotionEvent
from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv_rules
from kiosk.ui.text.i18n import counted

PROMPT_SECONDS = 20  # seconds


class StillHere(AnchorLayout):
    """An overlay for ``PROMPT_SECONDS``. Dispatches ``on_stay`` at any touch, else ``on_timeout``."""

    __events__ = ("on_stay", "on_timeout")

    time_left = StringProperty("")

    def start(self) -> None:
        """Start the countdown."""
        self.ids.countdown.seconds = PROMPT_SECONDS
        self.ids.countdown.start()

    def stop(self) -> None:
        """Stop the countdown."""
        self.ids.countdown.stop()

    def show_time_left(self, time_left: float) -> None:
        """Show the share ``time_left`` (1 to 0) of the time in whole seconds."""
        self.time_left = counted(
            "In {number} second the door comes back.",
            "In {number} seconds the door comes back.",
            max(1, round(time_left * PROMPT_SECONDS)),
        )

    def on_touch_down(self, _: MotionEvent) -> bool:
        """Keep touches from the page below."""
        return True

    def on_touch_up(self, _: MotionEvent) -> bool:
        """Dispatch ``on_stay``."""
        self.dispatch("on_stay")
        return True

    def on_stay(self) -> None:
        """The visitor is here."""

    def on_timeout(self) -> None:
        """The time is over."""


kv_rules.load(__file__)
