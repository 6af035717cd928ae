"""The two small buttons of every page: language and access."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.rail import Stackable
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme
from sync.languages import LANGUAGES


class Corner(Stackable, Strip):
    """Opens the language or the access page from ``page``; ``named``: the button shows the language's name."""

    page = ObjectProperty(None)
    named = BooleanProperty(False)
    language = StringProperty("")

    def on_named(self, _: object, named: bool) -> None:
        """Show or hide the current language's name."""
        self.language = LANGUAGES[theme.language] if named and not self.stacked else ""

    def on_stacked(self, _: object, stacked: bool) -> None:
        """One above the other, with icons only."""
        self.orientation = "vertical" if stacked else "horizontal"
        self.on_named(self, self.named)


kv_rules.load(__file__)
