"""In, and one tap to say how one feels before the time without a phone begins."""

from kivy.properties import StringProperty

from kiosk.flow import Feeling, HowLong
from kiosk.screens.pulse import Pulse
from kiosk.widgets import buttons, corner, countdown, faces, kv, labels, panes, rail  # noqa: F401 - their rules stand in ours
from kiosk.widgets.i18n import say, time_of


class FeelingBefore(Pulse):
    """Given a flow.Feeling."""

    when = "before"

    sign = StringProperty("")

    def show(self, given: object) -> None:
        """Ask this visit."""
        assert isinstance(given, Feeling)
        self.welcomed = given.welcomed
        self.ask_visit(given.welcomed.visit)
        at = given.welcomed.sign_at
        self.sign = say("A sign at {time}", time=time_of(at)) if at else say("Tell me when it’s time")

    def how_long(self) -> None:
        """They can't stay as long as they like."""
        self.answer(HowLong(self.welcomed))


kv.load(__file__)
