"""What every touchable thing has in common: a key, a pressed look, and a breath while an answer is awaited."""

from math import cos, tau

from kivy.clock import Clock
from kivy.properties import AliasProperty, BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules, sound
from kiosk.ui.layout.use import TOUCH
from kiosk.ui.style.colours import Colour, pressed
from kiosk.ui.style.theme import theme

READABLE = 0.3  # seconds that a page must have been on the glass before a touch on it acts
READABLE_TO_HOST = 1.0  # the same for a button that leads to the host's PIN page
PATIENCE = 0.15  # seconds; an answer that takes longer shows that it is on its way
BREATH = 1.6  # seconds in and out
FRAME = 0.1  # seconds; ten redraws a second are enough for something so slow


class Breathing(Widget):
    """Fades softly down and up while ``breathing``, once that has lasted longer than a blink."""

    breathing = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        self._since = 0.0
        self._start = Clock.create_trigger(self._begin, PATIENCE)
        self._beat = Clock.create_trigger(self._breathe, FRAME, interval=True)
        super().__init__(**kwargs)

    def on_breathing(self, _: object, breathing: bool) -> None:
        """Begin after a moment, or stop at once."""
        self._start.cancel()
        self._beat.cancel()
        self.opacity = 1.0
        if breathing:
            self._start()

    def _begin(self, _: float) -> None:
        self._since = Clock.get_time()
        self._beat()

    def _breathe(self, _: float) -> None:
        age = Clock.get_time() - self._since
        self.opacity = 0.8 + 0.2 * cos(tau * age / BREATH)


class FocusRing(Widget):
    """Shows what a key would press: two lines, one of which is seen on any ground."""

    corner = NumericProperty(0)


class Press(ButtonBehavior, Breathing, AnchorLayout):
    """A shape that acts when a finger lets go inside it; it darkens while it is held."""

    use = TOUCH

    key = StringProperty("")
    spoken = StringProperty("")  # its name where no word stands on it
    ground = ColorProperty(theme.clear)
    edge = ColorProperty(theme.clear)
    ink = ColorProperty(theme.clear)
    disabled_ground = ColorProperty(theme.clear)
    disabled_edge = ColorProperty(theme.clear)
    disabled_ink = ColorProperty(theme.clear)
    corner = NumericProperty(theme.corner)
    focused = BooleanProperty(False)  # by a keyboard or a switch
    repeats = BooleanProperty(False)  # two quick taps are two: digits and steps
    readable_after = NumericProperty(0)  # seconds that it must have been on the glass, where a page's own are too few

    def __init__(self, **kwargs: object) -> None:
        self._ring: FocusRing | None = None
        super().__init__(**kwargs)
        self.bind(on_press=sound.play_knock)

    def press_by_key(self, shown_for: float) -> None:
        """Act at once, so that keys act in their order, and look pressed for so many seconds."""
        self.trigger_action(0)
        self.state = "down"
        Clock.schedule_once(self._let_go, shown_for)

    def _let_go(self, _: float) -> None:
        self.state = "normal"

    def on_focused(self, _: object, focused: bool) -> None:
        """Wear a ring, or none: one that is not seen would be drawn in every frame all the same."""
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

    def _get_around(self) -> tuple[float, float]:
        return tuple(self.size) if self.rim else (0.0, 0.0)

    def _get_shown_ink(self) -> Colour:
        return tuple(self.disabled_ink if self.disabled else self.ink)

    shown_ground = AliasProperty(_get_shown_ground, bind=("ground", "disabled_ground", "state", "disabled"))
    shown_edge = AliasProperty(_get_shown_edge, bind=("edge", "disabled_edge", "disabled"))
    rim = AliasProperty(_get_rim, bind=("shown_edge", "shown_ground"))
    around = AliasProperty(_get_around, bind=("rim", "size"))  # its edge's shape: none where it would not be seen
    shown_ink = AliasProperty(_get_shown_ink, bind=("ink", "disabled_ink", "disabled"))


kv_rules.load(__file__)
