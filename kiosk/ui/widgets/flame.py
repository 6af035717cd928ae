"""The ember, a flame that breathes: the only animation on the screen, and a slow one."""

from functools import cache
from importlib.resources import files
from math import acos, tau

from kivy.clock import Clock
from kivy.core.image import Image
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules

BREATH = 10.0  # seconds in and out
PAUSE = 2.5  # seconds between two breaths
STEPS = 8  # from out to in, equal and about a pixel each: more would cost redraws without a visible difference
PICTURES = (64, 128, 256)  # pixels a side, as assets/draw_ember.py draws them: a mipmap would cost a tenth of the start


def seconds_to_step(step: int) -> float:
    """Seconds from the start of a breath to its step ``step``: a cosine, slow at both ends."""
    return BREATH / tau * acos(1 - 2 * step / STEPS)


@cache
def picture(name: str) -> Texture:
    """One of the ember's pictures, cached."""
    return Image(str(files("assets") / "icons" / f"{name}.png")).texture


class Flame(Widget):
    """A flame centred in its box, animated while ``moving``; ``glowing`` adds a light around it."""

    moving = BooleanProperty(False)
    glowing = NumericProperty(0.0)  # brightness of the light, 0 to 1
    breath = NumericProperty(0.0)  # 0 out, 1 in
    picture = ObjectProperty(None)
    light = ObjectProperty(None)
    flame_pos = ListProperty([0, 0])
    flame_size = ListProperty([0, 0])
    light_pos = ListProperty([0, 0])
    light_size = ListProperty([0, 0])

    def __init__(self, **kwargs: object) -> None:
        self.light = picture("glow")
        self._step = 0  # of the current breath in and out
        self._next = Clock.create_trigger(self._breathe)
        choose = Clock.create_trigger(self._choose, -1)  # once its size is known, before it is drawn
        super().__init__(**kwargs)
        self.fbind("size", choose)
        choose()
        for name in ("pos", "size", "breath"):
            self.fbind(name, self._place)

    def on_moving(self, _: object, moving: bool) -> None:
        """Start or stop the animation."""
        self._next.cancel()
        if moving:
            self._await_step()

    def _await_step(self) -> None:
        level, ahead = self._level(self._step), self._level(self._step + 1)
        pause = 0.0 if level else PAUSE
        self._next = Clock.schedule_once(self._breathe, pause + abs(seconds_to_step(ahead) - seconds_to_step(level)))

    def _breathe(self, _: float) -> None:
        self._step = (self._step + 1) % (2 * STEPS)
        self.breath = self._level(self._step) / STEPS
        self._await_step()

    @staticmethod
    def _level(step: int) -> int:
        return STEPS - abs(STEPS - step)  # up, then down again

    def _choose(self, _: float) -> None:
        side_needed = next((side for side in PICTURES if side >= min(self.size)), PICTURES[-1])
        self.picture = picture(f"flame-{side_needed}")

    def _place(self, *_: object) -> None:
        side = min(self.size) * 0.94  # stays inside the box when it grows
        bottom = self.center_y - side / 2
        self.flame_size = [side * (1 + 0.02 * self.breath), side * (1 + 0.06 * self.breath)]
        self.flame_pos = [self.center_x - self.flame_size[0] / 2, bottom]
        spread = side * (2.3 + 0.15 * self.breath)
        self.light_size = [spread, spread]
        self.light_pos = [self.center_x - spread / 2, bottom + side * 0.36 - spread / 2]


kv_rules.load(__file__)
