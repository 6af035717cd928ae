"""Labels: headings in serif, other texts in sans, and texts that shrink to fit."""

from functools import lru_cache

from kivy.clock import Clock
from kivy.core.text import Label as Measure
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.label import Label

from kiosk.ui import kv_rules
from kiosk.ui.layout.use import Use
from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi, glyphs

LINE = 1.08  # height of a heading's line, in font sizes


class TextLabel(Label):
    """A label for text in either direction; ``text`` is in reading order."""

    use = Use.READ

    key = StringProperty("")
    private = BooleanProperty(False)  # its numbers must not be read aloud through a loudspeaker

    def texture_update(self, *args: object) -> None:
        """Draw the characters that the fonts have, with right-to-left text joined and reordered."""
        font = glyphs.font_for(self.text, self.font_name)
        if font != self._label.options["font_name"]:
            self._label.options["font_name"] = font
            self._label.resolve_font_name()
        text = glyphs.drawable(self.text, font)
        self._label.text = bidi.shaped(text, self.text_size[0], self._measure_text)
        super().texture_update(*args)

    def _measure_text(self, text: str) -> float:
        font = glyphs.font_for(self.text, self.font_name)
        return float(Measure(font_name=font, font_size=self.font_size).get_extents(text)[0])


def drawn_size(label: TextLabel, text: str, pixels: int, max_width: float | None) -> tuple[float, float]:
    """Width and height in pixels of a text in a label's font at a size, in lines of at most ``max_width`` pixels.

    Words are not broken, so the width may exceed ``max_width``.
    """
    return _drawn_size(text, glyphs.font_for(text, label.font_name), pixels, label.line_height, max_width)


@lru_cache(maxsize=4096)  # texts come again with every page, and halving asks for the same sizes
def _drawn_size(text: str, font: str, pixels: int, line_height: float, max_width: float | None) -> tuple[float, float]:
    measure = Measure(font_name=font, font_size=pixels, line_height=line_height, text_size=(max_width, None))
    measure.text = bidi.shaped(glyphs.drawable(text, font), max_width, lambda line: measure.get_extents(line)[0])
    width, height = measure.render()
    longest = max((measure.get_extents(word)[0] for word in measure.text.split()), default=0)
    return max(width, longest), height


class Body(TextLabel):
    """A paragraph with the height of its text."""

    ink = ColorProperty(theme.clear)


class Strong(Body):
    """A paragraph in bold."""


class Heading(Body):
    """A heading with the height of its text."""


class Title(AnchorLayout):
    """A heading that is vertically centred in the remaining height."""

    use = Use.READ

    key = StringProperty("")
    text = StringProperty("")
    font_size = NumericProperty(0)
    halign = StringProperty("")

    def _get_lines_height(self) -> float:
        return float(self.font_size * LINE * (self.text.count("\n") + 1))

    lines_height = AliasProperty(_get_lines_height, bind=("font_size", "text"))  # minimum height for layouts


class Fitting(TextLabel):
    """Serif text as large as its box allows, between ``smallest`` and ``largest`` pixels."""

    ink = ColorProperty(theme.clear)
    largest = NumericProperty(0)
    smallest = NumericProperty(0)
    leading = NumericProperty(1)
    one_line = BooleanProperty(True)
    airy = True  # the space above and below its letters may be cut off

    def __init__(self, **kwargs: object) -> None:
        fit = Clock.create_trigger(self._fit, -1)  # once a frame, before drawing
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
    """A short text in sans that shrinks to fit its box."""

    airy = False

    def _get_bounds(self) -> tuple[float, float | None]:
        """Kivy drops lines of a centred text with a fixed height, so a centred text gets none."""
        return self.width, None if self.valign == "middle" else self.height

    bounds = AliasProperty(_get_bounds, bind=("size", "valign"))


class Caption(Fitting):
    """A short text in sans in one line."""


kv_rules.load(__file__)
