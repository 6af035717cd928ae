"""The page for typing a number: what it is for at one side, the keypad at the other."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import Frame
from kiosk.ui.layout.panes import Sides
from kiosk.ui.layout.strip import Strip
from kiosk.ui.widgets.labels import Note


class TypingSides(Frame, Sides):
    """The two sides, with room between them."""

    rail_always = True
    across = True


class TypingSide(Strip):
    """The side that is read: telling, what is typed, foot."""

    loose = True


class KeypadSide(AnchorLayout):
    """The side that is touched."""


class Telling(Strip):
    """The way back, a heading and a text. Says ``on_back``."""

    loose = True

    __events__ = ("on_back",)

    page = ObjectProperty(None)
    has_back = BooleanProperty(True)
    heading = StringProperty("")
    text = StringProperty("")

    def on_has_back(self, _: object, has_back: bool) -> None:
        """On the first start there is nowhere to go back to."""
        if not has_back:
            self.ids.top.clear_widgets()

    def on_back(self) -> None:
        """The way back was tapped."""


class Foot(Note):
    """The last line: where help is, or how long the keypad rests."""


kv_rules.load(__file__)
