"""A host says who they are, with six to eight digits."""

from kivy.properties import BooleanProperty

from kiosk.desk import hosts
from kiosk.desk.records import WrongPin
from kiosk.screens.typing_page import TypingPage
from kiosk.widgets import kv

SHORTEST = 6
HOW = "Type your PIN, then the tick."


class HostPin(TypingPage):
    """Asks the desk when the check is pressed."""

    long_enough = BooleanProperty(False)

    def show(self, given: object) -> None:
        """Wait for a PIN."""
        self.heading, self.text, self.foot = "Host", HOW, ""

    def on_typed(self, widget: object, typed: str) -> None:
        """The check waits for the sixth digit."""
        super().on_typed(widget, typed)
        self.long_enough = len(typed) >= SHORTEST

    def check(self) -> None:
        """Is this a host's PIN?"""
        self.ask_once(self.ids.dots, hosts.check_pin, self.typed, then=self._heard)

    def _heard(self, outcome: object) -> None:
        if isinstance(outcome, WrongPin):
            self.text = "No host here has this PIN. Try once more."
            self.hold_back(outcome.wait)
        else:
            self.answer(outcome)


kv.load(__file__)
