"""The ember: the only thing on the screen that moves by itself, and it does so slowly."""

from functools import cache
from importlib.resources import files
from math import acos, tau

from kivy.clock import Clock
from kivy.core.image import Image
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules

BREATH = 10.0  # seconds in and out: as calm as whoever looks at it may become
REST = 2.5  # seconds before the next
STEPS = 8  # from out to in, all alike, each a pixel or so: more would be redraws that nobody sees
PICTURES = (64, 128, 256)  # pixels a side, as assets/draw_ember.py draws them: a mipmap would cost a tenth of the start


def reached(step: int) -> float:
    """Seconds into a breath until so many of its steps are taken: quick in its middle, and resting at its ends."""
    return BREATH / tau * acos(1 - 2 * step / STEPS)


@cache
def picture(name: str) -> Texture:
    """One of the ember's pictures, read once."""
    return Image(str(files("assets") / "icons" / f"{name}.png")).texture


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
        self.light = picture("glow")
        self._step = 0  # of this breath in and out
        self._next = Clock.create_trigger(self._breathe)
        choose = Clock.create_trigger(self._choose, -1)  # once its size is known, before it is drawn
        super().__init__(**kwargs)
        self.fbind("size", choose)
        choose()
        for name in ("pos", "size", "breath"):
            self.fbind(name, self._place)

    def on_moving(self, _: object, moving: bool) -> None:
        """Breathe, or hold still where the breath is."""
        self._next.cancel()
        if moving:
            self._await_step()

    def _await_step(self) -> None:
        level, ahead = self._level(self._step), self._level(self._step + 1)
        rest = 0.0 if level else REST
        self._next = Clock.schedule_once(self._breathe, rest + abs(reached(ahead) - reached(level)))

    def _breathe(self, _: float) -> None:
        self._step = (self._step + 1) % (2 * STEPS)
        self.breath = self._level(self._step) / STEPS
        self._await_step()

    @staticmethod
    def _level(step: int) -> int:
        return STEPS - abs(STEPS - step)  # up, then down again

    def _choose(self, _: float) -> None:
        wanted = next((side for side in PICTURES if side >= min(self.size)), PICTURES[-1])
        self.picture = picture(f"flame-{wanted}")

    def _place(self, *_: object) -> None:
        side = min(self.size) * 0.94  # so that a breath in stays inside the box
        foot = self.center_y - side / 2
        self.flame_size = [side * (1 + 0.02 * self.breath), side * (1 + 0.06 * self.breath)]
        self.flame_pos = [self.center_x - self.flame_size[0] / 2, foot]
        spread = side * (2.3 + 0.15 * self.breath)
        self.light_size = [spread, spread]
        self.light_pos = [self.center_x - spread / 2, foot + side * 0.36 - spread / 2]


kv_rules.load(__file__)
