"""Out for a while, or back again: which pouch it is, and that the place is kept."""

from kivy.properties import StringProperty

from kiosk.services.records.visitor_records import CameBack, SteppedOut
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_LINE, TimedPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say


class Stepped(TimedPage):
    """Shows a SteppedOut or a CameBack."""

    readable_after = READ_LINE
    takes_slips = True

    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    foot = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")

    def show(self, given: object) -> None:
        """Say what to do with the phone now."""
        assert isinstance(given, SteppedOut | CameBack)
        self.number = phrases.ranges(given.numbers)
        self.caption = phrases.yours(given.numbers, given.stow)
        if isinstance(given, SteppedOut):
            self.icon, self.foot, self.heading = "exit_run", say("Your place is yours"), say("See you soon.")
            self.text = phrases.stepping_out(given.numbers, given.stow)
        else:
            self.icon, self.foot, self.heading = "sofa", say("It’s good to have you back"), say("Welcome back.")
            self.text = phrases.coming_back(given.numbers, given.stow)

    def end(self) -> None:
        """The pouch is nobody else's business."""
        super().end()
        self.number = self.text = ""


kv_rules.load(__file__)
