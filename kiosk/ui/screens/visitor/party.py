"""The page for the size of a party, with a button for each number."""

from dataclasses import replace

from kivy.properties import NumericProperty, StringProperty

from kiosk import navigation
from kiosk.services import visits
from kiosk.services.records.visitor_records import NotOpen, PartyFits, PassChooses, SessionFull, SeveralSessions
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.widgets.press import Breathing

MIN_COUNTED = 7  # people; from here on the size is counted with a stepper


class Party(BusyPage):
    """Answers with a PartyChosen, or with why the party can't come in; ``view`` is few (buttons) or many (stepper)."""

    saved_fields = ("view", "many")

    view = StringProperty("few")
    many = NumericProperty(7)

    def show(self, argument: object) -> None:
        """Start with the small numbers.

        The argument is a SessionChoice if there are several sessions, a PassChooses after the scan of a pass.
        """
        chosen = argument if isinstance(argument, navigation.SessionChoice | PassChooses) else None
        self.session = chosen.session if chosen else None
        self.pass_hash = chosen.pass_hash if chosen else None
        self.view = "few"
        self.many = MIN_COUNTED

    def choose(self, size: int, indicator: Breathing) -> None:
        """Check whether there is room for a party of this size."""
        self.ask_unless_busy(indicator, visits.check_capacity, size, self.session, then=self._handle_room)

    def _handle_room(self, outcome: PartyFits | SessionFull | NotOpen | SeveralSessions) -> None:
        match outcome:
            case PartyFits(size, session):
                self.answer(navigation.PartyChosen(size, session, pass_hash=self.pass_hash))
            case SeveralSessions(live):
                self.answer(SeveralSessions(live, self.pass_hash))
            case SessionFull():
                self.answer(replace(outcome, pass_hash=self.pass_hash))
            case _:
                self.answer(outcome)

    def more(self) -> None:
        """Show the stepper."""
        self.view = "many"

    def count(self, people: int) -> None:
        """Remember the stepper's value."""
        self.many = people

    def back(self) -> None:
        """Return to the small numbers, or to the welcome page."""
        if self.view == "many":
            self.view = "few"
        else:
            self.go_home()


kv_rules.load(__file__)
