"""Tiles in a pane that scrolls: rows shrink a little where all of them then fit, and the bar is beside them."""

from collections.abc import Callable

import pytest

Show = Callable[..., None]


@pytest.mark.parametrize(
    ("room", "rows", "height"),
    [
        (300, 2, 114),  # there is room
        (200, 2, 92),  # a little less for each, and both are whole
        (200, 3, 114),  # too little for three: they scroll
        (50, 1, 114),
        (200, 0, 114),
    ],
)
def test_rows_shrink_where_all_of_them_then_fit(room: float, rows: int, height: float) -> None:
    from kiosk.ui.widgets.scroll_pane import row_height

    assert row_height(room, rows, gap=16, tallest=114, shortest=88) == height


def test_the_bar_is_beside_the_tiles_and_no_row_is_cut_by_a_little(show: Show) -> None:
    from kivy.uix.boxlayout import BoxLayout

    from kiosk.ui.style.theme import theme
    from kiosk.ui.widgets.buttons import Card
    from kiosk.ui.widgets.scroll_pane import ScrollPane, TileGrid

    tallest = 4 * theme.target
    pane, grid = ScrollPane(), TileGrid(cols=2, tallest=tallest)
    for _ in range(3):
        grid.add_widget(Card(text="Open hours"))
    pane.add_widget(grid)
    box = BoxLayout(size_hint_y=None, height=2 * tallest + theme.gap - 20)
    box.add_widget(pane)
    show(box)

    assert grid.width == pane.width
    assert pane.bar_margin < 0
    assert grid.height <= pane.height
    assert grid.children[0].height == tallest - 10
