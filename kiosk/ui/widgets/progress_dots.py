"""The dots on top of a page: how far along the visitor is, and how little is left."""

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import DOTS
from kiosk.ui.style.theme import theme


class ProgressDot(Widget):
    """One stage: ``passed`` or to come; the ``present`` one is long."""

    passed = BooleanProperty(False)
    present = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.width = theme.size(5.7 if self.present else 2.3)


class ProgressDots(Strip):
    """Dot number ``stage`` of ``stages`` is where we are."""

    use = DOTS

    stage = NumericProperty(0)
    stages = NumericProperty(3)

    def on_stage(self, _: object, stage: int) -> None:
        """Draw them anew; none for stage 0."""
        self.clear_widgets()
        for place in range(1, int(self.stages) + 1 if stage else 1):
            self.add_widget(ProgressDot(passed=place <= stage, present=place == stage))


kv_rules.load(__file__)
