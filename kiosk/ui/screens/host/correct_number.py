"""The page on which a host finds a visit by the number of its pouch or locker, its code or its time of arrival."""

from kivy.properties import BooleanProperty

from kiosk.navigation import CorrectAsked, FindAsked, VisitAsked
from kiosk.services import visit_list
from kiosk.services.records.correction_records import VisitList
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.typing_page import TypingPage
from kiosk.ui.text.i18n import say


class CorrectNumber(TypingPage):
    """Its argument is a FindAsked; ``prompt`` is "" or unknown."""

    max_digits = 4

    has_digits = BooleanProperty(False)

    def show(self, argument: object) -> None:
        """Ask for the number."""
        assert isinstance(argument, FindAsked)
        self.host_session = argument.host
        self.heading = say("Find a visit")
        self.on_prompt(self, self.prompt)

    def on_typed(self, widget: object, typed: str) -> None:
        """Enable the check after the first digit."""
        super().on_typed(widget, typed)
        self.has_digits = bool(typed)

    def on_prompt(self, _: object, prompt: str) -> None:
        """Show the instruction, or that nothing was found."""
        if prompt == "unknown":
            self.text = say("No visit of today has this number. Try another one.")
        else:
            self.text = say("Type a pouch, a locker, a code, or when they came: 1915.")

    def check(self) -> None:
        """Look the digits up."""
        self.ask_unless_busy(self.ids.box, visit_list.read_visits, self.typed, then=self._handle_visits)

    def back(self) -> None:
        """Return to all visits."""
        self.answer(CorrectAsked(self.host_session))

    def _handle_visits(self, found: VisitList) -> None:
        match found.visits:
            case ():
                self.prompt, self.typed = "unknown", ""
            case (visit,):
                self.answer(VisitAsked(self.host_session, visit.id))
            case _:
                self.answer(CorrectAsked(self.host_session, found.sought))


kv_rules.load(__file__)
