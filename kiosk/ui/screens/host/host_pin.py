"""A host says who they are, with six to eight digits."""

from kivy.properties import BooleanProperty

from kiosk.navigation import CodeLost, HelpAsked
from kiosk.services import hosts
from kiosk.services.records.host_records import HostSession, WrongPin
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say

SHORTEST = 6


class HostPin(TypingPage):
    """Asks the desk when the check is pressed; ``said`` is "" or wrong. Given a flow.Lost, the host helps somebody."""

    long_enough = BooleanProperty(False)

    def show(self, given: object) -> None:
        """Wait for a PIN."""
        self.lost = given if isinstance(given, CodeLost) else None
        self.heading = say("Your host helps") if self.lost else say("Host")
        self.on_said(self, self.said)

    def on_said(self, _: object, said: str) -> None:
        """How it goes, or that it was not right."""
        if said == "wrong":
            self.text = say("No host here has this PIN. Try once more.")
        elif self.lost:
            self.text = say("Please fetch your host. Host: type your PIN, then the number of the pouch.")
        else:
            self.text = say("Type your PIN, then the tick.")

    def on_typed(self, widget: object, typed: str) -> None:
        """The check waits for the sixth digit."""
        super().on_typed(widget, typed)
        self.long_enough = len(typed) >= SHORTEST

    def check(self) -> None:
        """Is this a host's PIN?"""
        self.ask_once(self.ids.dots, hosts.check_pin, self.typed, then=self._heard)

    def _heard(self, outcome: object) -> None:
        if isinstance(outcome, WrongPin):
            self.said = "wrong"
            self.hold_back(outcome.wait)
        elif self.lost and isinstance(outcome, HostSession):
            self.answer(HelpAsked(self.lost.purpose, host=outcome))
        else:
            self.answer(outcome)


kv_rules.load(__file__)
