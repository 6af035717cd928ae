"""The page of the connection to the server."""

from datetime import datetime

from kiosk.navigation import PairingAsked, ServerSettingsAsked, SettingsAsked, SureAsked
from kiosk.services import machine
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import setting_texts
from kiosk.ui.text.i18n import date_of, say, time_of


def moment(at: datetime | None) -> str:
    """A day and a time."""
    return f"{date_of(at)}, {time_of(at)}" if at else say("Not since the start")


class ServerPage(TilesPage):
    """Shows with which venue the kiosk is paired and what waits; a lead pairs it, or ends the pairing."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The kiosk's health."""
        return machine.read_health, ()

    def show(self, argument: object) -> None:
        """Show the connection."""
        assert isinstance(argument, ServerSettingsAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Server"), ""
        self.fill_from(machine.read_health, self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def _fill(self, report: machine.HealthReport) -> None:
        sync = report.health.sync
        if sync.server is None:
            self.text = say("This kiosk stands on its own. What it records stays here until it is paired.")
            self.add_state("waiting", say("Waiting for a server"), "tray_full", setting_texts.waiting(sync.waiting))
            self.add_tile("pair", say("Pair"), "link_variant", lambda _: self.answer(PairingAsked(self.host_session)))
            return
        self.add_state("venue", say("Paired with"), "cloud_check_outline", sync.venue)
        self.add_state("address", say("Address"), "web", sync.server.partition("://")[2])
        self.add_state("waiting", say("Waiting to be sent"), "tray_full", setting_texts.waiting(sync.waiting))
        if report.oldest_at:
            self.add_state("oldest", say("The oldest of them"), "clock_outline", moment(report.oldest_at))
        self.add_state("contact", say("Last contact"), "swap_horizontal", moment(report.contact_at))
        self.add_tile(
            "unpair",
            say("End the pairing"),
            "link_variant_off",
            lambda _: self.answer(SureAsked(self.host_session, "unpair")),
        )
