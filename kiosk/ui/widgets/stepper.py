"""A number between a minus and a plus button, which repeat while they are held."""

from kivy.clock import Clock
from kivy.properties import AliasProperty, NumericProperty, StringProperty

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Sides
from kiosk.ui.layout.strip import Strip
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Card

HOLD_S = 0.5  # seconds until a held button repeats
STEP_INTERVAL = 0.12  # seconds
SMALL_STEPS, BIG_STEP = 8, 10  # a button that is held steps by one so many times, then by ten


class Step(Card):
    """A minus or plus button: dispatches ``on_step`` when it is released, or repeatedly while it is held."""

    __events__ = ("on_step",)

    def __init__(self, **kwargs: object) -> None:
        self._run_later = Clock.create_trigger(self._start_running, HOLD_S)
        self._steps = Clock.create_trigger(lambda _: self._step(), STEP_INTERVAL, interval=True)
        self._runs = 0  # steps since it was pressed
        super().__init__(repeats=True, **kwargs)

    def on_press(self) -> None:
        """Start waiting for repeats."""
        self._runs = 0
        self._run_later()

    def on_release(self) -> None:
        """One step, if it hasn't repeated."""
        if not self._runs:
            self.dispatch("on_step", 1)

    def on_state(self, _: object, state: str) -> None:
        """Stop repeating when the touch ends, also outside."""
        if state == "normal":
            self._run_later.cancel()
            self._steps.cancel()

    def _start_running(self, _: float) -> None:
        self._runs = 1
        self._steps()

    def _step(self) -> None:
        if self.disabled:
            self._steps.cancel()
        else:
            self.dispatch("on_step", 1 if self._runs <= SMALL_STEPS else BIG_STEP)
            self._runs += 1

    def on_step(self, by: int) -> None:
        """A step up or down by so many."""


class Stepper(Strip):
    """``value`` between ``least`` and ``most``; its buttons' keys are ``name_minus`` and ``name_plus``."""

    __events__ = ("on_change",)

    name = StringProperty("")
    about = StringProperty("")  # what it counts, for reading aloud
    value = NumericProperty(0)
    least = NumericProperty(0)
    most = NumericProperty(99)
    step_width = NumericProperty(theme.size(18))
    between = NumericProperty(theme.gap)

    def on_width(self, _: object, width: float) -> None:
        """Make the buttons narrower where the number needs the room."""
        is_narrow = width < theme.size(52)
        self.step_width, self.between = (theme.target, theme.small_gap) if is_narrow else (theme.size(18), theme.gap)

    def _get_at_least(self) -> bool:
        return bool(self.value <= self.least)

    def _get_at_most(self) -> bool:
        return bool(self.value >= self.most)

    at_least = AliasProperty(_get_at_least, bind=("value", "least"))
    at_most = AliasProperty(_get_at_most, bind=("value", "most"))

    def move(self, by: int) -> None:
        """Change the value within its limits and dispatch ``on_change`` with it."""
        self.value = min(self.most, max(self.least, self.value + by))
        self.dispatch("on_change", int(self.value))

    def on_change(self, value: int) -> None:
        """The value was changed."""


class Counted(Sides):
    """A label and its Stepper, one above the other on a narrow page."""

    __events__ = ("on_change",)

    name = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    value = NumericProperty(0)
    most = NumericProperty(99)

    least_height = NumericProperty(theme.target)

    def on_upright(self, _: object, upright: bool) -> None:
        """Set the height; in low reach, where two are side by side, the label may have three lines."""
        self.share_upright, lines = (0.52, 2.3) if theme.low else (0.36, 1.66)
        self.least_height = theme.target * lines if upright else theme.target

    def should_stack(self) -> bool:
        """On a narrow page."""
        return bool(self.width < theme.narrow)

    def on_change(self, value: int) -> None:
        """The value was changed."""


kv_rules.load(__file__)
