"""Asks whether anybody is still there, before what stands on the screen is forgotten."""

from kivy.input import MotionEvent
from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv_rules
from kiosk.ui.text.i18n import counted

PATIENCE = 20  # seconds


class StillHere(AnchorLayout):
    """Lies over the page for ``PATIENCE`` seconds. Says ``on_stay`` at any touch, else ``on_gone``."""

    __events__ = ("on_stay", "on_gone")

    left = StringProperty("")

    def start(self) -> None:
        """Let the time run."""
        self.ids.countdown.seconds = PATIENCE
        self.ids.countdown.start()

    def stop(self) -> None:
        """No more."""
        self.ids.countdown.stop()

    def tell(self, left: float) -> None:
        """How long it still is, in whole seconds."""
        self.left = counted(
            "In {number} second the door comes back.",
            "In {number} seconds the door comes back.",
            max(1, round(left * PATIENCE)),
        )

    def on_touch_down(self, _: MotionEvent) -> bool:
        """Whoever touches anything is still here; what lies beneath is not touched by that."""
        return True

    def on_touch_up(self, _: MotionEvent) -> bool:
        """Go on as it was."""
        self.dispatch("on_stay")
        return True

    def on_stay(self) -> None:
        """Somebody is there."""

    def on_gone(self) -> None:
        """Nobody is."""


kv_rules.load(__file__)
