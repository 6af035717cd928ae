"""What has the helps of a page: a row, or in low reach, where there is no room for one, a stack at the page's end."""

from kivy.properties import BooleanProperty

from kiosk.ui.layout.strip import Strip


class Railing:
    """Can be ``stacked``."""

    stacked = BooleanProperty(False)


class Rail(Railing, Strip):
    """A row of helps that stacks, and with it whatever stands in it."""

    def on_stacked(self, _: object, stacked: bool) -> None:
        """One above the other, as large as the frame makes it."""
        self.orientation = "vertical" if stacked else "horizontal"
        self.size_hint_y = 1
        for part in self.walk(restrict=True):
            if part is not self and isinstance(part, Railing):
                part.stacked = stacked
