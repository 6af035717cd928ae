"""The page of the first start: the host chooses a PIN and types it twice."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services import hosts
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say

MIN_DIGITS = 6


class FirstPin(TypingPage):
    """Stores the PIN once it was typed twice; ``prompt`` is "", repeat or different."""

    home_after = 0  # there is no welcome page yet
    saved_fields = ("chosen", *TypingPage.saved_fields)

    is_long_enough = BooleanProperty(False)
    chosen = StringProperty("")

    def show(self, argument: object) -> None:
        """Ask for a PIN."""
        self.chosen = ""
        self.on_prompt(self, self.prompt)

    def deactivate(self) -> None:
        """Clear the PIN."""
        super().deactivate()
        self.chosen = ""

    def on_typed(self, widget: object, typed: str) -> None:
        """Enable the check from ``MIN_DIGITS`` on."""
        super().on_typed(widget, typed)
        self.is_long_enough = len(typed) >= MIN_DIGITS

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction."""
        self.heading = say("Once more") if prompt == "repeat" else say("Welcome, host")
        match prompt:
            case "repeat":
                self.text = say("And the same digits again, so that we both know them.")
            case "different":
                self.text = say("Those two were not the same. Choose your digits once more.")
            case _:
                self.text = say("Choose six to eight digits. They open and close your sessions.")

    def check(self) -> None:
        """Remember the first PIN, compare the second."""
        if not self.chosen:
            self.chosen, self.typed, self.prompt = self.typed, "", "repeat"
        elif self.chosen == self.typed:
            self.ask_unless_busy(self.ids.dots, hosts.set_first_pin, self.typed, then=self.answer, slow=True)
        else:
            self.chosen, self.typed, self.prompt = "", "", "different"


kv_rules.load(__file__)
