"""The page on which a host counts a party anew: people, phones at rest, and phones with their owners."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import CorrectAsked, CountAsked, VisitAsked
from kiosk.services import corrections
from kiosk.services.records.correction_records import Corrected, PartyCounts, VisitChanged
from kiosk.services.records.visitor_records import NoPouch, SessionFull
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import correction_text, phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class CorrectCount(BusyPage):
    """Its argument is a CountAsked. A party has no more phones than people."""

    saved_fields = ("people", "phones", "kept_phones")

    text = StringProperty("")  # what is known, or why that many don't fit
    people = NumericProperty(1)
    phones = NumericProperty(0)
    kept_phones = NumericProperty(0)
    least_phones = NumericProperty(0)
    most_phones = NumericProperty(99)
    most_kept = NumericProperty(99)
    least_people = NumericProperty(1)

    def on_kv_post(self, _: object) -> None:
        """Arrange the button for low reach."""
        self.ids.counters.adopt(self.ids.save)

    def show(self, argument: object) -> None:
        """Start with what was counted before."""
        assert isinstance(argument, CountAsked)
        self.request = argument
        visit = argument.options.visit
        self.text = correction_text.party(visit)
        self.least_people = max(1, argument.options.least_phones)
        self._set(visit.party_size, visit.phones, visit.kept)

    def set_people(self, people: int) -> None:
        """Fewer people have fewer phones: first fewer kept ones."""
        kept_phones = min(int(self.kept_phones), max(0, people - int(self.phones)))
        self._set(people, max(int(self.least_phones), min(int(self.phones), people)), kept_phones)

    def set_phones(self, phones: int) -> None:
        """Count the phones at rest; they limit the kept ones."""
        self._set(int(self.people), phones, min(int(self.kept_phones), max(0, int(self.people) - phones)))

    def set_kept_phones(self, kept_phones: int) -> None:
        """Count the kept phones; they limit the ones at rest."""
        phones = max(int(self.least_phones), min(int(self.phones), int(self.people) - kept_phones))
        self._set(int(self.people), phones, kept_phones)

    def _set(self, people: int, phones: int, kept_phones: int) -> None:
        options = self.request.options
        self.people, self.phones, self.kept_phones = people, phones, kept_phones
        self.least_phones = options.least_phones
        self.most_phones = max(options.least_phones, min(options.most_phones, max(people, phones)))
        self.most_kept = max(0, people - options.least_phones, kept_phones)

    def save(self, pressed: Breathing) -> None:
        """Record the correction."""
        request, counts = self.request, PartyCounts(int(self.people), int(self.phones), int(self.kept_phones))
        self.ask_unless_busy(
            pressed, corrections.correct_counts, request.options.visit.id, counts, request.host, then=self._saved
        )

    def restore_state(self, state: dict[str, object]) -> None:
        """Restore the counts and their limits."""
        super().restore_state(state)
        self._set(int(self.people), int(self.phones), int(self.kept_phones))

    def back(self) -> None:
        """Return to the visit."""
        self.answer(VisitAsked(self.request.host, self.request.options.visit.id))

    def _saved(self, outcome: object) -> None:
        match outcome:
            case Corrected():
                self.answer(VisitAsked(self.request.host, outcome.visit.id, outcome))
            case VisitChanged():
                self.answer(CorrectAsked(self.request.host, outcome=outcome))
            case SessionFull(places, venue_places):
                self.text = phrases.room_for(places, venue_places)
            case NoPouch(_, stow):
                self.text = say("The lockers are all taken.") if stow == "locker" else say("The pouches are all out.")


kv_rules.load(__file__)
