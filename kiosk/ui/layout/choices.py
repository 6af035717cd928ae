"""A row of answers that becomes a column where there is no room beside each other."""

from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import UNPLACED
from kiosk.ui.style.theme import theme

LEAST = 45.0  # mm for a word and its icon
LEAST_LOW = 40.0  # for a word alone
TWO_LINES = 66.0  # mm that a meaning needs below its word in one line


class Choices(GridLayout):
    """In one row, in several, or below each other on a narrow page; each as high as its words need."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("width", "children"):
            self.fbind(name, self._turn)

    def clear_widgets(self, *args: object) -> None:
        """Begin anew: how wide it was for others says nothing of how wide it will be."""
        super().clear_widgets(*args)
        if theme.low:
            self.width = UNPLACED

    def _turn(self, *_: object) -> None:
        self.cols = max(1, min(len(self.children), self._room()))
        is_tight = self.cols == 2 and self.width / 2 < theme.size(TWO_LINES) and not theme.low
        self.row_default_height = theme.size(21) if is_tight else theme.target

    def _room(self) -> int:
        """How many fit beside each other; in half a panel that stands, two."""
        if theme.low:
            return int(self.width // theme.size(LEAST_LOW)) or 1
        return 1 if self.width < theme.narrow else int(self.width // theme.size(LEAST))


kv_rules.load(__file__)
