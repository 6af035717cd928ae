"""Arranges controls in half a panel: in one column, else in pairs, else with the last one beside the others."""

from collections.abc import Iterator, Sequence

from kivy.uix.gridlayout import GridLayout

from kiosk.ui.layout.box import Area, Item, Row, min_total_height, place_rows, place_widget
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import TOUCH, contains, is_for
from kiosk.ui.style.theme import theme


def place_controls(texts: list[Row], controls: Sequence[Item], area: Area, spacing: float) -> None:
    """Place ``texts`` and below them ``controls``, in the first arrangement that fits the area.

    Each arrangement is also tried with buttons of the smallest touch height.
    """
    single: list[Row] = [*texts, *([item] for item in controls)]
    pairs: list[Row] = [*texts, *_pairs(controls)]
    for rows in (single, pairs):
        if min_total_height(rows, spacing) <= area.height or len(controls) < 2:
            place_rows(rows, area, spacing, at_bottom=True)
            return
        compact = [[_compact(item) for item in row] for row in rows]
        if min_total_height(compact, spacing) <= area.height:
            place_rows(compact, area, spacing, at_bottom=True)
            return
    rows = [*texts, *_pairs(controls[:-1])]
    columns = max(_column_count(row) for row in rows)
    is_equal = len(controls) == 2  # and not pairs that need the room
    width = (area.width - spacing * columns) / (columns + 1) if is_equal else max(theme.size(27), area.width * 0.24)
    start, end = Area(area.x, area.y, area.width - width - spacing, area.height), area.x + area.width - width
    if theme.rtl:
        start, end = Area(area.x + width + spacing, area.y, start.width, area.height), area.x
    place_rows(rows, start, spacing, at_bottom=True)
    place_widget(controls[-1].widget, Area(end, area.y, width, area.height), fill=True)


def _compact(item: Item) -> Item:
    """The item with the smallest touch height, if it is a button with a larger fixed height."""
    fixed = item.height or item.widget.height
    if item.widget.size_hint_y is None and contains(item.widget, TOUCH) and fixed > theme.target:
        return Item(item.widget, height=theme.target)
    return item


def _column_count(row: Row) -> int:
    if len(row) == 1 and isinstance(row[0].widget, Strip) and row[0].widget.orientation == "horizontal":
        return len(row[0].widget.children)
    grid = row[0].widget
    return int(grid.cols) if isinstance(grid, GridLayout) else len(row)


def _pairs(items: Sequence[Item]) -> Iterator[Row]:
    """Two consecutive controls of the same class share a row."""
    remaining = list(items)
    while remaining:
        first = remaining.pop(0)
        if (
            remaining
            and type(remaining[0].widget) is type(first.widget)
            and (isinstance(first.widget, Strip) or is_for(first.widget, TOUCH))
        ):
            yield [first, remaining.pop(0)]
        else:
            yield [first]
