"""The mood question after check-in."""

from kivy.properties import StringProperty

from kiosk.navigation import Feeling, HowLong
from kiosk.ui import kv_rules
from kiosk.ui.screens.visitor.mood_page import MoodPage
from kiosk.ui.text.i18n import say, time_of


class FeelingBefore(MoodPage):
    """Its argument is a Feeling."""

    when = "before"

    sign = StringProperty("")

    def show(self, argument: object) -> None:
        """Ask the visitor, and offer a reminder."""
        assert isinstance(argument, Feeling)
        self.welcomed = argument.welcomed
        self.ask_visit(argument.welcomed.visit)
        at = argument.welcomed.remind_at
        self.sign = say("A sign at {time}", time=time_of(at)) if at else say("Tell me when it’s time")

    def how_long(self) -> None:
        """Show the page for a reminder."""
        self.answer(HowLong(self.welcomed))


kv_rules.load(__file__)
