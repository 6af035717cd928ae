"""Displays of typed digits: four boxes for a code, one for a number, dots for a PIN."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.widgets.press import Breathing


class CodeBox(BoxLayout):
    """A box for one digit; the ``next`` one to fill has an ember border."""

    digit = StringProperty("")
    next = BooleanProperty(False)


class CodeBoxes(Breathing, BoxLayout):
    """A box for each digit of ``text``."""

    text = StringProperty("")
    digit_count = NumericProperty(4)

    def __init__(self, **kwargs: object) -> None:
        self._boxes: list[CodeBox] = []
        super().__init__(**kwargs)
        self.on_digit_count(self, self.digit_count)

    def on_digit_count(self, _: object, count: float) -> None:
        """Make as many boxes."""
        self.clear_widgets()
        self._boxes = [CodeBox() for _ in range(int(count))]
        for box in self._boxes:
            self.add_widget(box)
        self.on_text(self, self.text)

    def on_text(self, _: object, text: str) -> None:
        """Fill the boxes from the left."""
        for position, box in enumerate(self._boxes):
            box.digit = text[position : position + 1]
            box.next = position == len(text)


class NumberBox(Breathing, BoxLayout):
    """A box for a whole number."""

    text = StringProperty("")


class TextBox(Breathing, BoxLayout):
    """A box for a name, in one or two lines. A proposal, which typing replaces, is shown in soft ink."""

    text = StringProperty("")
    is_proposed = BooleanProperty(False)


class PinDot(Widget):
    """A digit of a PIN."""

    filled = BooleanProperty(False)


class PinDots(Breathing, BoxLayout):
    """A dot for each digit, at least ``min_dots``."""

    filled = NumericProperty(0)
    min_dots = NumericProperty(6)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.on_filled(self, self.filled)

    def on_filled(self, _: object, filled: int) -> None:
        """Fill as many dots as there are digits."""
        self.clear_widgets()
        for position in range(max(int(self.min_dots), int(filled))):
            self.add_widget(PinDot(filled=position < filled))


kv_rules.load(__file__)
