"""The last page of the first start: pair the kiosk with a server, now or later."""

from kiosk.navigation import PairingAsked, ServerAsked
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page


class SetupPairing(Page):
    """Its argument is the first host, who is signed in."""

    def show(self, argument: object) -> None:
        """Show both ways."""
        assert isinstance(argument, PairingAsked)
        self.host_session = argument.host

    def pair_now(self) -> None:
        """Ask for the server's address."""
        self.answer(ServerAsked(self.host_session))

    def pair_later(self) -> None:
        """Show the board."""
        self.answer(self.host_session)


kv_rules.load(__file__)
