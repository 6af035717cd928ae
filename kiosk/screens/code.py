"""The four digits: for leaving, for stepping out, or for coming back."""

from kiosk.desk import visits
from kiosk.desk.records import NoSuchCode
from kiosk.flow import CodeFor
from kiosk.screens.typing_page import TypingPage
from kiosk.widgets import kv

HEADINGS = {CodeFor.LEAVING: "Ready to go?", CodeFor.STEPPING_OUT: "Stepping out, or back?"}
HOW = "Type the four numbers from your slip or screen."
LOST = "Lost the code? Ask your host."
UNKNOWN = "Nobody in the room has these numbers. Try once more, or ask your host."


class Code(TypingPage):
    """Asks the desk as soon as the fourth digit is typed."""

    longest = 4

    def show(self, given: object) -> None:
        """Typed for one of two reasons."""
        assert isinstance(given, CodeFor)
        self.purpose = given
        self.heading = HEADINGS[given]
        self.text, self.foot = HOW, LOST

    def digit(self, digit: str) -> None:
        """The fourth asks the desk."""
        super().digit(digit)
        if len(self.typed) == self.longest:
            job = visits.check_out if self.purpose is CodeFor.LEAVING else visits.step
            self.ask_once(self.ids.boxes, job, self.typed, then=self._heard)

    def waited(self) -> None:
        """Back to what stands there always."""
        self.foot = LOST

    def _heard(self, outcome: object) -> None:
        if isinstance(outcome, NoSuchCode):
            self.text = UNKNOWN
            self.hold_back(outcome.wait)
        else:
            self.answer(outcome)


kv.load(__file__)
