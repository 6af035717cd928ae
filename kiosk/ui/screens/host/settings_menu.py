"""The page of all settings, by section."""

from kiosk.navigation import (
    HealthAsked,
    HostsAsked,
    LockersAsked,
    PhoneAsked,
    ScreenSettingsAsked,
    ServerSettingsAsked,
    SettingsAsked,
    StowSettingsAsked,
    TemplatesAsked,
)
from kiosk.services import lockers, settings
from kiosk.services.records.locker_records import LockerList
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import setting_texts
from kiosk.ui.text.i18n import counted, say
from sync.languages import LANGUAGES


class SettingsMenu(TilesPage):
    """Shows the sections to a lead."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show the sections, or that a lead is needed."""
        assert isinstance(argument, SettingsAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Settings"), ""
        self.clear()
        if self.host_session.role != "lead":
            self.text = say("Only a lead can change the settings.")
        else:
            self.fill_from(settings.read_effective, self._fill)
        self.ask(lockers.read_lockers, then=self._offer_lockers)

    def back(self) -> None:
        """Return to the board."""
        self.answer(self.host_session)

    def _offer_lockers(self, state: LockerList) -> None:
        """Every host may open a locker."""
        if state.lockers:
            host = self.host_session
            self.add_tile("lockers", say("Lockers"), "locker_multiple", lambda _: self.answer(LockersAsked(host)))

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        host, values = self.host_session, effective.values
        look = setting_texts.value_text("theme", values)
        self.add_tile(
            "screen",
            say("Screen and sound"),
            "theme_light_dark",
            lambda _: self.answer(ScreenSettingsAsked(host)),
            f"{LANGUAGES[values.language]} · {look}",
        )
        self.add_tile(
            "stow",
            say("Pouches and lockers"),
            "bag_personal",
            lambda _: self.answer(StowSettingsAsked(host)),
            setting_texts.stock(values.pouches, values.lockers),
        )
        if effective.is_locked("reach"):
            self.add_locked("phone", say("Telephone"), values.reach or say("None"))
        else:
            self.add_tile(
                "phone",
                say("Telephone"),
                "phone",
                lambda _: self.answer(PhoneAsked(host, values.reach)),
                values.reach or say("None"),
            )
        self.add_tile(
            "templates",
            say("Sessions"),
            "calendar_blank",
            lambda _: self.answer(TemplatesAsked(host)),
            counted("{number} to open with one tap", "{number} to open with one tap", len(values.templates)),
        )
        self.add_tile(
            "hosts",
            say("Hosts"),
            "account_key",
            lambda _: self.answer(HostsAsked(host)),
        )
        self.add_tile(
            "server",
            say("Server"),
            "cloud_outline",
            lambda _: self.answer(ServerSettingsAsked(host)),
            values.venue if effective.is_locked("venue") else say("On its own"),
        )
        self.add_tile(
            "health",
            say("Health"),
            "heart_pulse",
            lambda _: self.answer(HealthAsked(host)),
        )
