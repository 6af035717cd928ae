"""A page that the door returns from by itself: its countdown begins with it, and any touch or key begins it again."""

from kivy.input import MotionEvent

from kiosk.ui.screens.shared.page import Page

READ_CODE = 1.2  # seconds that a confirmation stays at least: the pouch and the code are to be remembered
READ_LINE = 0.6  # seconds for a page that has a pouch's number or a sentence to read


class TimedPage(Page):
    """Has a Countdown with the id ``countdown``, whose ``on_done`` leads home."""

    home_after = 0  # the countdown does it

    def begin(self, given: object, record: object = None) -> None:
        """Show, and let the time run."""
        super().begin(given, record)
        self.ids.countdown.stretch = self.lingers
        self.ids.countdown.start()

    def end(self) -> None:
        """No time runs while nobody looks."""
        super().end()
        self.ids.countdown.stop()

    def stay(self) -> None:
        """Somebody is still here."""
        self.ids.countdown.start()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """The same, with a finger."""
        self.stay()
        return bool(super().on_touch_down(touch))
