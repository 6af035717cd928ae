"""Something didn't go as hoped: what happens now, in a host's words, and one way on."""

from kivy.properties import StringProperty

from kiosk.desk.records import Full, NoSuchCode, NotOpen
from kiosk.flow import Trouble
from kiosk.screens.passing import READ_LINE, Passing
from kiosk.widgets import buttons, corner, countdown, flame, kv, labels, panes  # noqa: F401 - their rules stand in ours
from kiosk.widgets.i18n import counted, say


class Notice(Passing):
    """Shows why a visit can't begin now, or that nothing was noted."""

    readable_after = READ_LINE

    heading = StringProperty("")
    text = StringProperty("")

    def show(self, given: object) -> None:
        """Its two sentences."""
        assert isinstance(given, Full | NotOpen | NoSuchCode | Trouble)
        self.heading, self.text = told(given)


def told(outcome: Full | NotOpen | NoSuchCode | Trouble) -> tuple[str, str]:
    """A plain heading, and what happens now."""
    match outcome:
        case Full(places_left=0):
            return say("Full for now."), say("Every place is taken. Ask your host when the next one is free.")
        case Full(places_left=left):
            return say("Nearly full."), counted(
                "There is room for one more just now. Your host can help.",
                "There is room for {number} more just now. Your host can help.",
                left,
            )
        case NotOpen():
            return say("We have just closed."), say("This time is over. Ask your host when the next one begins.")
        case NoSuchCode():
            return say("This slip has been used."), say("If you are still on your way, ask your host.")
        case Trouble(disk=True):
            return (
                say("The desk can’t write just now."),
                say("Nothing was noted. Please tell your host; the door stays open."),
            )
    return say("That didn’t work."), say("Nothing was noted. Please try once more, or ask your host.")


kv.load(__file__)
