"""Which language? Each is written in its own words, so that whoever needs it finds it."""

from dataclasses import replace
from functools import partial

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style import fonts
from kiosk.ui.style.languages import LANGUAGES
from kiosk.ui.style.preferences import DisplayPreferences
from kiosk.ui.widgets.buttons import Card, Ember


class Language(Page):
    """Given a Manner, answers with the one that was chosen."""

    def show(self, given: object) -> None:
        """A button for each; the present one stands out."""
        assert isinstance(given, DisplayPreferences)
        self.display = given
        self.ids.languages.clear_widgets()
        for code, name in LANGUAGES.items():
            kind = Ember if code == given.language else Card
            button = kind(key=f"language_{code}", text=name)
            button.font_name = fonts.bold_for(code)
            button.bind(on_release=partial(self._chosen, code))
            self.ids.languages.add_widget(button)

    def back(self) -> None:
        """As it was."""
        self.answer(Intent.BACK)

    def _chosen(self, code: str, _: object) -> None:
        self.answer(replace(self.display, language=code))


kv_rules.load(__file__)
