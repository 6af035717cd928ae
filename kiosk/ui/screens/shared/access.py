"""The access page: larger text, stronger contrast, low reach and reading aloud, each applied at once."""

from dataclasses import replace

from kivy.properties import BooleanProperty

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.preferences import LARGER, DisplayPreferences


class Access(Page):
    """Its argument is the display preferences; answers with changed ones, or with BACK."""

    larger = BooleanProperty(False)
    stronger = BooleanProperty(False)
    lower = BooleanProperty(False)
    aloud = BooleanProperty(False)
    _has_voice = True  # until its button is removed

    def show(self, argument: object) -> None:
        """Show which are on; without a voice, remove the button for reading aloud (once)."""
        assert isinstance(argument, DisplayPreferences)
        self.display = argument
        self.larger = argument.text > 1
        self.stronger = argument.palette == "contrast"
        self.lower = argument.low
        self.aloud = bool(argument.aloud)
        if argument.aloud is None and self._has_voice:
            self.ids.aloud.parent.remove_widget(self.ids.aloud)
            self._has_voice = False

    def enlarge(self) -> None:
        """Switch larger text."""
        self.answer(replace(self.display, text=1.0 if self.larger else LARGER))

    def strengthen(self) -> None:
        """Switch high contrast."""
        self.answer(replace(self.display, palette="light" if self.stronger else "contrast"))

    def bring_down(self) -> None:
        """Switch low reach."""
        self.answer(replace(self.display, low=not self.lower))

    def read_aloud(self) -> None:
        """Switch reading aloud."""
        self.answer(replace(self.display, aloud=not self.aloud))

    def back(self) -> None:
        """Return to the previous page."""
        self.answer(Intent.BACK)


kv_rules.load(__file__)
