"""A page's navigation (back, language, access): a row, or a stack in low reach where a row has no room."""

from kivy.properties import BooleanProperty

from kiosk.ui.layout.strip import Strip


class Stackable:
    """A mixin for widgets that can be ``stacked``."""

    stacked = BooleanProperty(False)


class Rail(Stackable, Strip):
    """A navigation row that stacks together with its content."""

    def on_stacked(self, _: object, stacked: bool) -> None:
        """Arrange the children one above the other, in the size that the frame sets."""
        self.orientation = "vertical" if stacked else "horizontal"
        self.size_hint_y = 1
        for part in self.walk(restrict=True):
            if part is not self and isinstance(part, Stackable):
                part.stacked = stacked
