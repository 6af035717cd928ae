"""The pages of the templates, and of one template."""

from functools import partial

from kiosk.navigation import (
    SettingsAsked,
    TemplateAsked,
    TemplatePartAsked,
    TemplatesAsked,
    TemplateTitleAsked,
    TimetableAsked,
)
from kiosk.rules.setting_values import MAX_TEMPLATES, TemplateSettings
from kiosk.services import settings, templates
from kiosk.ui.screens.host.tiles_page import TilesPage
from kiosk.ui.screens.shared.page import Question
from kiosk.ui.text import schedule_text, setting_texts
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.press import Breathing

NEW = TemplateSettings("…", "open_hours", 120, 30)  # a new template, until its title is typed


class TemplateList(TilesPage):
    """Shows the templates, and a tile to add one."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show the templates."""
        assert isinstance(argument, TemplatesAsked)
        self.host_session = argument.host
        self.heading, self.text = say("Sessions"), say("Each opens with one tap.")
        self.fill_from(settings.read_effective, self._fill)

    def back(self) -> None:
        """Return to the sections."""
        self.answer(SettingsAsked(self.host_session))

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        existing = effective.values.templates
        for place, template in enumerate(existing):
            detail = setting_texts.length_text(template.minutes)
            self.add_tile(f"template_{place}", template.title, "calendar_blank", partial(self._chosen, place), detail)
        if len(existing) < MAX_TEMPLATES:
            self.add_tile("add", say("Add a session"), "plus", self._add)
        self.add_tile(
            "timetable", say("Timetable"), "calendar_week", lambda _: self.answer(TimetableAsked(self.host_session))
        )

    def _chosen(self, place: int, _: object) -> None:
        self.answer(TemplateAsked(self.host_session, place))

    def _add(self, _: object) -> None:
        self.answer(TemplateTitleAsked(self.host_session, None, NEW))


class OneTemplate(TilesPage):
    """Shows one template; each tile leads to the choices for one part of it."""

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """The settings that apply."""
        return settings.read_effective, ()

    def show(self, argument: object) -> None:
        """Show the template's parts."""
        assert isinstance(argument, TemplateAsked)
        self.host_session, self.place = argument.host, argument.place
        self.heading = self.text = ""
        self.fill_from(settings.read_effective, self._fill)

    def back(self) -> None:
        """Return to the list."""
        self.answer(TemplatesAsked(self.host_session))

    def _fill(self, effective: settings.EffectiveSettings) -> None:
        existing = effective.values.templates
        template = existing[min(self.place, len(existing) - 1)]
        self.heading = template.title
        self.add_tile(
            "title",
            say("Title"),
            "pencil",
            lambda _: self.answer(TemplateTitleAsked(self.host_session, self.place, template)),
            template.title,
        )
        for name, icon, value in (
            ("session_kind", "shape_outline", schedule_text.kind_name(template.session_kind)),
            ("minutes", "clock_outline", setting_texts.length_text(template.minutes)),
            ("capacity", "account_group", setting_texts.places_text(template.capacity)),
        ):
            self.add_tile(
                name, setting_texts.template_part(name), icon, partial(self._part_chosen, name, template), value
            )
        if len(existing) > 1:
            self.add_tile("remove", say("Remove"), "trash_can_outline", self._remove, say("It is no longer offered"))

    def _part_chosen(self, name: str, template: TemplateSettings, _: object) -> None:
        self.answer(TemplatePartAsked(self.host_session, self.place, name, template))

    def _remove(self, pressed: Breathing) -> None:
        self.ask_unless_busy(
            pressed,
            templates.remove_template,
            self.host_session,
            self.place,
            then=lambda _: self.answer(TemplatesAsked(self.host_session)),
        )
