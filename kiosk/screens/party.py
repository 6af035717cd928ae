"""How many are you? The numbers are the buttons."""

from kivy.properties import StringProperty

from kiosk import flow
from kiosk.screens.page import Page
from kiosk.widgets import buttons, kv, labels, panes, stepper, topbar  # noqa: F401 - their rules stand in ours


class Party(Page):
    """Answers with a flow.Party; from seven on, by a stepper in the same place."""

    way = StringProperty("few")

    def show(self, given: object) -> None:
        """Begin with the small numbers."""
        self.way = "few"
        self.ids.many.value = self.ids.many.least

    def choose(self, size: int) -> None:
        """So many stand at the door."""
        self.answer(flow.Party(size))

    def more(self) -> None:
        """Seven or more: count them."""
        self.way = "many"

    def back(self) -> None:
        """To the small numbers, or to the door."""
        if self.way == "many":
            self.way = "few"
        else:
            self.go_home()


kv.load(__file__)
