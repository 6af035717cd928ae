"""The top of a page: the way back where the line begins, how far along one is in the middle, the helps at the end."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.rail import Railing
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.corner import Corner


class TopBar(Railing, RelativeLayout):
    """Says ``on_back``; without a ``stage`` it shows no dots, and without a ``page`` no helps.

    In low reach it is the last row of the page, or ``stacked`` beside it.
    """

    __events__ = ("on_back",)

    way_back = StringProperty("")
    stage = NumericProperty(0)
    page = ObjectProperty(None)
    dots = ObjectProperty(None)  # kept here: a page may lift them out, and be built anew before its last layout is done

    def on_width(self, *_: object) -> None:
        """Where there is little room, the arrow alone says it."""
        wide = self.width > theme.narrow
        self.way_back = say("Back") if wide else ""
        aside = 0.58 if theme.rtl else 0.42  # the helps take more of it than the way back
        if self.dots:
            self.dots.pos_hint = {"center_x": 0.5 if wide else aside, "center_y": 0.5}

    on_dots = on_width

    def on_page(self, _: object, page: object) -> None:
        """The helps are for this page."""
        self.add_widget(Corner(page=page, pos_hint=theme.at_end))

    def on_stacked(self, _: object, stacked: bool) -> None:
        """The way back on top, the helps below."""
        self.size_hint_y = 1
        self.ids.back.pos_hint = {"center_x": 0.5, "top": 1}
        for corner in (child for child in self.children if isinstance(child, Corner)):
            corner.stacked = stacked
            corner.pos_hint = {"center_x": 0.5, "y": 0}

    def on_back(self) -> None:
        """The way back was tapped."""


kv_rules.load(__file__)
