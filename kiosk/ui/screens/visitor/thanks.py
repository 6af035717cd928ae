"""Goodbye: the pouch to give back, the time that was one's own, and one tap to say how it was."""

from kivy.properties import StringProperty

from kiosk.services.records.visitor_records import CheckedOut
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE
from kiosk.ui.screens.visitor.mood_page import MoodPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say


class Thanks(MoodPage):
    """Shows a Farewell; ``way`` is bye where the venue doesn't ask how one feels."""

    takes_slips = True
    when = "after"
    readable_after = READ_LINE

    before = StringProperty("")
    time = StringProperty("")
    giving_back = StringProperty("")

    def show(self, given: object) -> None:
        """What the visit came to."""
        assert isinstance(given, CheckedOut)
        self.ask_visit(given.visit)
        if not given.asks_after:
            self.way = "bye"
        self.giving_back = (
            phrases.giving_back(given.numbers, given.phones, given.stow)
            if given.known
            else say("Take your phone, and leave its pouch with us.")
        )
        if given.phone_free:
            self.before, self.time = say("You were phone-free for"), phrases.duration(given.phone_free)
        else:
            self.before, self.time = say("Thank you for being with us"), say("See you again.")

    def end(self) -> None:
        """Nothing of this visit stays."""
        super().end()
        self.time = self.giving_back = ""


kv_rules.load(__file__)
