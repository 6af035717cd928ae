"""What has been typed so far: four boxes for a code that one may see, dots for a PIN that nobody may."""

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.widgets.press import Breathing


class CodeBox(BoxLayout):
    """One box, with its digit once it is typed; the ``next`` one to fill has an ember rim."""

    digit = StringProperty("")
    next = BooleanProperty(False)


class CodeBoxes(Breathing, BoxLayout):
    """A box for each digit of ``text``."""

    text = StringProperty("")
    places = NumericProperty(4)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._boxes = [CodeBox() for _ in range(int(self.places))]
        for box in self._boxes:
            self.add_widget(box)
        self.on_text(self, self.text)

    def on_text(self, _: object, text: str) -> None:
        """Fill the boxes from the left."""
        for place, box in enumerate(self._boxes):
            box.digit = text[place : place + 1]
            box.next = place == len(text)


class NumberBox(Breathing, BoxLayout):
    """One box, as wide as a number may get."""

    text = StringProperty("")


class PinDot(Widget):
    """One place of a PIN."""

    filled = BooleanProperty(False)


class PinDots(Breathing, BoxLayout):
    """A dot for each place: at least ``fewest``, and one more for each digit beyond them."""

    filled = NumericProperty(0)
    fewest = NumericProperty(6)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.on_filled(self, self.filled)

    def on_filled(self, _: object, filled: int) -> None:
        """As many dots as the PIN has digits are dark."""
        self.clear_widgets()
        for place in range(max(int(self.fewest), int(filled))):
            self.add_widget(PinDot(filled=place < filled))


kv_rules.load(__file__)
