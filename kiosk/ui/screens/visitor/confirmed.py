"""You are in: the pouch first and largest, then the code for leaving, then the venue's telephone."""

from kivy.properties import StringProperty

from kiosk.navigation import Feeling, Intent
from kiosk.services.records.visitor_records import CheckedIn
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.timed_page import READ_CODE, TimedPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import counted, say


class Confirmed(TimedPage):
    """Shows a Welcomed for as long as it takes to remember it."""

    readable_after = READ_CODE

    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    foot = StringProperty("")
    code = StringProperty("")
    slip = StringProperty("")
    reach = StringProperty("")
    reach_case = StringProperty("")

    def show(self, given: object) -> None:
        """Fill every line from the record."""
        assert isinstance(given, CheckedIn)
        self.welcomed = given
        self.number = phrases.ranges(given.numbers)
        self.caption, self.icon, self.foot = resting(given)
        self.code = phrases.spaced(given.code)
        self.slip = given.slip
        self.reach = say("Reach you here: {phone}", phone=given.reach) if given.reach else ""
        self.reach_case = "reach" if given.reach else "no_reach"

    def done(self) -> None:
        """All is remembered. One tap says how one feels, if the venue asks that."""
        self.answer(Feeling(self.welcomed) if self.welcomed.asks_before else Intent.HOME)

    def end(self) -> None:
        """The code and the pouch are nobody else's business."""
        super().end()
        self.number = self.code = self.slip = self.foot = ""


def resting(welcomed: CheckedIn) -> tuple[str, str, str]:
    """The green side's caption, its icon where there is no number, and what to do now."""
    if welcomed.numbers:
        if welcomed.stow == "locker":
            told = phrases.use_lockers(welcomed.numbers, welcomed.phones)
        else:
            told = phrases.take_pouches(welcomed.numbers, welcomed.shelf)
        stay = f"{told}. {phrases.some_stay(welcomed.kept)}"
        return phrases.yours(welcomed.numbers, welcomed.stow), "", stay if welcomed.kept else told
    if welcomed.phones:
        return (
            counted("Your host keeps your phone", "Your host keeps your phones", welcomed.phones),
            "hand_heart",
            counted(
                "Give it to your host, and the evening is yours",
                "Give them to your host, and the evening is yours",
                welcomed.phones,
            ),
        )
    if welcomed.kept:
        return (
            counted("Yours stays with you", "Yours stay with you", welcomed.kept),
            "cellphone",
            counted(
                "Please keep it quiet, and out of sight where you can",
                "Please keep them quiet, and out of sight where you can",
                welcomed.kept,
            ),
        )
    return say("Nothing to put away"), "sofa", say("Sit where you like")


kv_rules.load(__file__)
