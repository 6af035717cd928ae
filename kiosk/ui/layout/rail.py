"""A page's navigation (back, language, access): a row, or a stack in low reach where a row has no room."""

from kivy.properties import BooleanProperty, ObjectProperty

from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import Use


class Stackable:
    """A mixin for widgets that can be ``stacked``."""

    stacked = BooleanProperty(False)


class Navigation(Stackable):
    """A mixin for the navigation of a page, with the progress ``dots`` in it, if any."""

    use = Use.NAVIGATION
    dots = ObjectProperty(None)


class Rail(Navigation, Strip):
    """A navigation row that stacks together with its content."""

    def on_stacked(self, _: object, stacked: bool) -> None:
        """Arrange the children one above the other, in the size that the frame sets."""
        self.orientation = "vertical" if stacked else "horizontal"
        for child in self.children:
            if isinstance(child, Stackable):
                child.stacked = stacked
