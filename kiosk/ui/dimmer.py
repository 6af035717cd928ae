"""Darkens the panel: by its backlight where there is one, else by a dark layer over the window."""

from typing import Protocol

from kivy.core.window import Window
from kivy.graphics import Color, Rectangle

BLACKEST = 0.85  # of the layer, so that the screen can still be read


class HasBrightness(Protocol):
    """A backlight."""

    def set(self, share: float) -> bool:
        """Set it to a share of the full brightness, 0 to 1. False: it can't be set."""


class Dimmer:
    """Leaves the panel alone until its brightness is to be another than the full one."""

    def __init__(self, backlight: HasBrightness | None) -> None:
        self._backlight = backlight
        self.share = 1.0
        self._colour: Color | None = None
        self._layer: Rectangle | None = None

    def set(self, share: float) -> None:
        """Set the brightness to a share of the full one, 0 to 1."""
        if share == self.share:
            return
        self.share = share
        if self._backlight and self._backlight.set(share):
            return
        self._backlight = None
        if self._colour is None:
            with Window.canvas.after:
                self._colour = Color(0, 0, 0, 0)
                self._layer = Rectangle(size=Window.size)
            Window.bind(size=self._resize)
        self._colour.a = self.blackness

    @property
    def blackness(self) -> float:
        """How opaque the layer is, 0 to 1."""
        return 0.0 if self._backlight else BLACKEST * (1 - self.share)

    def close(self) -> None:
        """Return to the full brightness, and remove the layer."""
        self.set(1.0)
        if self._colour is not None:
            Window.unbind(size=self._resize)
            Window.canvas.after.remove(self._colour)
            Window.canvas.after.remove(self._layer)
            self._colour = self._layer = None

    def _resize(self, _: object, size: tuple[int, int]) -> None:
        if self._layer is not None:
            self._layer.size = size
