"""A pane that scrolls up and down, and the grid of tiles in it."""

from kivy.properties import NumericProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.scrollview import ScrollView

from kiosk.ui import kv_rules


class ScrollPane(ScrollView):
    """Its bar is drawn in the gap beside it, where a line of text ends; so the content has all its width."""


class TileGrid(GridLayout):
    """Rows of equal height: ``tallest``, or down to ``shortest`` where that shows all of them in ``room``.

    A row that is cut says that there is more to scroll to, so none is cut by a few pixels only. Lengths are in pixels.
    """

    room = NumericProperty(0.0)  # height of the pane
    tallest = NumericProperty(0.0)
    shortest = NumericProperty(0.0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("room", "tallest", "shortest", "cols", "children"):
            self.fbind(name, self._fit_rows)
        self._fit_rows()

    def _fit_rows(self, *_: object) -> None:
        self.row_default_height = row_height(
            self.room, -(-len(self.children) // (self.cols or 1)), self.spacing[1], self.tallest, self.shortest
        )


def row_height(room: float, rows: int, gap: float, tallest: float, shortest: float) -> float:
    """The height of ``rows`` rows with gaps: as much as fits, at most ``tallest``; if too little does, ``tallest``."""
    fitting = float((room - gap * (rows - 1)) // rows) if rows else tallest
    return min(tallest, fitting) if fitting >= shortest else tallest


kv_rules.load(__file__)
