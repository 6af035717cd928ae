"""A glyph of Material Design Icons."""

from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.label import Label

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme


class Icon(Label):
    """The icon ``name``, ``pixels`` high; empty without a name."""

    name = StringProperty("")
    pixels = NumericProperty(0)
    ink = ColorProperty(theme.clear)

    def on_name(self, _: object, name: str) -> None:
        """Show the glyph of that name."""
        self.text = theme.glyph(name)


kv_rules.load(__file__)
