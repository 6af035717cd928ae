"""The number of a pouch or locker: beside a code that two parties have, or in place of one that is lost."""

from collections.abc import Callable

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import CodeFor, HelpAsked
from kiosk.services import visits
from kiosk.services.records.visitor_records import CodeAndNumber, NoSuchCode, PouchOrLocker
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing
from sync.domain.events import Stow


class Number(TypingPage):
    """Given a flow.Asked; ``said`` is "" or unknown, ``way`` is type, or which where a pouch and a locker have it."""

    longest = 4
    takes_slips = True
    keeps = ("way", *TypingPage.keeps)

    any_typed = BooleanProperty(False)
    way = StringProperty("type")

    def show(self, given: object) -> None:
        """Whose number, and why."""
        assert isinstance(given, HelpAsked)
        self.asked = given
        self.way = "type"
        self.heading = say("Which pouch or locker?")
        self.on_said(self, self.said)

    def on_typed(self, widget: object, typed: str) -> None:
        """The check waits for a digit."""
        super().on_typed(widget, typed)
        self.any_typed = bool(typed)

    def on_said(self, _: object, said: str) -> None:
        """How it goes, or that this number was not known."""
        if said == "unknown":
            self.text = say("Nobody in the room has this number. Try once more.")
        elif self.asked.host:
            self.text = say("Type the number on it. Whoever has none may simply go.")
        else:
            self.text = say("Two parties have this code. Type your own number too.")

    def on_way(self, _: object, way: str) -> None:
        """The question itself says enough."""
        if way == "which":
            self.text = ""

    def check(self, waits: Breathing, stow: Stow | None = None) -> None:
        """Is there anybody with this number?"""
        asked = self.asked
        shown = CodeAndNumber(int(self.typed), asked.code, asked.host, stow)
        self.ask_once(waits, self.slip_job(), shown, then=self._heard)

    def slip_job(self) -> Callable[..., object]:
        """A slip that was found is as good as its number."""
        return visits.check_out if self.asked.purpose is CodeFor.LEAVING else visits.toggle_break

    def _heard(self, outcome: object) -> None:
        match outcome:
            case NoSuchCode(wait):
                self.said, self.typed, self.way = "unknown", "", "type"
                self.hold_back(wait)
            case PouchOrLocker():
                self.way = "which"
            case _:
                self.answer(outcome)


kv_rules.load(__file__)
