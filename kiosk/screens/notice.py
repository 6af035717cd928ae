"""Something didn't go as hoped: what happens now, in a host's words, and one way on."""

from kivy.properties import StringProperty

from kiosk import flow
from kiosk.screens.passing import Passing
from kiosk.widgets import buttons, countdown, flame, kv, labels, panes  # noqa: F401 - their rules stand in ours


class Notice(Passing):
    """Shows a flow.Notice."""

    heading = StringProperty("")
    text = StringProperty("")

    def show(self, given: object) -> None:
        """Its two sentences."""
        assert isinstance(given, flow.Notice)
        self.heading, self.text = given.heading, given.text


kv.load(__file__)
