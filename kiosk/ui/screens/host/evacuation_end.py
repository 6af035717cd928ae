"""The last question before a roll call ends: who was not counted out."""

from kivy.properties import StringProperty

from kiosk.navigation import RollCallAsked, RollCallEnding
from kiosk.services import evacuation
from kiosk.services.records.evacuation_records import RollCall
from kiosk.services.records.host_records import HostSession
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import evacuation_text
from kiosk.ui.widgets.press import Breathing


class EvacuationEnd(BusyPage):
    """Ends the roll call on one tap; ``view`` is complete or incomplete, which offers to go on first."""

    view = StringProperty("")
    heading = StringProperty("")
    text = StringProperty("")

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The roll call."""
        return evacuation.read, ()

    def show(self, argument: object) -> None:
        """Show how many are out, and the numbers of those who are not."""
        assert isinstance(argument, RollCallEnding)
        self.host_session = argument.host
        self.view = ""
        if isinstance(self.record, RollCall):
            self._fill(self.record)
        else:
            self.ask(evacuation.read, then=self._fill)

    def go_on(self) -> None:
        """Return to the roll call."""
        self.answer(RollCallAsked())

    def end(self, pressed: Breathing) -> None:
        """End the roll call."""
        self.ask_unless_busy(pressed, evacuation.end, self.host_session, then=self._ended)

    def _ended(self, host: HostSession | None) -> None:
        if host:
            self.answer(host)
        else:
            self.go_home()

    def _fill(self, roll: RollCall | None) -> None:
        if roll is None:  # another kiosk has ended it
            self._ended(self.host_session)
            return
        self.heading = evacuation_text.heading(roll)
        self.text = evacuation_text.still_missing(roll.missing)
        self.view = "incomplete" if roll.missing else "complete"


kv_rules.load(__file__)
