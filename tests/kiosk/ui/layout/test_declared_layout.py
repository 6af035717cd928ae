"""In low reach a page is arranged as its kv rule declares, whatever its boxes contain."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

Show = Callable[..., None]

PANES = """
Column:
    ReadPane:
        Strip:
            id: texts
            Card:
                text: "A sample of a button"
    TouchPane:
        Strip:
            id: controls
            Note:
                text: "A text among controls"
"""
UNDECLARED = """
Column:
    Title:
        id: title
        text: "A heading"
    Strip:
        id: first
    Strip:
        id: second
"""
SIDE = """
Column:
    ReadPane:
        Title:
            text: "A heading"
    TouchPane:
        LowRow:
            Strip:
                id: first
            Strip:
                id: second
    SidePane:
        Strip:
            id: last
"""
NAVIGATION = """
Column:
    TopBar:
        id: top
        stage: 2
    ReadPane:
        Title:
            id: title
            text: "A heading"
    Either:
        id: either
        shown: "few"
        Case:
            name: "few"
            TouchPane:
                Ember:
                    id: few
                    text: "Few"
        Case:
            name: "many"
            TouchPane:
                Ember:
                    id: many
                    text: "Many"
"""


@pytest.fixture
def low_page(show: Show) -> Iterator[Callable[[str], object]]:
    """Shows a page's content in low reach."""
    from kivy.lang import Builder

    from kiosk.ui import widget_factory
    from kiosk.ui.style.theme import theme

    def put(rule: str) -> object:
        content = Builder.load_string(rule)
        show(content)
        return content

    widget_factory.register()
    theme.low = True
    yield put
    theme.low = False


def middle() -> float:
    from kivy.core.window import Window

    return float(Window.height / 2)


def test_a_pane_declares_what_its_boxes_are_for(low_page: Callable[[str], object]) -> None:
    ids = low_page(PANES).ids

    assert ids.texts.y >= middle()
    assert ids.controls.top <= middle()


def test_boxes_without_a_pane_are_within_reach(low_page: Callable[[str], object]) -> None:
    ids = low_page(UNDECLARED).ids

    assert ids.title.y >= middle()
    assert max(ids.first.top, ids.second.top) <= middle()


def test_side_controls_are_beside_the_others(low_page: Callable[[str], object]) -> None:
    ids = low_page(SIDE).ids
    row = [ids.first, ids.second, ids.last]

    assert all(before.right < after.x for before, after in pairwise(row))
    assert max(box.top for box in row) <= middle()


def test_progress_dots_are_on_top_and_stay_in_the_navigation(low_page: Callable[[str], object]) -> None:
    ids = low_page(NAVIGATION).ids
    dots = ids.top.dots

    assert dots in ids.top.children
    assert ids.top.top <= middle()
    assert dots.to_window(0, dots.y)[1] >= ids.title.top


def test_the_controls_of_another_case_are_placed(
    low_page: Callable[[str], object], frames: Callable[[int], None]
) -> None:
    ids = low_page(NAVIGATION).ids

    ids.either.shown = "many"
    frames(2)

    assert (ids.many.x, ids.many.top) == (ids.few.x, ids.few.top)
    assert ids.many.right < ids.top.x


def test_a_page_of_low_reach_that_is_still_there_lays_out_itself_again(
    low_page: Callable[[str], object], frames: Callable[[int], None]
) -> None:
    from kiosk.ui.layout.spread import spreads_in
    from kiosk.ui.style.theme import theme

    content = low_page(PANES)
    theme.low = False

    content.width -= 1
    frames(2)

    assert all(box.layout_delegate is None for box in spreads_in(content)), "the page and its panes call each other"
