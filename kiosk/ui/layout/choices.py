"""A row of answers that becomes a column on a narrow page."""

from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import UNPLACED_WIDTH
from kiosk.ui.style.theme import theme

MIN_WIDTH = 45.0  # mm, for a text and its icon
MIN_WIDTH_LOW = 40.0  # mm, for a text alone
TWO_LINE_WIDTH = 66.0  # mm; in a narrower choice the text and its detail need more height


class Choices(GridLayout):
    """Answers in one or several rows, each as high as its text needs."""

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
            return int(self.width // theme.size(MIN_WIDTH_LOW)) or 1
        return 1 if self.width < theme.narrow else int(self.width // theme.size(MIN_WIDTH))


kv_rules.load(__file__)
