"""The first page of a new kiosk: the venue's language."""

from dataclasses import replace
from functools import partial

from kiosk.navigation import FirstHostAsked, LanguageSet, SetupAsked, VenueAsked
from kiosk.services import first_start
from kiosk.services.records.host_records import Setup
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page, Question
from kiosk.ui.style import fonts
from kiosk.ui.style.languages import LANGUAGES
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Card, Ember


class SetupLanguage(Page):
    """Its argument says what is known; answers with the language that was chosen, and with what is asked next."""

    home_after = 0  # there is no welcome page yet

    @classmethod
    def question(cls, argument: object) -> Question | None:
        """What is known of the venue."""
        assert isinstance(argument, SetupAsked)
        return (first_start.read_setup, ()) if argument.setup is None else None

    def show(self, argument: object) -> None:
        """Add a button for each language; the present one is an Ember."""
        assert isinstance(argument, SetupAsked)
        self.setup = argument.setup or (self.record if isinstance(self.record, Setup) else None)
        self.ids.languages.clear_widgets()
        for code, name in LANGUAGES.items():
            kind = Ember if code == theme.language else Card
            button = kind(key=f"language_{code}", text=name)
            button.font_name = fonts.bold_for(code)
            button.bind(on_release=partial(self._chosen, code))
            self.ids.languages.add_widget(button)

    def _chosen(self, code: str, _: object) -> None:
        if self.setup is None:
            self.ask(first_start.read_setup, then=partial(self._go_on, code))
        else:
            self._go_on(code, self.setup)

    def _go_on(self, code: str, setup: Setup) -> None:
        setup = replace(setup, language=code)
        self.answer(LanguageSet(VenueAsked(setup) if setup.is_new else FirstHostAsked(setup)))


kv_rules.load(__file__)
