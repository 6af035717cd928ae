"""Heights in a column: fixed ones first, the others by weight within their minimum and maximum."""

from collections.abc import Callable

import pytest


def part(weight: float = 1.0, min_height: float | None = None, max_height: float | None = None) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Part

    return Part(Widget(size_hint_min_y=min_height, size_hint_max_y=max_height), weight)


def fixed(height: float) -> object:
    from kivy.uix.widget import Widget

    from kiosk.ui.layout.box import Part

    return Part(Widget(size_hint_y=None, height=height))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (lambda: [fixed(30), part(), part()], [30, 35, 35]),
        (lambda: [part(1), part(3)], [25, 75]),
        (lambda: [part(1, min_height=60), part(1)], [60, 40]),
        (lambda: [part(1, max_height=20), part(1)], [20, 80]),
        (lambda: [part(1, min_height=60), part(1, min_height=60)], [60, 60]),
    ],
)
def test_part_heights(parts: Callable[[], list[object]], expected: list[float]) -> None:
    from kiosk.ui.layout.box import part_heights

    assert part_heights(parts(), 100) == pytest.approx(expected)


def test_parts_can_be_placed_at_the_bottom() -> None:
    from kiosk.ui.layout.box import Area, place_parts

    parts = [fixed(20), fixed(30)]
    place_parts(parts, Area(10, 0, 100, 200), 4, at_bottom=True)

    assert [part.widget.y for part in parts] == [34, 0]
