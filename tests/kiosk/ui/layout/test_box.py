"""Heights in a column: fixed ones first, the others by weight, none below what it needs or above what it may be."""

import pytest


def item(weight: float = 1.0, least: float | None = None, most: float | None = None) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Item

    return Item(Widget(size_hint_min_y=least, size_hint_max_y=most), weight)


def fixed(height: float) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Item

    return Item(Widget(size_hint_y=None, height=height))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (lambda: [fixed(30), item(), item()], [30, 35, 35]),
        (lambda: [item(1), item(3)], [25, 75]),
        (lambda: [item(1, least=60), item(1)], [60, 40]),
        (lambda: [item(1, most=20), item(1)], [20, 80]),
        (lambda: [item(1, least=60), item(1, least=60)], [60, 60]),
    ],
)
def test_heights(rows: object, found: list[float]) -> None:
    from kiosk.ui.layout.box import heights

    assert heights([[one] for one in rows()], 100) == pytest.approx(found)


def test_rows_that_leave_room_stand_at_the_foot() -> None:
    from kiosk.ui.layout.box import Area, place

    rows = [[fixed(20)], [fixed(30), fixed(30)]]
    place(rows, Area(10, 0, 100, 200), 4, at_foot=True)

    assert [one.widget.y for row in rows for one in row] == [34, 0, 0]
