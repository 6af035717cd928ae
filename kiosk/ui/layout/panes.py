"""The rooms that screens are laid out in: paper, the two sides of the door, and one of several cases at a time."""

from kivy.graphics.texture import Texture
from kivy.input import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout import low_reach
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.colours import mixed
from kiosk.ui.style.theme import theme

SHADES = 64  # steps of the oak's gradient; the screen blends between them


def oak_grain() -> Texture:
    """The oak's gradient, one pixel wide, from its foot up."""
    texture = Texture.create(size=(1, SHADES), colorfmt="rgb")
    shades = (mixed(theme.oak_foot, theme.oak_top, step / (SHADES - 1))[:3] for step in range(SHADES))
    texture.blit_buffer(bytes(round(part * 255) for shade in shades for part in shade), colorfmt="rgb")
    return texture


class Room(AnchorLayout):
    """Paper from rim to rim, with what stands on it in the middle; ``deaf`` while an answer is awaited."""

    deaf = BooleanProperty(False)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """A second tap is not a second answer."""
        return True if self.deaf else bool(super().on_touch_down(touch))


class Column(low_reach.Frame):
    """A page's content, top to bottom, never stretched across a large panel."""


class Sides(Strip):
    """Two panes: side by side, or the first on top when the panel stands upright."""

    parts = False

    share = NumericProperty(0.375)  # of the width, for the first
    share_upright = NumericProperty(0.41)  # of the height
    upright = BooleanProperty(False)
    inner = StringProperty("vertical")  # how the first pane may lay out its own content

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("size", "children", "share", "share_upright"):
            self.fbind(name, self._turn)

    def _turn(self, *_: object) -> None:
        self.upright = self.stands()
        self.orientation = "vertical" if self.upright else "horizontal"
        self.inner = "horizontal" if self.upright else "vertical"
        if len(self.children) == 2:
            second, first = self.children
            share = self.share_upright if self.upright else self.share
            first.size_hint = (1, share) if self.upright else (share, 1)
            second.size_hint = (1, 1 - share) if self.upright else (1 - share, 1)

    def stands(self) -> bool:
        """Whether the panes go above each other."""
        return bool(self.height > self.width)


class OakPane(BoxLayout):
    """The zone's side: dark oak, darker towards the floor."""

    grain = ObjectProperty(None)

    def __init__(self, **kwargs: object) -> None:
        self.grain = oak_grain()
        super().__init__(**kwargs)


class MossPane(BoxLayout):
    """It worked: the green side."""


class PaperPane(AnchorLayout):
    """The other side: one question, one obvious answer."""


class Plate(Strip):
    """A bordered card to read, not to touch."""

    parts = False


class Pairs(GridLayout):
    """Things of one kind beside each other, from where the language begins; ``fewest`` on a narrow page.

    In low reach, where they have less height, they are ``low_columns`` on a wide one, and two on a narrow one.
    """

    fewest = NumericProperty(1)
    low_columns = NumericProperty(2)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.orientation = "rl-tb" if theme.rtl else "lr-tb"

    def on_width(self, _: object, width: float) -> None:
        """As there is room."""
        wide = width > theme.narrow
        if theme.low:
            self.cols = int(self.low_columns) if wide else 2
        else:
            self.cols = 2 if wide else int(self.fewest)

    def on_minimum_height(self, _: object, height: float) -> None:
        """It takes what they need."""
        self.size_hint_min_y = height


class Case(Strip):
    """What is shown while ``name`` is the case."""

    name = StringProperty("")


class Either(Strip):
    """Holds several cases and shows the one named ``shown``; the others are not in the tree."""

    shown = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._cases: dict[str, Case] = {}
        super().__init__(**kwargs)

    def add_widget(self, widget: Case, *args: object, **kwargs: object) -> None:
        """Keep a case; its name is known once its own rules have run."""
        widget.fbind("name", self._named)

    def _named(self, case: Case, name: str) -> None:
        self._cases[name] = case
        if name == self.shown:
            self.on_shown(self, name)

    def on_shown(self, _: object, shown: str) -> None:
        """Put the one case that is shown into the tree."""
        self.clear_widgets()
        if shown in self._cases:
            super().add_widget(self._cases[shown])
        low_reach.look_again(self)


kv_rules.load(__file__)
