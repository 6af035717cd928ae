"""Row heights in a column: fixed ones first, the others by weight within their minimum and maximum."""

import pytest


def item(weight: float = 1.0, min_height: float | None = None, max_height: float | None = None) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Item

    return Item(Widget(size_hint_min_y=min_height, size_hint_max_y=max_height), weight)


def fixed(height: float) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Item

    return Item(Widget(size_hint_y=None, height=height))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (lambda: [fixed(30), item(), item()], [30, 35, 35]),
        (lambda: [item(1), item(3)], [25, 75]),
        (lambda: [item(1, min_height=60), item(1)], [60, 40]),
        (lambda: [item(1, max_height=20), item(1)], [20, 80]),
        (lambda: [item(1, min_height=60), item(1, min_height=60)], [60, 60]),
    ],
)
def test_row_heights(rows: object, expected: list[float]) -> None:
    from kiosk.ui.layout.box import row_heights

    assert row_heights([[item] for item in rows()], 100) == pytest.approx(expected)


def test_rows_can_be_placed_at_the_bottom() -> None:
    from kiosk.ui.layout.box import Area, place_rows

    rows = [[fixed(20)], [fixed(30), fixed(30)]]
    place_rows(rows, Area(10, 0, 100, 200), 4, at_bottom=True)

    assert [item.widget.y for row in rows for item in row] == [34, 0, 0]
