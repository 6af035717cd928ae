"""What is touched, in half a panel: in one column if that fits, else in pairs, else with the last beside the rest."""

from collections.abc import Iterator, Sequence

from kivy.uix.gridlayout import GridLayout

from kiosk.ui.layout.box import Area, Item, Row, needed, place, put
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import TOUCH, contains, is_for
from kiosk.ui.style.theme import theme


def fold(texts: list[Row], touched: Sequence[Item], area: Area, spacing: float) -> None:
    """In one column if that fits, else in pairs, else with the last beside the rest."""
    single: list[Row] = [*texts, *([item] for item in touched)]
    pairs: list[Row] = [*texts, *_pairs(touched)]
    for rows in (single, pairs):
        if needed(rows, spacing) <= area.height or len(touched) < 2:
            place(rows, area, spacing, at_foot=True)
            return
        tight = [[_tight(item) for item in row] for row in rows]
        if needed(tight, spacing) <= area.height:
            place(tight, area, spacing, at_foot=True)
            return
    rows = [*texts, *_pairs(touched[:-1])]
    columns = max(_columns(row) for row in rows)
    alike = len(touched) == 2  # and not pairs that need the room
    width = (area.width - spacing * columns) / (columns + 1) if alike else max(theme.size(27), area.width * 0.24)
    start, end = Area(area.x, area.y, area.width - width - spacing, area.height), area.x + area.width - width
    if theme.rtl:
        start, end = Area(area.x + width + spacing, area.y, start.width, area.height), area.x
    place(rows, start, spacing, at_foot=True)
    put(touched[-1].widget, Area(end, area.y, width, area.height), fill=True)


def _tight(item: Item) -> Item:
    """Buttons that are high by habit can be as high as a finger needs."""
    fixed = item.height or item.widget.height
    if item.widget.size_hint_y is None and contains(item.widget, TOUCH) and fixed > theme.target:
        return Item(item.widget, height=theme.target)
    return item


def _columns(row: Row) -> int:
    if len(row) == 1 and isinstance(row[0].widget, Strip) and row[0].widget.orientation == "horizontal":
        return len(row[0].widget.children)
    grid = row[0].widget
    return int(grid.cols) if isinstance(grid, GridLayout) else len(row)


def _pairs(items: Sequence[Item]) -> Iterator[Row]:
    """Two of a kind that follow each other share a row."""
    rest = list(items)
    while rest:
        first = rest.pop(0)
        if (
            rest
            and type(rest[0].widget) is type(first.widget)
            and (isinstance(first.widget, Strip) or is_for(first.widget, TOUCH))
        ):
            yield [first, rest.pop(0)]
        else:
            yield [first]
