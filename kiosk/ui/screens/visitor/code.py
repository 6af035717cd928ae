"""The four digits, or a slip: for leaving, for stepping out, or for coming back."""

from collections.abc import Callable

from kiosk.navigation import CodeFor, CodeLost, HelpAsked
from kiosk.services import visits
from kiosk.services.records.visitor_records import CodeShared, NoSuchCode, SlipAndDigits, Unconfirmed
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say


class Code(TypingPage):
    """Asks the desk as soon as the fourth digit is typed; ``said`` is "" or unknown."""

    longest = 4
    takes_slips = True

    def show(self, given: object) -> None:
        """Typed for one of two reasons; or beside a slip that needs it."""
        assert isinstance(given, CodeFor | Unconfirmed)
        self.unconfirmed = given.slip if isinstance(given, Unconfirmed) else None
        self.purpose = given if isinstance(given, CodeFor) else CodeFor.LEAVING
        self.heading = say("Ready to go?") if self.purpose is CodeFor.LEAVING else say("Stepping out, or back?")
        self.on_said(self, self.said)

    def digit(self, digit: str) -> None:
        """The fourth asks the desk."""
        super().digit(digit)
        if len(self.typed) == self.longest:
            shown = SlipAndDigits(self.unconfirmed, self.typed) if self.unconfirmed else self.typed
            self.ask_once(self.ids.boxes, self.slip_job(), shown, then=self._heard)

    def slip_job(self) -> Callable[..., object]:
        """A slip is as good as its digits."""
        return visits.check_out if self.purpose is CodeFor.LEAVING else visits.toggle_break

    def lost(self) -> None:
        """They don't know it any more: the host helps."""
        self.answer(CodeLost(self.purpose))

    def on_said(self, _: object, said: str) -> None:
        """How it goes, or that these digits were not known."""
        if said == "unknown":
            self.text = say("Nobody in the room has these numbers. Try once more, or ask your host.")
        elif self.unconfirmed:
            self.text = say("Your slip is from another screen. Type the four numbers that you were shown with it.")
        else:
            self.text = say("Type the four numbers that you were shown.")

    def _heard(self, outcome: object) -> None:
        match outcome:
            case NoSuchCode(wait):
                self.said = "unknown"
                self.hold_back(wait)
            case CodeShared(code):
                self.answer(HelpAsked(self.purpose, code))
            case _:
                self.answer(outcome)


kv_rules.load(__file__)
