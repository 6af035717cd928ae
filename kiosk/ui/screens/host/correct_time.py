"""The page on which a host says when a party left that did not check out, and what is back."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.navigation import CorrectAsked, TimeAsked, VisitAsked
from kiosk.services import unseen_departures
from kiosk.services.records.correction_records import Corrected, Departure, VisitChanged
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import correction_text
from kiosk.ui.text.i18n import counted, time_of
from kiosk.ui.widgets.press import Breathing


class CorrectTime(BusyPage):
    """Its argument is a TimeAsked; ``view`` is time, then back (what is back) for a party with phones."""

    saved_fields = ("place", "view", "has_phones_back", "has_stow_back")

    view = StringProperty("time")
    place = NumericProperty(0)  # of the chosen time
    last_place = NumericProperty(0)
    time = StringProperty("")
    text = StringProperty("")
    phones_text = StringProperty("")
    stow_text = StringProperty("")
    stow_icon = StringProperty("")
    has_phones_back = BooleanProperty(True)
    has_stow_back = BooleanProperty(True)

    def show(self, argument: object) -> None:
        """Start with now."""
        assert isinstance(argument, TimeAsked)
        self.request = argument
        visit = argument.options.visit
        self.view = "time"
        self.has_phones_back = self.has_stow_back = True
        self.last_place = len(argument.options.departures) - 1
        self.place = 0
        self.on_place(self, 0)
        self.phones_text = counted("Their phone", "Their phones", visit.phones)
        if visit.stow == "locker":
            self.stow_icon = "locker"
            self.stow_text = counted("The empty locker", "The empty lockers", len(visit.numbers))
        else:
            self.stow_icon = "bag_personal"
            self.stow_text = counted("Their pouch", "Their pouches", len(visit.numbers))

    def on_place(self, _: object, place: float) -> None:
        """Show that time."""
        departures = self.request.options.departures
        when = departures[int(place)]
        self.time, self.text = time_of(when), correction_text.time_ago(when, departures[0])

    def earlier(self) -> None:
        """A quarter of an hour earlier."""
        self.place = min(self.last_place, self.place + 1)

    def later(self) -> None:
        """A quarter of an hour later."""
        self.place = max(0, self.place - 1)

    def go_on(self, pressed: Breathing) -> None:
        """Ask what is back, if anything was stowed."""
        if self.request.options.visit.phones or self.request.options.visit.numbers:
            self.view = "back"
        else:
            self.save(pressed)

    def turn_phones(self) -> None:
        """Switch whether they have their phones."""
        self.has_phones_back = not self.has_phones_back

    def turn_stow(self) -> None:
        """Switch whether their pouches or lockers are here."""
        self.has_stow_back = not self.has_stow_back

    def save(self, pressed: Breathing) -> None:
        """Record the departure."""
        request, options = self.request, self.request.options
        departure = Departure(options.departures[int(self.place)], self.has_phones_back, self.has_stow_back)
        job = unseen_departures.check_out_unseen
        self.ask_unless_busy(pressed, job, options.visit.id, departure, request.host, then=self._saved)

    def back(self) -> None:
        """Return to the time, or to the visit."""
        if self.view == "back":
            self.view = "time"
        else:
            self.answer(VisitAsked(self.request.host, self.request.options.visit.id))

    def _saved(self, outcome: Corrected | VisitChanged) -> None:
        self.answer(CorrectAsked(self.request.host, outcome=outcome))


kv_rules.load(__file__)
