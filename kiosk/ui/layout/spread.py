"""Boxes whose children a page places one by one in low reach, among them the panes that declare a use."""

from collections.abc import Callable, Iterator

from kivy.core.window import Window
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import Use
from kiosk.ui.style.theme import theme

HALF_FOR_THREE_ROWS = 60.0  # mm, height of half a panel in which three rows of controls fit


def is_flat_panel() -> bool:
    """Whether half the panel has no room for three rows of controls."""
    return bool(Window.height / 2 < theme.size(HALF_FOR_THREE_ROWS))


class Spread(Strip):
    """A box; in low reach the page places its children, each by its use."""

    use: Use | None = None  # of its children; None: they declare their own
    layout_delegate: Callable[[], object] | None = None  # lays out the children in its place

    def do_layout(self, *args: object) -> None:
        """Lay out as a Strip, or leave it to ``layout_delegate``."""
        if self.layout_delegate:
            self.layout_delegate()
        else:
            super().do_layout(*args)


class ReadPane(Spread):
    """Texts, pictures and figures."""

    use = Use.READ


class TouchPane(Spread):
    """Controls, one above the other."""

    use = Use.TOUCH


class SidePane(Spread):
    """Controls that in low reach are beside the other ones on a flat panel."""

    use = Use.SIDE


class TouchRow(Strip):
    """A row of controls."""


class LowRow(Strip):
    """A column of controls that in low reach is a row, on a flat panel and on a narrow page."""

    def on_width(self, _: object, width: float) -> None:
        """Set the orientation."""
        is_row = theme.low and (is_flat_panel() or width < theme.narrow)
        self.orientation = "horizontal" if is_row else "vertical"


class FootBar(AnchorLayout):
    """The last row of a page: its countdown."""

    use = Use.FOOT


def spreads_in(box: Widget) -> Iterator[Spread]:
    """The Spreads among the children of a box, and those in them."""
    for child in box.children:
        if isinstance(child, Spread):
            yield child
            yield from spreads_in(child)


kv_rules.load(__file__)
