"""The page of one host: a new PIN, another name or role, or removal."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.navigation import HostChosen, HostRenameAsked, HostsAsked, PinsAsked
from kiosk.services import hosts
from kiosk.services.records.host_records import LastLead
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.busy_page import BusyPage
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing


class OneHost(BusyPage):
    """Changes the chosen host; ``view`` is choose, or sure before a removal."""

    view = StringProperty("choose")
    heading = StringProperty("")
    text = StringProperty("")
    is_lead = BooleanProperty(False)

    def show(self, argument: object) -> None:
        """Show what can be changed."""
        assert isinstance(argument, HostChosen)
        self.host_session, self.chosen = argument.host, argument.chosen
        self.view, self.text = "choose", phrases.host_role(argument.chosen.role)
        self.heading = phrases.host_name(argument.chosen.number, argument.chosen.name)
        self.is_lead = argument.chosen.role == "lead"

    def back(self) -> None:
        """Return to the list, or from the question to the choices."""
        if self.view == "sure":
            self.view, self.text = "choose", phrases.host_role(self.chosen.role)
        else:
            self.answer(HostsAsked(self.host_session))

    def give_pin(self) -> None:
        """Propose a new PIN."""
        self.answer(PinsAsked(self.host_session, self.chosen))

    def rename(self) -> None:
        """Type another name."""
        self.answer(HostRenameAsked(self.host_session, self.chosen))

    def change_role(self, pressed: Breathing) -> None:
        """Make the host a lead, or no lead."""
        role = "host" if self.is_lead else "lead"
        self.ask_unless_busy(
            pressed, hosts.set_role, self.host_session, self.chosen.id, role, then=self._handle_outcome
        )

    def ask_removal(self) -> None:
        """Ask whether the host is to be removed."""
        self.view = "sure"
        self.text = say("The PIN ends here and at the venue’s other kiosks. What the host has done stays.")

    def remove(self, pressed: Breathing) -> None:
        """Remove the host."""
        self.ask_unless_busy(pressed, hosts.remove_host, self.host_session, self.chosen.id, then=self._handle_outcome)

    def _handle_outcome(self, outcome: object) -> None:
        if isinstance(outcome, LastLead):
            self.view = "choose"
            self.text = say("The only lead stays one. Make somebody else a lead first.")
        elif self.chosen.id == self.host_session.host_id:
            self.go_home()  # a lead who has changed their own role signs in again
        else:
            self.answer(HostsAsked(self.host_session))


kv_rules.load(__file__)
