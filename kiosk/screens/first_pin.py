"""The first start: the host chooses a PIN, and types it twice."""

from kivy.properties import BooleanProperty

from kiosk.desk import hosts
from kiosk.screens.typing_page import TypingPage
from kiosk.widgets import kv

SHORTEST = 6
CHOOSE = "Choose six to eight digits. They open and close your sessions."
REPEAT = "And the same digits again, so that we both know them."
DIFFERENT = "Those two were not the same. Choose your digits once more."


class FirstPin(TypingPage):
    """Asks the desk to keep the PIN once it was typed twice."""

    home_after = 0  # there is no door yet to go home to

    long_enough = BooleanProperty(False)

    def show(self, given: object) -> None:
        """Nothing is chosen."""
        self._start_over(CHOOSE)

    def end(self) -> None:
        """No PIN stays on a screen."""
        super().end()
        self._chosen = ""

    def on_typed(self, widget: object, typed: str) -> None:
        """The check waits for the sixth digit."""
        super().on_typed(widget, typed)
        self.long_enough = len(typed) >= SHORTEST

    def check(self) -> None:
        """The first time remembers, the second compares."""
        if not self._chosen:
            self._chosen, self.typed = self.typed, ""
            self.heading, self.text = "Once more", REPEAT
        elif self._chosen == self.typed:
            self.ask_once(self.ids.dots, hosts.set_first_pin, self.typed, then=self.answer)
        else:
            self._start_over(DIFFERENT)

    def _start_over(self, text: str) -> None:
        self._chosen = self.typed = self.foot = ""
        self.heading, self.text = "Welcome, host", text


kv.load(__file__)
