"""The ember: the only thing on the screen that moves by itself, and it does so slowly."""

from importlib.resources import files
from math import cos, tau

from kivy.clock import Clock
from kivy.core.image import Image
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.widgets import kv

BREATH = 6.0  # seconds in and out, about a resting person's
FRAME = 0.25  # seconds; at this pace four small redraws a second are smooth, and eight cost twice as much


class Flame(Widget):
    """A flame in the middle of its box. It breathes while ``moving``; without a ``glow`` it is a sign, not a fire."""

    moving = BooleanProperty(False)
    glowing = NumericProperty(0.0)  # how bright the light around it is, 0 to 1
    breath = NumericProperty(0.0)  # 0 out, 1 in
    picture = ObjectProperty(None)
    light = ObjectProperty(None)
    flame_pos = ListProperty([0, 0])
    flame_size = ListProperty([0, 0])
    light_pos = ListProperty([0, 0])
    light_size = ListProperty([0, 0])

    def __init__(self, **kwargs: object) -> None:
        icons = files("assets") / "icons"
        self.picture = Image(str(icons / "flame.png"), mipmap=True).texture
        self.light = Image(str(icons / "glow.png")).texture
        self._age = 0.0
        self._beat = Clock.create_trigger(self._breathe, FRAME, interval=True)
        super().__init__(**kwargs)
        for name in ("pos", "size", "breath"):
            self.fbind(name, self._place)

    def on_moving(self, _: object, moving: bool) -> None:
        """Breathe, or hold still where the breath is."""
        self._beat.cancel()
        if moving:
            self._beat()

    def _breathe(self, passed: float) -> None:
        self._age = (self._age + passed) % BREATH
        self.breath = (1 - cos(tau * self._age / BREATH)) / 2

    def _place(self, *_: object) -> None:
        side = min(self.size) * 0.94  # so that a breath in stays inside the box
        foot = self.center_y - side / 2
        self.flame_size = [side * (1 + 0.02 * self.breath), side * (1 + 0.06 * self.breath)]
        self.flame_pos = [self.center_x - self.flame_size[0] / 2, foot]
        spread = side * (2.3 + 0.15 * self.breath)
        self.light_size = [spread, spread]
        self.light_pos = [self.center_x - spread / 2, foot + side * 0.36 - spread / 2]


kv.load(__file__)
