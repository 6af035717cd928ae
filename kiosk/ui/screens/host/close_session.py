"""The page that closes a session: who is in, then what has not come back, one by one, then the result."""

from functools import partial
from uuid import UUID, uuid4

from kiosk.navigation import CloseAsked
from kiosk.services import closeout, occupancy, printing, sessions
from kiosk.services.records.closeout_records import CloseoutFigures, OpenItems
from kiosk.services.records.host_records import BoardState, ClosedSession
from kiosk.ui.screens.host.clearing_page import ClearingPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import closeout_text, paper_text, phrases, schedule_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class Close(ClearingPage):
    """Shows what is open, closes the session on one tap, lists what has not come back, and shows the result."""

    saved_fields = ("closed", "session_id")

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The board of the session to close."""
        assert isinstance(argument, CloseAsked)
        return occupancy.read_board, (argument.session,)

    def show(self, argument: object) -> None:
        """Show what is open."""
        assert isinstance(argument, CloseAsked)
        self.host_session, self.session_id = argument.host, argument.session
        self.view = self.heading = self.people = self.pouches = ""
        self.closed: ClosedSession | None = None
        if isinstance(self.record, BoardState):
            self._fill(self.record)
        else:
            self.ask(occupancy.read_board, argument.session, then=self._fill)

    def close_now(self, pressed: Breathing) -> None:
        """Close the session."""
        self.ask_unless_busy(pressed, sessions.close_session, self.session_id, self.host_session, then=self._closed)

    def finish(self, pressed: Breathing) -> None:
        """Note what is left open, and show the result."""
        if self.session_id is None:
            self.back()
            return
        self.ask_unless_busy(pressed, closeout.finish, self.session_id, self.host_session, then=self._show_result)

    def _fill(self, board: BoardState) -> None:
        if self.closed:
            return
        session = board.attendance.session
        if session is None or self.session_id not in (None, session.id):  # closed meanwhile, as at its planned end
            self._show_closed_session()
            return
        self.session_id = session.id
        self.heading = say("Close “{title}”?", title=schedule_text.opened_title(session))
        self.people = phrases.people_in(board.attendance.people, board.attendance.on_break)
        self.pouches = phrases.still_out(board.capacity.pouches.in_use, board.capacity.lockers.in_use)
        self.view = "before"

    def restore_state(self, state: dict[str, object]) -> None:
        """Show the list again."""
        if isinstance(session_id := state["session_id"], UUID):
            self.session_id = session_id
        if isinstance(closed := state["closed"], ClosedSession):
            self._closed(closed)

    def _show_closed_session(self) -> None:
        self.heading = self.list_heading = say("Still here")
        self.ask(closeout.read_items, self.session_id, then=self.show_items)

    def _closed(self, closed: ClosedSession) -> None:
        self.closed = closed
        self.heading = self.list_heading = say("“{title}” is closed.", title=schedule_text.opened_title(closed))
        self.people = phrases.checked_out(closed.checked_out)
        self.ask(closeout.read_items, self.session_id, then=self._show_what_is_open)

    def _show_what_is_open(self, items: OpenItems) -> None:
        if items.to_clear:
            self.show_items(items)
        else:
            assert self.session_id is not None
            self.ask(closeout.finish, self.session_id, self.host_session, then=self._show_result)

    def _show_result(self, figures: CloseoutFigures) -> None:
        self.pouches = closeout_text.left_open(figures)
        self.view = "after"
        if self.closed:
            self.ask(closeout.read_items, self.session_id, then=partial(self._print, self.closed, figures))

    def _print(self, closed: ClosedSession, figures: CloseoutFigures, items: OpenItems) -> None:
        """Print what is on the screen, if there is a printer; nobody waits for it."""
        paper = paper_text.closing(closed, figures, (*items.to_clear, *items.lost))
        self.ask(printing.print_paper, uuid4(), paper, then=lambda _: None)
