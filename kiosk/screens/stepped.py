"""Out for a while, or back again: which pouch it is, and that the place is kept."""

from kivy.properties import StringProperty

from kiosk.desk.records import CameBack, SteppedOut
from kiosk.screens.passing import Passing
from kiosk.widgets import buttons, countdown, kv, labels, number_pane, panes, wording  # noqa: F401 - their rules stand in ours


class Stepped(Passing):
    """Shows a SteppedOut or a CameBack."""

    caption = StringProperty("")
    number = StringProperty("")
    icon = StringProperty("")
    foot = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")

    def show(self, given: object) -> None:
        """Say what to do with the phone now."""
        assert isinstance(given, SteppedOut | CameBack)
        out = isinstance(given, SteppedOut)
        self.number = wording.ranges(given.numbers)
        self.caption = "" if not given.numbers else "Your pouch" if len(given.numbers) == 1 else "Your pouches"
        self.icon = "exit_run" if out else "sofa"
        self.foot = "Your place is yours" if out else "It’s good to have you back"
        self.heading = "See you soon." if out else "Welcome back."
        self.text = stepping_out(given.numbers) if out else coming_back(given.numbers)

    def end(self) -> None:
        """The pouch is nobody else's business."""
        super().end()
        self.number = self.text = ""


def stepping_out(numbers: tuple[int, ...]) -> str:
    """What to do on the way out for a while."""
    again = "Type the same four numbers when you are back."
    match len(numbers):
        case 0:
            return again
        case 1:
            return f"Take your phone from {wording.pouches(numbers)} and keep the pouch. {again}"
        case _:
            return f"Take your phones from {wording.pouches(numbers)} and keep the pouches. {again}"


def coming_back(numbers: tuple[int, ...]) -> str:
    """What to do before going in again."""
    match len(numbers):
        case 0:
            return "Go right in."
        case 1:
            return f"Put your phone back in {wording.pouches(numbers)}, close it, and go right in."
        case _:
            return f"Put your phones back in {wording.pouches(numbers)}, close them, and go right in."


kv.load(__file__)
