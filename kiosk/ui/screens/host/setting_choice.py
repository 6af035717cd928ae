"""The page on which one setting, or one part of a template, is chosen."""

from functools import partial

from kiosk.navigation import (
    PanelChanged,
    ScreenSettingsAsked,
    SettingAsked,
    TemplateAsked,
    TemplatePartAsked,
)
from kiosk.rules.setting_values import StoredSettings, TemplateSettings
from kiosk.services import settings, templates
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.style import fonts
from kiosk.ui.text import setting_texts
from kiosk.ui.widgets.press import Breathing


class ChooseSetting(TilesPage):
    """The value that applies now is an Ember."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show what can be chosen."""
        assert isinstance(argument, SettingAsked | TemplatePartAsked)
        self.host_session, self.asked_for = argument.host, argument
        self.clear()
        if isinstance(argument, TemplatePartAsked):
            self.heading, self.text = setting_texts.template_part(argument.name), argument.template.title
            self._fill_template(argument)
            return
        self.heading = setting_texts.setting_name(argument.name)
        self.text = setting_texts.setting_note(argument.name)
        self.fill_from(settings.read_effective, self._fill)

    def back(self) -> None:
        """Return to the page before."""
        match self.asked_for:
            case TemplatePartAsked(host, place):
                self.answer(TemplateAsked(host, place))
            case SettingAsked(host):
                self.answer(ScreenSettingsAsked(host))

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        name = self.asked_for.name
        for option in setting_texts.options(name):
            tile = self.add_tile(
                f"option_{option.key}",
                option.text,
                "",
                partial(self._chosen, option.stored),
                is_current=setting_texts.is_chosen(option.stored, effective.values),
            )
            if name == "language":
                tile.font_name = fonts.bold_for(option.key)

    def _fill_template(self, asked_for: TemplatePartAsked) -> None:
        for option in setting_texts.template_options(asked_for.name, asked_for.template):
            self.add_tile(
                f"option_{option.key}",
                option.text,
                "",
                partial(self._template_chosen, asked_for.place, option.template),
                is_current=option.template == asked_for.template,
            )

    def _chosen(self, stored: StoredSettings, pressed: Breathing) -> None:
        self.ask_unless_busy(
            pressed,
            settings.change,
            self.host_session,
            stored,
            then=lambda effective: self.answer(PanelChanged(self.host_session, effective)),
        )

    def _template_chosen(self, place: int, template: TemplateSettings, pressed: Breathing) -> None:
        self.ask_unless_busy(
            pressed,
            templates.save_template,
            self.host_session,
            place,
            template,
            then=lambda place: self.answer(TemplateAsked(self.host_session, place)),
        )
