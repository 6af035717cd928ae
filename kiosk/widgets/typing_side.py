"""The page for typing a number: what it is for at one side, the keypad at the other."""

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.widgets import kv, labels, topbar, typed  # noqa: F401 - their rules stand in ours
from kiosk.widgets.labels import Note
from kiosk.widgets.panes import Sides


class TypingSides(Sides):
    """The two sides, with room between them."""


class TypingSide(BoxLayout):
    """The side that is read: telling, what is typed, foot."""


class Telling(BoxLayout):
    """The way back, a heading and a text. Says ``on_back``."""

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


kv.load(__file__)
