"""A row of answers that becomes a column on a narrow page."""

from kivy.properties import NumericProperty
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import UNPLACED_WIDTH
from kiosk.ui.style.theme import theme

MIN_WIDTH = 45.0  # mm, for a text and its icon
MIN_WIDTH_LOW = 40.0  # mm, for a text alone
TWO_LINE_WIDTH = 66.0  # mm; in a narrower choice the text and its detail need more height


class Choices(GridLayout):
    """Answers in one or several rows, each as high as its text needs."""

    min_width = NumericProperty(MIN_WIDTH)  # mm
    min_width_low = NumericProperty(MIN_WIDTH_LOW)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("width", "children"):
            self.fbind(name, self._update_columns)

    def clear_widgets(self, *args: object) -> None:
        """Also reset the width in low reach, where it depends on the content."""
        super().clear_widgets(*args)
        if theme.low:
            self.width = UNPLACED_WIDTH

    def _update_columns(self, *_: object) -> None:
        self.cols = max(1, min(len(self.children), self._columns_that_fit()))
        is_tight = self.cols == 2 and self.width / 2 < theme.size(TWO_LINE_WIDTH) and not theme.low
        self.row_default_height = theme.size(21) if is_tight else theme.target

    def _columns_that_fit(self) -> int:
        """How many choices fit beside each other."""
        if theme.low:
            return int(self.width // theme.size(self.min_width_low)) or 1
        return 1 if self.width < theme.narrow else int(self.width // theme.size(self.min_width))


class Tiles(Choices):
    """Short commands side by side: four in a row, or three on a narrow page; a last row with fewer fills the width."""

    def _columns_that_fit(self) -> int:
        is_narrow = self.width < theme.narrow
        return 2 if is_narrow and len(self.children) == 4 else 3 if is_narrow else 4

    def _update_columns(self, *args: object) -> None:
        super()._update_columns(*args)
        spacing = self.spacing[1]
        self.minimum_height = max(0, len(self._tile_rows()) * (self.row_default_height + spacing) - spacing)

    def _tile_rows(self) -> list[list[Widget]]:
        tiles = list(reversed(self.children))
        return [tiles[at : at + self.cols] for at in range(0, len(tiles), self.cols)]

    def do_layout(self, *_: object) -> None:
        """Place the tiles row by row; each row's tiles share the width."""
        step = self.row_default_height + self.spacing[1]
        for at, row in enumerate(self._tile_rows()):
            self._place_row(row, self.top - at * step - self.row_default_height)

    def _place_row(self, row: list[Widget], y: float) -> None:
        spacing = self.spacing[0]
        width = (self.width - spacing * (len(row) - 1)) / len(row)
        for place, tile in enumerate(row):
            column = len(row) - 1 - place if theme.rtl else place
            tile.size = width, self.row_default_height
            tile.pos = self.x + column * (width + spacing), y


kv_rules.load(__file__)
