"""A frame around the window with the word “Practice”, over every page while only practice sessions are open.

It stays in the pages' margins, so it covers nothing and no page changes its layout.
"""

from kivy.core.text import Label
from kivy.core.window import Window
from kivy.graphics import Color, InstructionGroup, Rectangle, RoundedRectangle
from kivy.graphics.instructions import Instruction

from kiosk.ui.style.theme import theme
from kiosk.ui.text import bidi
from kiosk.ui.text.i18n import say

FRAME = theme.size(1.1)  # its width
TAB = theme.size(4.2)  # height of the tab with the word: the margin of a page
LETTERS = theme.size(3.5)


class PracticeMark:
    """Draws itself over the window's pages, as long as ``theme.is_practice``, in the language of the screens."""

    def __init__(self) -> None:
        self._drawn = InstructionGroup()
        self.word = ""  # as it is drawn; empty: nothing is
        Window.canvas.after.add(self._drawn)
        theme.bind(is_practice=self._draw, language=self._draw)
        Window.bind(size=self._draw)
        self._draw()

    def close(self) -> None:
        """Remove it."""
        theme.unbind(is_practice=self._draw, language=self._draw)
        Window.unbind(size=self._draw)
        Window.canvas.after.remove(self._drawn)

    def _draw(self, *_: object) -> None:
        self._drawn.clear()
        self.word = say("Practice") if theme.is_practice else ""
        if self.word:
            for instruction in self._instructions(*Window.size):
                self._drawn.add(instruction)
        Window.canvas.ask_update()

    def _instructions(self, width: float, height: float) -> list[Instruction]:
        word = Label(font_name=theme.bold, font_size=LETTERS)
        word.text = bidi.shaped(self.word, None, lambda line: word.get_extents(line)[0])
        word.refresh()
        word_width, word_height = word.texture.size
        tab_width = word_width + 2 * theme.gap
        left = round((width - tab_width) / 2)
        across, upright = (width, FRAME), (FRAME, height)
        sides = (((0, 0), across), ((0, height - FRAME), across), ((0, 0), upright), ((width - FRAME, 0), upright))
        corners = [(0, 0), (0, 0), (TAB / 2, TAB / 2), (TAB / 2, TAB / 2)]  # of the tab, whose foot is round
        return [
            Color(*theme.amber),
            *(Rectangle(pos=pos, size=size) for pos, size in sides),
            RoundedRectangle(pos=(left, height - TAB), size=(tab_width, TAB), radius=corners),
            Color(*theme.oak_foot),
            Rectangle(
                texture=word.texture,
                pos=(left + theme.gap, round(height - TAB / 2 - word_height / 2)),
                size=word.texture.size,
            ),
        ]
