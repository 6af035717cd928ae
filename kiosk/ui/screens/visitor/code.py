"""The page for the four-digit code (or a slip) to leave, step out, or come back."""

from collections.abc import Callable

from kiosk.navigation import CodeFor, CodeLost, HelpAsked
from kiosk.services import passes, visits
from kiosk.services.records.visitor_records import CodeShared, NoSuchCode, SlipAndDigits, Unconfirmed
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say


class Code(TypingPage):
    """Looks the code up when its fourth digit is typed; ``prompt`` is "" or unknown."""

    max_digits = 4
    accepts_slips = True

    def show(self, argument: object) -> None:
        """Ask for the code, by its purpose or to confirm a slip."""
        assert isinstance(argument, CodeFor | Unconfirmed)
        self.unconfirmed = argument.slip if isinstance(argument, Unconfirmed) else None
        self.purpose = argument if isinstance(argument, CodeFor) else CodeFor.LEAVING
        self.heading = say("Ready to go?") if self.purpose is CodeFor.LEAVING else say("Stepping out, or back?")
        self.on_prompt(self, self.prompt)

    def digit(self, digit: str) -> None:
        """Look the code up after the fourth digit."""
        super().digit(digit)
        if len(self.typed) == self.max_digits:
            proof = SlipAndDigits(self.unconfirmed, self.typed) if self.unconfirmed else self.typed
            self.ask_unless_busy(self.ids.boxes, self.slip_job(), proof, then=self._handle_outcome)

    def slip_job(self) -> Callable[..., object]:
        """The job for a code or a slip."""
        return visits.check_out if self.purpose is CodeFor.LEAVING else visits.toggle_break

    def pass_job(self) -> Callable[..., object]:
        """The job for a pass."""
        return passes.leave if self.purpose is CodeFor.LEAVING else passes.step

    def lost(self) -> None:
        """The visitor has lost the code: the host helps."""
        self.answer(CodeLost(self.purpose))

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or that the code is unknown."""
        if prompt == "unknown":
            self.text = say("Nobody in the room has these numbers. Try once more, or ask your host.")
        elif self.unconfirmed:
            self.text = say("Your slip is from another screen. Type the four numbers that you were shown with it.")
        else:
            self.text = say("Type the four numbers that you were shown.")

    def _handle_outcome(self, outcome: object) -> None:
        match outcome:
            case NoSuchCode(wait):
                self.prompt = "unknown"
                self.lock_keypad(wait)
            case CodeShared(code):
                self.answer(HelpAsked(self.purpose, code))
            case _:
                self.answer(outcome)


kv_rules.load(__file__)
