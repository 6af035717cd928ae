"""The close-out page: what is still open, then the result of closing."""

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
    """Shows what is open, closes the session on one tap, and shows the result; ``view`` is before or after."""

    saved_fields = ("closed",)

    view = StringProperty("before")
    heading = StringProperty("")
    people = StringProperty("")
    pouches = StringProperty("")
    is_loading = BooleanProperty(True)

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The board of the session to close."""
        assert isinstance(argument, CloseAsked)
        return occupancy.read_board, (argument.session,)

    def show(self, argument: object) -> None:
        """Show what is open."""
        assert isinstance(argument, CloseAsked)
        self.host_session = argument.host
        self.view, self.heading, self.people, self.pouches = "before", "", "", ""
        self.closed: ClosedSession | None = None
        self.is_loading = True
        if isinstance(self.record, BoardState):
            self._fill(self.record)
        else:
            self.ask(occupancy.read_board, argument.session, then=self._fill)

    def close_now(self, pressed: Breathing) -> None:
        """Close the session."""
        self.ask_unless_busy(pressed, sessions.close_session, self._session, self.host_session, then=self._closed)

    def back(self) -> None:
        """Return to the board as the same host."""
        self.answer(self.host_session)

    def _fill(self, board: BoardState) -> None:
        if self.closed:
            return
        session = board.attendance.session
        if session is None:  # closed at its planned end meanwhile
            self.back()
            return
        self._session = session.id
        self.is_loading = False
        self.heading = say("Close “{title}”?", title=schedule_text.title(session))
        self.people = phrases.people_in(board.attendance.people, board.attendance.on_break)
        self.pouches = phrases.still_out(board.capacity.pouches.in_use, board.capacity.lockers.in_use)

    def restore_state(self, state: dict[str, object]) -> None:
        """Show the result again."""
        if isinstance(closed := state["closed"], ClosedSession):
            self._closed(closed)

    def _closed(self, closed: ClosedSession) -> None:
        self.closed, self.view = closed, "after"
        self.heading = say("“{title}” is closed.", title=schedule_text.title(closed))
        self.people = phrases.checked_out(closed.checked_out)
        self.pouches = phrases.still_out(closed.pouches_out, closed.lockers_out)


kv_rules.load(__file__)
