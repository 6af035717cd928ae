"""A page with a countdown to the welcome page; any touch or key restarts it."""

from kivy.input import MotionEvent

from kiosk.ui.screens.shared.page import Page

READ_CODE = 1.2  # seconds before a touch acts on a confirmation, whose pouch and code are to be remembered
READ_LINE = 0.6  # the same for a page with a pouch's number or a sentence to read


class TimedPage(Page):
    """Has a Countdown with the id ``countdown``, whose ``on_done`` leads home."""

    home_after = 0  # the countdown replaces the idle timeout

    def activate(self, argument: object, record: object = None) -> None:
        """Show the page and start the countdown."""
        super().activate(argument, record)
        self.ids.countdown.stretch = self.time_factor
        self.ids.countdown.start()

    def deactivate(self) -> None:
        """Stop the countdown."""
        super().deactivate()
        self.ids.countdown.stop()

    def restart_timeout(self) -> None:
        """Restart the countdown."""
        self.ids.countdown.start()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Restart the countdown."""
        self.restart_timeout()
        return bool(super().on_touch_down(touch))
