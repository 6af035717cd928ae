"""The page for the number of a pouch or locker, to tell parties with the same code apart or to replace a lost code."""

from collections.abc import Callable

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import CodeFor, HelpAsked
from kiosk.services import passes, visits
from kiosk.services.records.visitor_records import CodeAndNumber, NoSuchCode, PouchOrLocker
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing
from sync.domain.events import Stow


class Number(TypingPage):
    """Its argument is a HelpAsked. ``prompt`` is "" or unknown; ``view`` is type, or which if two match."""

    max_digits = 4
    accepts_slips = True
    saved_fields = ("view", *TypingPage.saved_fields)

    has_digits = BooleanProperty(False)
    view = StringProperty("type")

    def show(self, argument: object) -> None:
        """Ask for the number."""
        assert isinstance(argument, HelpAsked)
        self.request = argument
        self.view = "type"
        self.heading = say("Which pouch or locker?")
        self.on_prompt(self, self.prompt)

    def on_typed(self, widget: object, typed: str) -> None:
        """Enable the check after the first digit."""
        super().on_typed(widget, typed)
        self.has_digits = bool(typed)

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or that the number is unknown."""
        if prompt == "unknown":
            self.text = say("Nobody in the room has this number. Try once more.")
        elif self.request.host:
            self.text = say("Type the number on it. Whoever has none may simply go.")
        else:
            self.text = say("Two parties have this code. Type your own number too.")

    def on_view(self, _: object, view: str) -> None:
        """Hide the instruction beside the two answers."""
        if view == "which":
            self.text = ""

    def check(self, indicator: Breathing, stow: Stow | None = None) -> None:
        """Look the number up."""
        request = self.request
        proof = CodeAndNumber(int(self.typed), request.code, request.host, stow)
        self.ask_unless_busy(indicator, self.slip_job(), proof, then=self._handle_outcome)

    def slip_job(self) -> Callable[..., object]:
        """The job for a number or a slip."""
        return visits.check_out if self.request.purpose is CodeFor.LEAVING else visits.toggle_break

    def pass_job(self) -> Callable[..., object]:
        """The job for a pass."""
        return passes.leave if self.request.purpose is CodeFor.LEAVING else passes.step

    def _handle_outcome(self, outcome: object) -> None:
        match outcome:
            case NoSuchCode(wait):
                self.prompt, self.typed, self.view = "unknown", "", "type"
                self.lock_keypad(wait)
            case PouchOrLocker():
                self.view = "which"
            case _:
                self.answer(outcome)


kv_rules.load(__file__)
