"""The last page of the first start: pair the kiosk with a server, now or later."""

from kiosk.navigation import PairingAsked, ServerAsked
from kiosk.rules.device_events import DeviceEvent, PairingCodeScanned, UnreadableScan
from kiosk.ui import kv_rules
from kiosk.ui.screens.host.pairing_scan import pairing_answer
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.widgets import message


class SetupPairing(Page):
    """Its argument is the first host, who is signed in."""

    def show(self, argument: object) -> None:
        """Show both ways."""
        assert isinstance(argument, PairingAsked)
        self.host_session = argument.host

    def device_event(self, event: DeviceEvent) -> None:
        """Go on with what the scanner has read from the coordinator's page."""
        if not isinstance(event, PairingCodeScanned | UnreadableScan):
            super().device_event(event)
            return
        answer = pairing_answer(event, self.host_session)
        if isinstance(answer, str):
            self.show_message(answer, message.SCAN)
        else:
            self.answer(answer)

    def pair_now(self) -> None:
        """Ask for the server's address."""
        self.answer(ServerAsked(self.host_session))

    def pair_later(self) -> None:
        """Show the board."""
        self.answer(self.host_session)


kv_rules.load(__file__)
