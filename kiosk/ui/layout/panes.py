"""Containers of pages: background, columns, panes, cards, and a switch between cases."""

from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.low_reach import Frame
from kiosk.ui.layout.spread import Spread
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import Use
from kiosk.ui.style.colours import mixed
from kiosk.ui.style.theme import theme

SHADES = 64  # steps of the oak gradient; OpenGL blends between them


def oak_grain() -> Texture:
    """The oak gradient, one pixel wide, from the bottom up."""
    texture = Texture.create(size=(1, SHADES), colorfmt="rgb")
    shades = (mixed(theme.oak_foot, theme.oak_top, step / (SHADES - 1))[:3] for step in range(SHADES))
    texture.blit_buffer(bytes(round(part * 255) for shade in shades for part in shade), colorfmt="rgb")
    return texture


class PageRoot(AnchorLayout):
    """A page's root: its content is centred, and ignores touches while ``ignores_touch`` (a request is running)."""

    ignores_touch = BooleanProperty(False)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Swallow the touch while a request is running."""
        return True if self.ignores_touch else bool(super().on_touch_down(touch))


class Column(Frame):
    """A page's content from top to bottom, with a maximum size on large panels."""


class Sides(Strip):
    """Two panes: side by side, or the first on top on a portrait panel."""

    share = NumericProperty(0.375)  # of the width, for the first pane
    share_upright = NumericProperty(0.41)  # of the height, when one is above the other
    upright = BooleanProperty(False)
    first_pane_orientation = StringProperty("vertical")  # along the longer side of the first pane

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("size", "children", "share", "share_upright"):
            self.fbind(name, self._update_layout)

    def _update_layout(self, *_: object) -> None:
        self.upright = self.should_stack()
        self.orientation = "vertical" if self.upright else "horizontal"
        self.first_pane_orientation = "horizontal" if self.upright else "vertical"
        if len(self.children) == 2:
            second, first = self.children
            share = self.share_upright if self.upright else self.share
            first.size_hint = (1, share) if self.upright else (share, 1)
            second.size_hint = (1, 1 - share) if self.upright else (1 - share, 1)

    def should_stack(self) -> bool:
        """Whether the panes are one above the other."""
        return bool(self.height > self.width)


class OakPane(BoxLayout):
    """The pane about the zone: dark oak, darker towards the bottom."""

    grain = ObjectProperty(None)

    def __init__(self, **kwargs: object) -> None:
        self.grain = oak_grain()
        super().__init__(**kwargs)


class MossPane(BoxLayout):
    """The pane for success: green."""


class PaperPane(AnchorLayout):
    """The pane for the question and its answers."""


class Plate(Strip):
    """A bordered card with texts; not a control."""

    use = Use.READ


class Pairs(GridLayout):
    """A grid in writing direction: two columns, or ``min_columns`` on a narrow page.

    In low reach, with less height: ``low_columns``, or two on a narrow page.
    """

    min_columns = NumericProperty(1)
    low_columns = NumericProperty(2)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.orientation = "rl-tb" if theme.rtl else "lr-tb"

    def on_width(self, _: object, width: float) -> None:
        """Set the number of columns."""
        wide = width > theme.narrow
        if theme.low:
            self.cols = int(self.low_columns) if wide else 2
        else:
            self.cols = 2 if wide else int(self.min_columns)

    def on_minimum_height(self, _: object, height: float) -> None:
        """Reserve the height of the content."""
        self.size_hint_min_y = height


class Case(Spread):
    """One of the contents of an Either."""

    name = StringProperty("")


class Either(Spread):
    """Shows the case whose name is ``shown``; the other cases are not in the widget tree."""

    shown = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._cases: dict[str, Case] = {}
        super().__init__(**kwargs)

    def add_widget(self, widget: Case, *args: object, **kwargs: object) -> None:
        """Register a case once its kv rule has set its name."""
        widget.fbind("name", self._named)

    def _named(self, case: Case, name: str) -> None:
        self._cases[name] = case
        if name == self.shown:
            self.on_shown(self, name)

    def on_shown(self, _: object, shown: str) -> None:
        """Replace the case in the widget tree."""
        self.clear_widgets()
        if shown in self._cases:
            super().add_widget(self._cases[shown])


kv_rules.load(__file__)
