"""The calm, dimmed page that replaces the welcome page after some minutes without input."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import Idle, Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.theme import theme


class IdleScreen(Page):
    """The first touch anywhere wakes the kiosk and does nothing else: the app shows the welcome page."""

    home_after = 0
    accepts_slips = True
    accepts_cards = True

    venue = StringProperty("")
    moving = BooleanProperty(False)

    def show(self, argument: object) -> None:
        """Show the flame and the venue's name."""
        assert isinstance(argument, Idle)
        self.venue = argument.venue
        self.moving = theme.motion

    def deactivate(self) -> None:
        """Stop the flame."""
        super().deactivate()
        self.moving = False

    def wake(self) -> None:
        """Return to the welcome page."""
        self.answer(Intent.HOME)


kv_rules.load(__file__)
