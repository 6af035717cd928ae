"""The base class of buttons: a key, a pressed look, and an animation while a job runs."""

from math import cos, tau

from kivy.clock import Clock
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules, sound
from kiosk.ui.style.colours import Colour, pressed
from kiosk.ui.style.theme import theme

READABLE = 0.3  # seconds that a page must have been shown before a touch acts
READABLE_TO_HOST = 1.0  # the same for a button that leads to the host's PIN page
BUSY_AFTER = 0.15  # seconds; a longer job shows the animation
BREATH = 1.6  # seconds in and out
UPDATE_INTERVAL = 0.1  # seconds


class Breathing(Widget):
    """Fades down and up while ``breathing``, after ``BUSY_AFTER`` seconds."""

    breathing = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._since = 0.0
        self._start = Clock.create_trigger(self._begin, BUSY_AFTER)
        self._updates = Clock.create_trigger(self._breathe, UPDATE_INTERVAL, interval=True)
        super().__init__(**kwargs)

    def on_breathing(self, _: object, breathing: bool) -> None:
        """Start after a moment, or stop at once."""
        self._start.cancel()
        self._updates.cancel()
        self.opacity = 1.0
        if breathing:
            self._start()

    def _begin(self, _: float) -> None:
        self._since = Clock.get_time()
        self._updates()

    def _breathe(self, _: float) -> None:
        age = Clock.get_time() - self._since
        self.opacity = 0.8 + 0.2 * cos(tau * age / BREATH)


class FocusRing(Widget):
    """Marks the focused button: two lines, one of which is visible on any ground."""

    corner = NumericProperty(0)


class Press(ButtonBehavior, Breathing, AnchorLayout):
    """A button that acts when a touch ends inside it; darker while pressed."""

    key = StringProperty("")
    spoken = StringProperty("")  # its name for reading aloud, if it has no text
    ground = ColorProperty(theme.clear)
    edge = ColorProperty(theme.clear)
    ink = ColorProperty(theme.clear)
    disabled_ground = ColorProperty(theme.clear)
    disabled_edge = ColorProperty(theme.clear)
    disabled_ink = ColorProperty(theme.clear)
    corner = NumericProperty(theme.corner)
    focused = BooleanProperty(False)  # by a keyboard or a switch
    repeats = BooleanProperty(False)  # two quick taps count twice: digits and steps
    readable_after = NumericProperty(0)  # seconds that it must have been shown, if longer than its page's

    def __init__(self, **kwargs: object) -> None:
        self._ring: FocusRing | None = None
        super().__init__(**kwargs)
        self.bind(on_press=sound.play_tick)

    def press_by_key(self, shown_for: float) -> None:
        """Act at once, so that keys act in order, and look pressed for ``shown_for`` seconds."""
        self.trigger_action(0)
        self.state = "down"
        Clock.schedule_once(self._release, shown_for)

    def _release(self, _: float) -> None:
        self.state = "normal"

    def on_focused(self, _: object, focused: bool) -> None:
        """Add or remove the ring; a hidden one would be drawn in every frame."""
        if self._ring:
            self.remove_widget(self._ring)
            self._ring = None
        if focused:
            self._ring = FocusRing(corner=self.corner)
            self.add_widget(self._ring)

    def _get_shown_ground(self) -> Colour:
        if self.disabled:
            return tuple(self.disabled_ground)
        return pressed(tuple(self.ground)) if self.state == "down" else tuple(self.ground)

    def _get_shown_edge(self) -> Colour:
        return tuple(self.disabled_edge if self.disabled else self.edge)

    def _get_rim(self) -> float:
        return 0.0 if self.shown_edge == self.shown_ground else theme.rim

    def _get_edge_size(self) -> tuple[float, float]:
        return tuple(self.size) if self.rim else (0.0, 0.0)

    def _get_shown_ink(self) -> Colour:
        return tuple(self.disabled_ink if self.disabled else self.ink)

    shown_ground = AliasProperty(_get_shown_ground, bind=("ground", "disabled_ground", "state", "disabled"))
    shown_edge = AliasProperty(_get_shown_edge, bind=("edge", "disabled_edge", "disabled"))
    rim = AliasProperty(_get_rim, bind=("shown_edge", "shown_ground"))
    edge_size = AliasProperty(
        _get_edge_size, bind=("rim", "size")
    )  # size of the edge's shape, 0 where it would be invisible
    shown_ink = AliasProperty(_get_shown_ink, bind=("ink", "disabled_ink", "disabled"))


kv_rules.load(__file__)
