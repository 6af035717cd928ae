"""Several numbers to count, each with its label above: side by side, or one below the other on a narrow page."""

from kivy.core.window import Window
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.press import Press

LABEL, LABEL_LOW = 11.0, 6.5  # mm, for two lines, or one


class Counter(Strip):
    """A label above its Stepper; dispatches ``on_change`` with the value."""

    __events__ = ("on_change",)

    name = StringProperty("")
    text = StringProperty("")
    value = NumericProperty(0)
    least = NumericProperty(0)
    most = NumericProperty(99)

    def on_change(self, value: int) -> None:
        """The value was changed."""


class Counters(GridLayout):
    """Counters in one row, or in one column on a narrow page; in low reach, which has half the height, in two."""

    def on_width(self, _: object, width: float) -> None:
        """Set the number of columns, and the height for that."""
        if theme.low:
            self.cols = 2 if _is_upright() else 3
        else:
            self.cols = 1 if width < theme.narrow else 3
        rows = max(1, -(-len(self.children) // self.cols))
        row_height = theme.target + theme.size(LABEL_LOW if theme.low else LABEL)
        self.size_hint_min_y = self.size_hint_max_y = rows * row_height + (rows - 1) * theme.small_gap

    def on_children(self, *_: object) -> None:
        """As for a new width."""
        self.on_width(self, self.width)

    def adopt(self, button: Press) -> None:
        """In low reach on an upright panel take in the page's button, which has no room below."""
        if theme.low and _is_upright():
            button.parent.remove_widget(button)
            button.size_hint_y = 1
            self.add_widget(button)


def _is_upright() -> bool:
    return bool(Window.height > Window.width)


kv_rules.load(__file__)
