"""Text: headings in serif, everything else in the hyperlegible sans, and large text that shrinks until it fits."""

from kivy.core.text import Label as Measure
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.label import Label

from kiosk.widgets import kv, theme


class Body(Label):
    """A paragraph that takes the height it needs."""

    key = StringProperty("")
    ink = ColorProperty(theme.ink)


class Strong(Body):
    """The same in bold: names, captions, what one can touch."""


class Heading(Body):
    """What is said once and large."""


class Title(AnchorLayout):
    """A heading in whatever room is left, at its left and in its middle."""

    key = StringProperty("")
    text = StringProperty("")
    font_size = NumericProperty(theme.heading_text)
    halign = StringProperty("left")


class Fitting(Label):
    """Serif text as large as its box allows, between ``smallest`` and ``largest`` pixels."""

    key = StringProperty("")
    ink = ColorProperty(theme.ink)
    largest = NumericProperty(theme.large_text)
    smallest = NumericProperty(theme.small_text)
    leading = NumericProperty(theme.serif_leading)
    one_line = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("size", "text", "largest", "font_name"):
            self.fbind(name, self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        low, high = int(self.smallest), int(self.largest)
        while low < high:  # the largest that fits, by halving
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._fits(middle) else (low, middle - 1)
        self.font_size = low

    def _fits(self, pixels: int) -> bool:
        room = None if self.one_line else self.width
        measure = Measure(
            text=self.text,
            font_name=self.font_name,
            font_size=pixels,
            line_height=self.leading,
            text_size=(room, None),
            halign=self.halign,
        )
        width, height = measure.render()
        longest = max((measure.get_extents(word)[0] for word in self.text.split()), default=0)
        seen = height - pixels * theme.serif_air
        return bool(width <= self.width and longest <= self.width and seen <= self.height)


kv.load(__file__)
