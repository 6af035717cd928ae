"""Text: headings in serif, everything else in the hyperlegible sans, and large text that shrinks until it fits."""

from kivy.clock import Clock
from kivy.core.text import Label as Measure
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.label import Label

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi, glyphs

LINE = 1.08  # height of a heading's line, in its font size


class Words(Label):
    """A text in whichever direction its language runs; ``text`` is always as one reads it aloud."""

    key = StringProperty("")
    private = BooleanProperty(False)  # its numbers are the visitor's alone: not for a loudspeaker

    def texture_update(self, *args: object) -> None:
        """Draw what can be drawn of it, joined and turned where its language wants that."""
        font = glyphs.font_for(self.text, self.font_name)
        if font != self._label.options["font_name"]:
            self._label.options["font_name"] = font
            self._label.resolve_font_name()
        text = glyphs.drawable(self.text, font)
        self._label.text = bidi.shaped(text, self.text_size[0], self._measured)
        super().texture_update(*args)

    def _measured(self, text: str) -> float:
        font = glyphs.font_for(self.text, self.font_name)
        return float(Measure(font_name=font, font_size=self.font_size).get_extents(text)[0])


def drawn_size(label: Words, text: str, pixels: int, room: float | None) -> tuple[float, float]:
    """Width and height in pixels of a text in a label's font at that size, its lines no longer than ``room``.

    A word is never broken, so the width may be more than the room.
    """
    font = glyphs.font_for(text, label.font_name)
    measure = Measure(font_name=font, font_size=pixels, line_height=label.line_height, text_size=(room, None))
    measure.text = bidi.shaped(glyphs.drawable(text, font), room, lambda line: measure.get_extents(line)[0])
    width, height = measure.render()
    longest = max((measure.get_extents(word)[0] for word in measure.text.split()), default=0)
    return max(width, longest), height


class Body(Words):
    """A paragraph that takes the height it needs."""

    ink = ColorProperty(theme.clear)


class Strong(Body):
    """The same in bold: names, captions, what one can touch."""


class Heading(Body):
    """What is said once and large."""


class Title(AnchorLayout):
    """A heading in whatever room is left, where its line begins and in its middle."""

    key = StringProperty("")
    text = StringProperty("")
    font_size = NumericProperty(0)
    halign = StringProperty("")

    def _get_lines_height(self) -> float:
        return float(self.font_size * LINE * (self.text.count("\n") + 1))

    lines_height = AliasProperty(_get_lines_height, bind=("font_size", "text"))  # what the layout leaves it at least


class Fitting(Words):
    """Serif text as large as its box allows, between ``smallest`` and ``largest`` pixels."""

    ink = ColorProperty(theme.clear)
    largest = NumericProperty(0)
    smallest = NumericProperty(0)
    leading = NumericProperty(1)
    one_line = BooleanProperty(True)
    airy = True  # above and below its letters there is air that may be left out

    def __init__(self, **kwargs: object) -> None:
        fit = Clock.create_trigger(self._fit, -1)  # once, before it is drawn, however many of these have changed
        super().__init__(**kwargs)
        for name in ("size", "text_size", "text", "largest", "smallest", "font_name"):
            self.fbind(name, fit)
        fit()

    def _fit(self, *_: object) -> None:
        low, high = int(self.smallest), int(self.largest)
        while low < high:  # the largest that fits, by halving
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._fits(middle) else (low, middle - 1)
        self.font_size = low

    def _fits(self, pixels: int) -> bool:
        width, height = drawn_size(self, self.text, pixels, None if self.one_line else self.width)
        air = pixels * theme.serif_air if self.airy else 0
        return bool(width <= self.width and height - air <= self.height)


class Note(Fitting):
    """A short text in sans, in a box of its own: as large as usual, or as fits."""

    airy = False

    def _get_bounds(self) -> tuple[float, float | None]:
        """Kivy leaves lines out where a text with a given height stands in the middle: it centres a free one itself."""
        return self.width, None if self.valign == "middle" else self.height

    bounds = AliasProperty(_get_bounds, bind=("size", "valign"))


class Caption(Fitting):
    """The same in one line."""


kv_rules.load(__file__)
