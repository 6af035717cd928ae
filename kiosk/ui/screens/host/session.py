"""The page of an open session: the host extends it, changes its capacity, notes who was turned away, or closes it."""

from datetime import timedelta

from kivy.properties import NumericProperty, StringProperty

from kiosk.navigation import CloseAsked, SessionAsked
from kiosk.services import sessions
from kiosk.services.records.session_records import SessionDetails
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import correction_text, phase_text, phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing

MOST_PLACES = 999
MOST_TURNED_AWAY = 99  # people in one entry


class RunningSession(BusyPage):
    """Its argument is a SessionAsked; ``view`` is overview, extend, places or turned_away."""

    view = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")
    until = StringProperty("")
    places = StringProperty("")
    people_in = StringProperty("")
    quarter = StringProperty("")
    half = StringProperty("")
    hour = StringProperty("")
    limit = StringProperty("free")  # or firm: a limit that no host can remove
    capacity = NumericProperty(1)
    most_places = NumericProperty(MOST_PLACES)
    turned_away = StringProperty("")  # so far
    most_turned_away = NumericProperty(MOST_TURNED_AWAY)
    people = NumericProperty(1)  # who were turned away now

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The session."""
        assert isinstance(argument, SessionAsked)
        return sessions.read_session, (argument.session,)

    def show(self, argument: object) -> None:
        """Show what can be changed."""
        assert isinstance(argument, SessionAsked)
        self.asked = argument
        self.view, self.heading, self.text = "", "", ""
        lengths = [say("{duration} more", duration=phrases.duration(timedelta(minutes=m))) for m in (15, 30, 60)]
        self.quarter, self.half, self.hour = lengths
        if isinstance(self.record, SessionDetails):
            self._fill(self.record)
        else:
            self.ask(sessions.read_session, argument.session, then=self._fill)

    def show_extend(self) -> None:
        """Ask for how long it is to go on."""
        self.heading, self.text, self.view = say("How much longer?"), self.until, "extend"

    def show_places(self) -> None:
        """Ask how many places it is to have."""
        self.heading, self.view = say("How many places?"), "places"
        people = phrases.people_in(self.details.people)
        firm = self.details.firm_limit
        most = "" if firm is None else say("At most {number} may be in.", number=firm)
        self.text = f"{people} {most}".strip()

    def show_turned_away(self) -> None:
        """Ask how many people could not come in."""
        self.heading, self.text, self.view = say("How many could not come in?"), self.turned_away, "turned_away"
        self.people = 1

    def extend(self, minutes: int | None, pressed: Breathing) -> None:
        """Extend it; None: until a host closes it."""
        arguments = self.asked.session, minutes, self.asked.host
        self.ask_unless_busy(pressed, sessions.extend_session, *arguments, then=self._fill)

    def count(self, places: int) -> None:
        """Remember the stepper's value."""
        self.capacity = places

    def save(self, pressed: Breathing) -> None:
        """Change the capacity."""
        self._change_capacity(pressed, int(self.capacity))

    def remove_limit(self, pressed: Breathing) -> None:
        """Let in as many as come."""
        self._change_capacity(pressed, None)

    def count_people(self, people: int) -> None:
        """Remember the stepper's value."""
        self.people = people

    def note_turned_away(self, pressed: Breathing) -> None:
        """Note them."""
        arguments = self.asked.session, int(self.people), self.asked.host
        self.ask_unless_busy(pressed, sessions.note_turned_away, *arguments, then=self._fill)

    def close(self) -> None:
        """Show the close-out page."""
        self.answer(CloseAsked(self.asked.host, self.asked.session))

    def back(self) -> None:
        """Return to the overview, or to the board."""
        if self.view in ("extend", "places", "turned_away"):
            self._fill(self.details)
        else:
            self.answer(self.asked.host)

    def _change_capacity(self, pressed: Breathing, capacity: int | None) -> None:
        arguments = self.asked.session, capacity, self.asked.host
        self.ask_unless_busy(pressed, sessions.change_capacity, *arguments, then=self._fill)

    def _fill(self, details: SessionDetails | None) -> None:
        if details is None:  # closed meanwhile, perhaps at another kiosk
            self.answer(self.asked.host)
            return
        self.details = details
        self.heading = schedule_text.opened_title(details.session)
        self.until = phrases.open_until(details.session.until)
        self.places = phrases.places_of(details.capacity)
        self.turned_away = phrases.turned_away(details.turned_away)
        self.most_places = details.firm_limit or MOST_PLACES
        self.capacity = min(details.capacity or max(1, details.people), self.most_places)
        self.limit = "free" if details.firm_limit is None else "firm"
        here = phrases.places_to_come(details.places_left, details.venue_places_left)
        self.people_in = correction_text.people(details.people)
        self.text = here or phase_text.phases(details.phases) or phrases.people_in(details.people)
        self.view = "overview"


kv_rules.load(__file__)
