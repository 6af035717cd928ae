"""What makes it easier? Larger text, more contrast, everything lower, a voice: each is on or off, noticed at once."""

from dataclasses import replace

from kivy.properties import BooleanProperty

from kiosk.navigation import Intent
from kiosk.ui import kv_rules
from kiosk.ui.screens.shared.page import Page
from kiosk.ui.style.preferences import LARGER, DisplayPreferences


class Access(Page):
    """Given a Manner, answers with a changed one; the way back leads to where one was."""

    larger = BooleanProperty(False)
    stronger = BooleanProperty(False)
    lower = BooleanProperty(False)
    aloud = BooleanProperty(False)

    def show(self, given: object) -> None:
        """What is on just now."""
        assert isinstance(given, DisplayPreferences)
        self.display = given
        self.larger = given.text > 1
        self.stronger = given.palette == "contrast"
        self.lower = given.low
        self.aloud = bool(given.aloud)
        if given.aloud is None and self.ids.aloud.parent:
            self.ids.aloud.parent.remove_widget(self.ids.aloud)

    def enlarge(self) -> None:
        """Larger text, or as usual."""
        self.answer(replace(self.display, text=1.0 if self.larger else LARGER))

    def strengthen(self) -> None:
        """Stronger contrast, or as usual."""
        self.answer(replace(self.display, palette="light" if self.stronger else "contrast"))

    def bring_down(self) -> None:
        """All that is touched into the lower half, or as usual."""
        self.answer(replace(self.display, low=not self.lower))

    def read_aloud(self) -> None:
        """With a voice, or as usual."""
        self.answer(replace(self.display, aloud=not self.aloud))

    def back(self) -> None:
        """It is good so."""
        self.answer(Intent.BACK)


kv_rules.load(__file__)
