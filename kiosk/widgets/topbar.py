"""The top of a page: the way back where the line begins, how far along one is in the middle, the helps at the end."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.widgets import buttons, i18n, kv, stage, theme  # noqa: F401 - their rules stand in ours
from kiosk.widgets.corner import Corner
from kiosk.widgets.i18n import say


class TopBar(RelativeLayout):
    """Says ``on_back``; without a ``stage`` it shows no dots, and without a ``page`` no helps."""

    __events__ = ("on_back",)

    way_back = StringProperty("")
    stage = NumericProperty(0)
    page = ObjectProperty(None)

    def on_width(self, _: object, width: float) -> None:
        """Where there is little room, the arrow alone says it."""
        self.way_back = say("Back") if width > theme.narrow else ""

    def on_page(self, _: object, page: object) -> None:
        """The helps are for this page."""
        self.add_widget(Corner(page=page, pos_hint=i18n.at_end))

    def on_back(self) -> None:
        """The way back was tapped."""


kv.load(__file__)
