"""The page that asks what a new host may do."""

from kivy.properties import StringProperty

from kiosk.navigation import HostNamed, HostsAsked, PinsAsked
from kiosk.rules.host_record import HostRole
from kiosk.services.records.host_records import NewHost
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.text.i18n import say


class ChooseRole(Page):
    """Its argument is the name that was typed."""

    heading = StringProperty("")

    def show(self, argument: object) -> None:
        """Show the name and both roles."""
        assert isinstance(argument, HostNamed)
        self.host_session, self.host_name = argument.host, argument.name
        self.heading = say("What may {name} do?", name=argument.name)

    def back(self) -> None:
        """Return to the list."""
        self.answer(HostsAsked(self.host_session))

    def choose(self, role: HostRole) -> None:
        """Propose a PIN for the new host."""
        self.answer(PinsAsked(self.host_session, NewHost(self.host_name, role)))


kv_rules.load(__file__)
