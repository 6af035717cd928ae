"""The first start: the host chooses a PIN, and types it twice."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services import hosts
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say

SHORTEST = 6


class FirstPin(TypingPage):
    """Asks the desk to keep the PIN once it was typed twice; ``said`` is "", repeat or different."""

    home_after = 0  # there is no door yet to go home to
    keeps = ("chosen", *TypingPage.keeps)

    long_enough = BooleanProperty(False)
    chosen = StringProperty("")

    def show(self, given: object) -> None:
        """Nothing is chosen."""
        self.chosen = ""
        self.on_said(self, self.said)

    def end(self) -> None:
        """No PIN stays on a screen."""
        super().end()
        self.chosen = ""

    def on_typed(self, widget: object, typed: str) -> None:
        """The check waits for the sixth digit."""
        super().on_typed(widget, typed)
        self.long_enough = len(typed) >= SHORTEST

    def on_said(self, _: object, said: str) -> None:
        """Choose, repeat, or choose again."""
        self.heading = say("Once more") if said == "repeat" else say("Welcome, host")
        match said:
            case "repeat":
                self.text = say("And the same digits again, so that we both know them.")
            case "different":
                self.text = say("Those two were not the same. Choose your digits once more.")
            case _:
                self.text = say("Choose six to eight digits. They open and close your sessions.")

    def check(self) -> None:
        """The first time remembers, the second compares."""
        if not self.chosen:
            self.chosen, self.typed, self.said = self.typed, "", "repeat"
        elif self.chosen == self.typed:
            self.ask_once(self.ids.dots, hosts.set_first_pin, self.typed, then=self.answer)
        else:
            self.chosen, self.typed, self.said = "", "", "different"


kv_rules.load(__file__)
