"""How many are you? The numbers are the buttons."""

from kivy.properties import NumericProperty, StringProperty

from kiosk import navigation
from kiosk.services import visits
from kiosk.services.records.visitor_records import NotOpen, PartyFits, SessionFull, SeveralSessions
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.widgets.press import Breathing

FEWEST = 7  # people who have no number of their own to tap


class Party(BusyPage):
    """Answers with a flow.Party, or with why so many can't come in; from seven on, by a stepper in the same place."""

    keeps = ("way", "many")

    way = StringProperty("few")
    many = NumericProperty(7)

    def show(self, given: object) -> None:
        """Begin with the small numbers; given is flow.Joining where there was a choice of sessions."""
        self.session = given.session if isinstance(given, navigation.SessionChoice) else None
        self.way = "few"
        self.many = FEWEST

    def choose(self, size: int, waits: Breathing) -> None:
        """So many stand at the door. Whether there is room is said now, before anything else is asked."""
        self.ask_once(waits, visits.check_capacity, size, self.session, then=self._looked)

    def _looked(self, outcome: PartyFits | SessionFull | NotOpen | SeveralSessions) -> None:
        self.answer(
            navigation.PartyChosen(outcome.party_size, outcome.session) if isinstance(outcome, PartyFits) else outcome
        )

    def more(self) -> None:
        """Seven or more: count them."""
        self.way = "many"

    def count(self, people: int) -> None:
        """So many, until it is said."""
        self.many = people

    def back(self) -> None:
        """To the small numbers, or to the door."""
        if self.way == "many":
            self.way = "few"
        else:
            self.go_home()


kv_rules.load(__file__)
