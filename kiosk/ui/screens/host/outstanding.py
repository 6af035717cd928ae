"""The page with everything that has not come back of ended visits, as on the morning after."""

from kiosk.navigation import CloseoutAsked
from kiosk.services import night
from kiosk.services.records.closeout_records import CloseoutState, MorningReport, OpenItems
from kiosk.ui.screens.host.clearing_page import ClearingPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import closeout_text
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class Outstanding(ClearingPage):
    """Its argument is a CloseoutAsked; it also shows what was closed in the night."""

    report: MorningReport | None

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """What has not come back."""
        assert isinstance(argument, CloseoutAsked)
        return night.read_closeout, (argument.session,)

    def show(self, argument: object) -> None:
        """Show the list."""
        assert isinstance(argument, CloseoutAsked)
        self.host_session, self.session_id = argument.host, argument.session
        self.view, self.shows_days = "", True
        if isinstance(self.record, CloseoutState):
            self._fill(self.record)
        else:
            self.ask(night.read_closeout, argument.session, then=self._fill)

    def finish(self, pressed: Breathing) -> None:
        """The host has seen it: return to the board."""
        self.ask_unless_busy(pressed, night.dismiss_report, then=lambda _: self.back())

    def text_above(self, items: OpenItems) -> str:
        """What was closed in the night, until a host has seen it."""
        return closeout_text.closed_at_night(self.report.closed) if self.report else super().text_above(items)

    def _fill(self, state: CloseoutState) -> None:
        self.report = state.report
        self.list_heading = say("Still here")
        self.show_items(state.items)
