"""The page of the settings of screen and sound."""

from functools import partial

from kiosk.navigation import PanelChanged, ScreenSettingsAsked, SettingAsked, SettingsAsked
from kiosk.services import settings
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import setting_texts
from kiosk.ui.text.i18n import say


class ScreenSettings(TilesPage):
    """Shows what applies; each tile leads to its choices."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show the settings."""
        assert isinstance(argument, ScreenSettingsAsked | PanelChanged)
        self.host_session = argument.host
        self.heading = say("Screen and sound")
        self.fill_from(settings.read_effective, self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        for name in setting_texts.SCREEN_SETTINGS:
            self.add_tile(
                f"set_{name}",
                setting_texts.setting_name(name),
                setting_texts.ICONS[name],
                partial(self._chosen, name),
                setting_texts.value_text(name, effective.values),
            )

    def _chosen(self, name: str, _: object) -> None:
        self.answer(SettingAsked(self.host_session, name))
