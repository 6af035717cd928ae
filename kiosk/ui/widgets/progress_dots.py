"""Progress dots at the top of a page."""

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme


class ProgressDot(Widget):
    """One stage; ``passed`` ones (and the ``current`` one, which is longer) are filled."""

    passed = BooleanProperty(False)
    current = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.width = theme.size(5.7 if self.current else 2.3)


class ProgressDots(Strip):
    """``stages`` dots, of which number ``stage`` is the current one."""

    stage = NumericProperty(0)
    stages = NumericProperty(3)

    def on_stage(self, _: object, stage: int) -> None:
        """Create the dots; none for stage 0."""
        self.clear_widgets()
        for number in range(1, int(self.stages) + 1 if stage else 1):
            self.add_widget(ProgressDot(passed=number <= stage, current=number == stage))


kv_rules.load(__file__)
