"""The four digits, or a slip: for leaving, for stepping out, or for coming back."""

from collections.abc import Callable

from kiosk.desk import visits
from kiosk.desk.records import NoSuchCode, Shared
from kiosk.flow import Asked, CodeFor, Lost
from kiosk.screens.typing_page import TypingPage
from kiosk.widgets import kv
from kiosk.widgets.i18n import say


class Code(TypingPage):
    """Asks the desk as soon as the fourth digit is typed; ``said`` is "" or unknown."""

    longest = 4

    def show(self, given: object) -> None:
        """Typed for one of two reasons."""
        assert isinstance(given, CodeFor)
        self.purpose = given
        self.heading = say("Ready to go?") if given is CodeFor.LEAVING else say("Stepping out, or back?")
        self.on_said(self, self.said)

    def digit(self, digit: str) -> None:
        """The fourth asks the desk."""
        super().digit(digit)
        if len(self.typed) == self.longest:
            self._ask(self.typed)

    def slip(self, slip: str) -> None:
        """A reader has read a slip instead."""
        self._ask(slip)

    def lost(self) -> None:
        """They don't know it any more: the host helps."""
        self.answer(Lost(self.purpose))

    def on_said(self, _: object, said: str) -> None:
        """How it goes, or that these digits were not known."""
        if said == "unknown":
            self.text = say("Nobody in the room has these numbers. Try once more, or ask your host.")
        else:
            self.text = say("Type the four numbers that you were shown.")

    def _ask(self, shown: str) -> None:
        job: Callable[..., object] = visits.check_out if self.purpose is CodeFor.LEAVING else visits.step
        self.ask_once(self.ids.boxes, job, shown, then=self._heard)

    def _heard(self, outcome: object) -> None:
        match outcome:
            case NoSuchCode(wait):
                self.said = "unknown"
                self.hold_back(wait)
            case Shared(code):
                self.answer(Asked(self.purpose, code))
            case _:
                self.answer(outcome)


kv.load(__file__)
