"""The language page: each language is listed by its own name."""

from dataclasses import replace
from functools import partial

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style import fonts
from kiosk.ui.style.preferences import DisplayPreferences
from kiosk.ui.widgets.buttons import Card, Ember
from sync.languages import LANGUAGES


class Language(Page):
    """Its argument is the display preferences; answers with the chosen language in them, or with BACK."""

    def show(self, argument: object) -> None:
        """Add a button for each language; the current one is an Ember."""
        assert isinstance(argument, DisplayPreferences)
        self.display = argument
        self.ids.languages.clear_widgets()
        for code, name in LANGUAGES.items():
            kind = Ember if code == argument.language else Card
            button = kind(key=f"language_{code}", text=name)
            button.font_name = fonts.bold_for(code)
            button.bind(on_release=partial(self._chosen, code))
            self.ids.languages.add_widget(button)

    def back(self) -> None:
        """Return to the previous page."""
        self.answer(Intent.BACK)

    def _chosen(self, code: str, _: object) -> None:
        self.answer(replace(self.display, language=code))


kv_rules.load(__file__)
