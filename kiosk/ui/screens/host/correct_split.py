"""The page on which a host lets a part of a party leave earlier: how many, with which phones and pouches."""

from functools import partial

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.navigation import CorrectAsked, SplitAsked, VisitAsked
from kiosk.services import unseen_departures
from kiosk.services.records.correction_records import Corrected, PartOfParty, VisitChanged
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.style.theme import theme
from kiosk.ui.text import correction_text
from kiosk.ui.text.i18n import counted
from kiosk.ui.widgets.buttons import OnOff
from kiosk.ui.widgets.press import Breathing


class CorrectSplit(BusyPage):
    """Its argument is a SplitAsked; ``view`` is count, then which (of their pouches they bring)."""

    saved_fields = ("people", "phones", "kept_phones")

    view = StringProperty("count")
    text = StringProperty("")
    which_heading = StringProperty("")
    people = NumericProperty(1)
    phones = NumericProperty(0)
    kept_phones = NumericProperty(0)
    most_people = NumericProperty(1)
    most_phones = NumericProperty(0)
    most_kept = NumericProperty(0)
    is_complete = BooleanProperty(False)  # as many numbers are chosen as there are phones
    columns = NumericProperty(4)

    def on_width(self, _: object, width: float) -> None:
        """Fewer numbers in a row on a narrow page."""
        self.columns = 2 if width < theme.narrow else 4

    def on_kv_post(self, _: object) -> None:
        """Arrange the button for low reach."""
        self.ids.counters.adopt(self.ids.go_on)

    def show(self, argument: object) -> None:
        """Start with one person and, if there is any, one phone."""
        assert isinstance(argument, SplitAsked)
        self.request = argument
        self.view = "count"
        self.text = correction_text.party(argument.options.visit)
        self.chosen: set[int] = set()
        self.most_people = argument.options.visit.party_size - 1
        self._set(1, min(1, argument.options.part_phones), 0)

    def set_people(self, people: int) -> None:
        """Fewer people have fewer phones."""
        phones = min(int(self.phones), people)
        self._set(people, phones, min(int(self.kept_phones), people - phones))

    def set_phones(self, phones: int) -> None:
        """Count the phones that they take; they limit the kept ones."""
        self._set(int(self.people), phones, min(int(self.kept_phones), int(self.people) - phones))

    def set_kept_phones(self, kept_phones: int) -> None:
        """Count the kept phones; they limit the others."""
        self._set(int(self.people), min(int(self.phones), int(self.people) - kept_phones), kept_phones)

    def _set(self, people: int, phones: int, kept_phones: int) -> None:
        options = self.request.options
        self.people, self.phones, self.kept_phones = people, phones, kept_phones
        self.most_phones = min(people, options.part_phones)
        self.most_kept = min(people, options.visit.kept)

    def go_on(self, pressed: Breathing) -> None:
        """Ask which pouches they bring, unless that is clear."""
        visit, phones = self.request.options.visit, int(self.phones)
        if visit.stow == "pouch" and 0 < phones < len(visit.numbers):
            self._offer_numbers()
            self.view = "which"
            return
        all_leave = phones > 0 and phones == self.request.options.part_phones
        self._split(pressed, visit.numbers if all_leave else ())

    def save(self, pressed: Breathing) -> None:
        """Let them leave with the chosen pouches."""
        numbers = self.request.options.visit.numbers
        self._split(pressed, tuple(number for number in numbers if number in self.chosen))

    def restore_state(self, state: dict[str, object]) -> None:
        """Restore the counts and their limits."""
        super().restore_state(state)
        self._set(int(self.people), int(self.phones), int(self.kept_phones))

    def back(self) -> None:
        """Return to the count, or to the visit."""
        if self.view == "which":
            self.view = "count"
        else:
            self.answer(VisitAsked(self.request.host, self.request.options.visit.id))

    def _offer_numbers(self) -> None:
        self.chosen = set()
        self.is_complete = False
        self.which_heading = counted("Which pouch do they bring?", "Which pouches do they bring?", int(self.phones))
        grid = self.ids.numbers
        grid.clear_widgets()
        for number in self.request.options.visit.numbers:
            switch = OnOff(key=f"number_{number}", text=str(number))
            switch.bind(on_release=partial(self._turn, number))
            grid.add_widget(switch)

    def _turn(self, number: int, switch: OnOff) -> None:
        self.chosen ^= {number}
        switch.on = number in self.chosen
        self.is_complete = len(self.chosen) == self.phones

    def _split(self, pressed: Breathing, numbers: tuple[int, ...]) -> None:
        part = PartOfParty(int(self.people), int(self.phones), int(self.kept_phones), numbers)
        visit, host = self.request.options.visit.id, self.request.host
        self.ask_unless_busy(pressed, unseen_departures.split, visit, part, host, then=self._saved)

    def _saved(self, outcome: Corrected | VisitChanged) -> None:
        if isinstance(outcome, Corrected):
            self.answer(VisitAsked(self.request.host, outcome.visit.id, outcome))
        else:
            self.answer(CorrectAsked(self.request.host, outcome=outcome))


kv_rules.load(__file__)
