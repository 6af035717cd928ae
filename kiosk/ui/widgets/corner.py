"""The two small helps that every screen offers: another language, and what makes it easier to read and reach."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.rail import Railing
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.languages import LANGUAGES
from kiosk.ui.style.theme import theme


class Corner(Railing, Strip):
    """Tells its ``page`` to ``speak`` or to ``adapt``; ``named``: there is room for the language's name."""

    page = ObjectProperty(None)
    named = BooleanProperty(False)
    language = StringProperty("")

    def on_named(self, _: object, named: bool) -> None:
        """Its own name, in its own words."""
        self.language = LANGUAGES[theme.language] if named and not self.stacked else ""

    def on_stacked(self, _: object, stacked: bool) -> None:
        """One above the other, where there is only room for signs."""
        self.orientation = "vertical" if stacked else "horizontal"
        self.on_named(self, self.named)


kv_rules.load(__file__)
