"""The cards of the host's board: figures, places, health."""

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate, Sides
from kiosk.ui.layout.spread import Spread
from kiosk.ui.layout.use import Use
from kiosk.ui.style.theme import theme

FLAT = 15.4  # mm; in a lower figure the label is beside the number


class Figure(Plate):
    """A number and its label."""

    key = StringProperty("")
    number = StringProperty("")
    label = StringProperty("")
    label_share = NumericProperty(0.65)

    def on_height(self, _: object, height: float) -> None:
        """Put the label below the number, or beside it."""
        is_flat = height < theme.size(FLAT)
        self.orientation = "horizontal" if is_flat else "vertical"
        self.label_share = 1.0 if is_flat else 0.65


class Figures(GridLayout):
    """The four numbers of a session, in one row or two."""

    use = Use.READ

    people = StringProperty("")
    at_rest = StringProperty("")
    phones_kept = StringProperty("")
    away = StringProperty("")

    def on_width(self, _: object, width: float) -> None:
        """Two rows where there is no room for four beside each other."""
        self.cols = 2 if width < theme.narrow else 4
        row = theme.size((12.4 if self.cols == 2 else 8.6) if theme.low else 16.0 if self.cols == 2 else 17.0)
        self.size_hint_min_y = row * 2 + theme.gap if self.cols == 2 else row


class Bar(Widget):
    """A bar for a ``share`` from 0 to 1; nothing is drawn for 0."""

    share = NumericProperty(0.0)
    taken = NumericProperty(0.0)  # pixels

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("share", self._measure)
        self.fbind("width", self._measure)

    def _measure(self, *_: object) -> None:
        self.taken = max(self.height, self.width * self.share)


class Places(Plate):
    """Places and pouches."""

    places = StringProperty("")
    share = NumericProperty(0.0)
    pouches_free = StringProperty("")
    bar_height = NumericProperty(0)

    def on_height(self, _: object, height: float) -> None:
        """Leave the bar out where two lines of text need the height."""
        self.bar_height = theme.size(2.4) if height > theme.size(FLAT) else 0

    def on_width(self, _: object, width: float) -> None:
        """Make room for texts of two lines on a narrow page."""
        self.size_hint_min_y = theme.size(16.6) if width < theme.size(84) else None


class Row(Sides):
    """Two cards, one above the other on a narrow page."""

    use: Use | None = Use.READ

    line_height = NumericProperty(theme.target)

    def should_stack(self) -> bool:
        """On a narrow page."""
        return bool(self.width < theme.narrow)

    def on_upright(self, _: object, upright: bool) -> None:
        """Two lines need twice the height."""
        self.line_height = theme.target * 2 + theme.gap if upright else theme.target


class BoardHead(Spread, Row):
    """The title and the navigation."""


class Health(Plate):
    """What needs a hand, with the connection as an icon beside it; if nothing does, the connection in words."""

    icon = StringProperty("")
    text = StringProperty("")
    connection_icon = StringProperty("")


kv_rules.load(__file__)
