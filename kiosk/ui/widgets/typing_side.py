"""The two sides of a typing page: texts and typed digits, and the keypad."""

from kivy.core.window import Window
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import MIN_SIDE_WIDTH, Frame
from kiosk.ui.layout.panes import Sides
from kiosk.ui.layout.spread import ReadPane, Spread
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.labels import Note


class TypingSides(Frame, Sides):
    """The frame of both sides."""

    navigation_always_beside = True
    side_always_beside = True
    texts_in_columns = True

    def side_width(self, width: float) -> float:
        """As wide as one key on a narrow panel, beside three columns of keys."""
        return float(theme.target if Window.width < theme.narrow else theme.size(MIN_SIDE_WIDTH))


class TypingSide(ReadPane):
    """The side with the prompt, the typed digits and the footer."""


class KeypadSide(AnchorLayout):
    """The side with the keypad."""


class TypingPrompt(Spread):
    """Back, a heading and a text. Dispatches ``on_back``."""

    __events__ = ("on_back",)

    page = ObjectProperty(None)
    has_back = BooleanProperty(True)
    heading = StringProperty("")
    text = StringProperty("")

    def on_has_back(self, _: object, has_back: bool) -> None:
        """Remove Back, as on the first start."""
        if not has_back:
            self.ids.top.clear_widgets()

    def on_back(self) -> None:
        """Back was tapped."""


class Foot(Note):
    """The last line: help, or how long the keypad is locked."""


kv_rules.load(__file__)
