"""Practice is marked on every page: a frame in the margins, with the word in the language of the screens."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from sync.languages import LANGUAGES, SOURCE

if TYPE_CHECKING:
    from kiosk.ui.widgets.practice_mark import PracticeMark

Pixel = tuple[int, ...]


@pytest.fixture
def mark(frames: Callable[[int], None]) -> Iterator["PracticeMark"]:
    from kiosk.ui.style.theme import theme
    from kiosk.ui.widgets.practice_mark import PracticeMark

    theme.is_practice = False
    mark = PracticeMark()
    yield mark
    theme.is_practice, theme.language = False, SOURCE
    mark.close()


@pytest.fixture
def edge(frames: Callable[[int], None]) -> Iterator[Callable[[], list[Pixel]]]:
    """Reads the colours at the left edge of the window and just within a page's margin."""
    from kivy.core.window import Window
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    from kiosk.ui.style.theme import theme

    seen: list[list[Pixel]] = []

    def record(*_: object) -> None:
        places = (2, round(theme.edge))
        seen.append([tuple(glReadPixels(x, 100, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE)[:3]) for x in places])

    def read() -> list[Pixel]:
        Window.canvas.ask_update()
        frames(3)
        return seen[-1]

    Window.bind(on_flip=record)
    yield read
    Window.unbind(on_flip=record)


def test_a_frame_is_drawn_in_the_margin_while_it_is_practice(
    mark: "PracticeMark", edge: Callable[[], list[Pixel]]
) -> None:
    from kiosk.ui.style.theme import theme

    before = edge()
    theme.is_practice = True
    framed = edge()
    theme.is_practice = False

    amber = tuple(round(part * 255) for part in theme.amber[:3])
    assert all(abs(a - b) <= 2 for a, b in zip(framed[0], amber, strict=True))
    assert framed[1] == before[1], "what a page shows is not covered"
    assert edge() == before


def test_its_word_is_in_the_language_of_the_screens(mark: "PracticeMark") -> None:
    from kiosk.ui.style.theme import theme

    assert mark.word == ""
    theme.is_practice = True
    words = set()
    for theme.language in LANGUAGES:
        words.add(mark.word)

    assert len(words) == len(LANGUAGES)
