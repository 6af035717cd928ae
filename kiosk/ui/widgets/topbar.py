"""The top of a page: Back at the line start, progress dots in the middle, language and access at the line end."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.rail import Navigation
from kiosk.ui.style.theme import theme
from kiosk.ui.text.i18n import say
from kiosk.ui.widgets.corner import Corner


class TopBar(Navigation, RelativeLayout):
    """Dispatches ``on_back``; shows no dots without a ``stage``, and no language and access without a ``page``.

    In low reach it is the last row of the page, or ``stacked`` beside it.
    """

    __events__ = ("on_back",)

    back_text = StringProperty("")
    stage = NumericProperty(0)
    page = ObjectProperty(None)

    def on_width(self, *_: object) -> None:
        """On a narrow page Back is only an arrow."""
        is_wide = self.width > theme.narrow
        self.back_text = say("Back") if is_wide else ""
        narrow_center_x = 0.58 if theme.rtl else 0.42  # the Corner is wider than Back
        if self.dots and not self.stacked:
            self.dots.pos_hint = {"center_x": 0.5 if is_wide else narrow_center_x, "center_y": 0.5}

    on_dots = on_width

    def on_page(self, _: object, page: object) -> None:
        """Add the Corner."""
        self.add_widget(Corner(page=page, pos_hint=theme.at_end))

    def on_stacked(self, _: object, stacked: bool) -> None:
        """Back on top, the Corner below; the dots where the page places them."""
        self.dots.pos_hint = {}
        self.ids.back.pos_hint = {"center_x": 0.5, "top": 1}
        for corner in (child for child in self.children if isinstance(child, Corner)):
            corner.stacked = stacked
            corner.pos_hint = {"center_x": 0.5, "y": 0}

    def on_back(self) -> None:
        """Back was tapped."""


kv_rules.load(__file__)
