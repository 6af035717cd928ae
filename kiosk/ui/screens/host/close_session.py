"""Close-out: what is still open, then what was done."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import CloseAsked
from kiosk.services import occupancy, sessions
from kiosk.services.records.host_records import BoardState, ClosedSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class Close(BusyPage):
    """Shows what is open, closes on one tap, and says what that came to; ``way`` is before or after."""

    keeps = ("closed",)

    way = StringProperty("before")
    heading = StringProperty("")
    people = StringProperty("")
    pouches = StringProperty("")
    waits_for_desk = BooleanProperty(True)

    @classmethod
    def question(cls, given: object) -> Question | None:
        """What is still open."""
        assert isinstance(given, CloseAsked)
        return occupancy.read_board, (given.session,)

    def show(self, given: object) -> None:
        """For this host; the desk says what is open."""
        assert isinstance(given, CloseAsked)
        self.host_in = given.host
        self.way, self.heading, self.people, self.pouches = "before", "", "", ""
        self.closed: ClosedSession | None = None
        self.waits_for_desk = True
        if isinstance(self.record, BoardState):
            self._fill(self.record)
        else:
            self.ask(occupancy.read_board, given.session, then=self._fill)

    def close_now(self, pressed: Breathing) -> None:
        """End the session for everybody."""
        self.ask_once(pressed, sessions.close_session, self._session, self.host_in, then=self._closed)

    def back(self) -> None:
        """To the board, as the same host."""
        self.answer(self.host_in)

    def _fill(self, glance: BoardState) -> None:
        if self.closed:
            return
        session = glance.attendance.session
        if session is None:  # closed by the timetable meanwhile
            self.back()
            return
        self._session = session.id
        self.waits_for_desk = False
        self.heading = say("Close “{title}”?", title=schedule_text.title(session))
        self.people = phrases.people_in(glance.attendance.people, glance.attendance.on_break)
        self.pouches = phrases.still_out(glance.capacity.pouches.in_use, glance.capacity.lockers.in_use)

    def resume(self, kept: dict[str, object]) -> None:
        """What was closed stays closed."""
        if isinstance(closed := kept["closed"], ClosedSession):
            self._closed(closed)

    def _closed(self, closed: ClosedSession) -> None:
        self.closed, self.way = closed, "after"
        self.heading = say("“{title}” is closed.", title=schedule_text.title(closed))
        self.people = phrases.checked_out(closed.checked_out)
        self.pouches = phrases.still_out(closed.pouches_out, closed.lockers_out)


kv_rules.load(__file__)
