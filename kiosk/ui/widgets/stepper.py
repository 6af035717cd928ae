"""A number between a minus and a plus; holding one of them runs on."""

from kivy.clock import Clock
from kivy.properties import AliasProperty, NumericProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Sides
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Card

HOLD = 0.5  # seconds until a held button runs
PACE = 0.12  # seconds between its steps


class Step(Card):
    """A minus or a plus: says ``on_step`` when it is let go, or again and again while it is held."""

    __events__ = ("on_step",)

    def __init__(self, **kwargs: object) -> None:
        self._hold = Clock.create_trigger(self._begin_to_run, HOLD)
        self._run = Clock.create_trigger(lambda _: self._step(), PACE, interval=True)
        self._ran = False
        super().__init__(repeats=True, **kwargs)

    def on_press(self) -> None:
        """Held from now on."""
        self._ran = False
        self._hold()

    def on_release(self) -> None:
        """Let go inside: one step, if it hasn't run."""
        if not self._ran:
            self.dispatch("on_step")

    def on_state(self, _: object, state: str) -> None:
        """No longer held, wherever the finger left."""
        if state == "normal":
            self._hold.cancel()
            self._run.cancel()

    def _begin_to_run(self, _: float) -> None:
        self._ran = True
        self._run()

    def _step(self) -> None:
        if self.disabled:
            self._run.cancel()
        else:
            self.dispatch("on_step")

    def on_step(self) -> None:
        """One more, or one less."""


class Stepper(Strip):
    """``value`` between ``least`` and ``most``; its buttons' keys are ``name_minus`` and ``name_plus``."""

    __events__ = ("on_change",)

    name = StringProperty("")
    about = StringProperty("")  # what it counts, for whoever hears it
    value = NumericProperty(0)
    least = NumericProperty(0)
    most = NumericProperty(99)
    step_width = NumericProperty(theme.size(18))
    between = NumericProperty(theme.gap)

    def on_width(self, _: object, width: float) -> None:
        """The number needs its room as well."""
        narrow = width < theme.size(52)
        self.step_width, self.between = (theme.target, theme.small_gap) if narrow else (theme.size(18), theme.gap)

    def _get_at_least(self) -> bool:
        return bool(self.value <= self.least)

    def _get_at_most(self) -> bool:
        return bool(self.value >= self.most)

    at_least = AliasProperty(_get_at_least, bind=("value", "least"))
    at_most = AliasProperty(_get_at_most, bind=("value", "most"))

    def move(self, by: int) -> None:
        """One step, never past the ends; ``on_change`` carries the new value."""
        self.value = min(self.most, max(self.least, self.value + by))
        self.dispatch("on_change", int(self.value))

    def on_change(self, value: int) -> None:
        """Somebody stepped."""


class Counted(Sides):
    """What is counted, and the stepper that counts it; on a narrow page one above the other."""

    __events__ = ("on_change",)

    name = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    value = NumericProperty(0)
    most = NumericProperty(99)

    least_height = NumericProperty(theme.target)

    def on_upright(self, _: object, upright: bool) -> None:
        """Two lines need more room; where they are in pairs, the words may take three."""
        self.share_upright, lines = (0.52, 2.3) if theme.low else (0.36, 1.66)
        self.least_height = theme.target * lines if upright else theme.target

    def stands(self) -> bool:
        """Where there is no room for both in one row."""
        return bool(self.width < theme.narrow)

    def on_change(self, value: int) -> None:
        """Somebody stepped."""


kv_rules.load(__file__)
