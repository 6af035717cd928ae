"""In, and one tap to say how one feels before the time without a phone begins."""

from kivy.properties import StringProperty

from kiosk.navigation import Feeling, HowLong
from kiosk.ui import kv_rules
from kiosk.ui.screens.visitor.mood_page import MoodPage
from kiosk.ui.text.i18n import say, time_of


class FeelingBefore(MoodPage):
    """Given a flow.Feeling."""

    when = "before"

    sign = StringProperty("")

    def show(self, given: object) -> None:
        """Ask this visit."""
        assert isinstance(given, Feeling)
        self.welcomed = given.welcomed
        self.ask_visit(given.welcomed.visit)
        at = given.welcomed.remind_at
        self.sign = say("A sign at {time}", time=time_of(at)) if at else say("Tell me when it’s time")

    def how_long(self) -> None:
        """They can't stay as long as they like."""
        self.answer(HowLong(self.welcomed))


kv_rules.load(__file__)
