"""You are in: the pouch first and largest, then the code for leaving, then the venue's telephone."""

from kivy.properties import StringProperty

from kiosk.desk.records import Welcomed
from kiosk.screens.passing import Passing
from kiosk.widgets import (  # noqa: F401 - their rules stand in ours
    buttons,
    countdown,
    kv,
    labels,
    number_pane,
    panes,
    qr,
    wording,
)


class Confirmed(Passing):
    """Shows a Welcomed for as long as it takes to remember it."""

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
        assert isinstance(given, Welcomed)
        self.number = wording.ranges(given.numbers)
        self.caption, self.icon, self.foot = resting(given)
        self.code = wording.spaced(given.code)
        self.slip = given.slip
        self.reach = given.reach or ""
        self.reach_case = "reach" if given.reach else "no_reach"

    def end(self) -> None:
        """The code and the pouch are nobody else's business."""
        super().end()
        self.number = self.code = self.slip = self.foot = ""


def resting(welcomed: Welcomed) -> tuple[str, str, str]:
    """The green side's caption, its icon where there is no number, and what to do now."""
    if welcomed.numbers:
        caption = "Your pouch" if len(welcomed.numbers) == 1 else "Your pouches"
        told = wording.take_pouches(welcomed.numbers, welcomed.shelf)
        return caption, "", f"{told}. {wording.some_stay(welcomed.kept)}" if welcomed.kept else told
    if welcomed.phones:
        one = welcomed.phones == 1
        return (
            "Your host keeps your phone" if one else "Your host keeps your phones",
            "hand_heart",
            f"Give {'it' if one else 'them'} to your host, and the evening is yours",
        )
    if welcomed.kept:
        one = welcomed.kept == 1
        return (
            "Yours stays with you" if one else "Yours stay with you",
            "cellphone",
            f"Please keep {'it' if one else 'them'} quiet, and out of sight where you can",
        )
    return "Nothing to put away", "sofa", "Sit where you like"


kv.load(__file__)
