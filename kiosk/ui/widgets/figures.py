"""The cards of the host's board: figures, places, pouches that are out, connection."""

from kivy.properties import AliasProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate, Sides
from kiosk.ui.layout.spread import Spread
from kiosk.ui.layout.use import Use
from kiosk.ui.style.theme import theme


class Figure(Plate):
    """A number and its label."""

    key = StringProperty("")
    number = StringProperty("")
    label = StringProperty("")


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
        self.size_hint_min_y = theme.size(38 if self.cols == 2 else 17)


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

    def on_width(self, _: object, width: float) -> None:
        """Make room for texts of two lines on a narrow page."""
        self.size_hint_min_y = theme.size(18.2) if width < theme.size(84) else None


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


class PouchesOut(Plate):
    """The numbers of pouches and lockers in use, scrollable."""

    caption = StringProperty("")

    def _get_lines(self) -> int:
        return str(self.caption).count("\n") + 1

    lines = AliasProperty(_get_lines, bind=("caption",))
    numbers = StringProperty("")


class Shelf(Plate):
    """The pouches and lockers in use, in one sentence."""

    text = StringProperty("")


class Connection(Plate):
    """The state of the connection to the server."""

    icon = StringProperty("")
    text = StringProperty("")


kv_rules.load(__file__)
