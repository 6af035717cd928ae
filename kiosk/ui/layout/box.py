"""A vertical box layout as plain functions, for low reach: row heights, and the position of each widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui.layout.use import TOUCH, is_for
from kiosk.ui.style.theme import theme


@dataclass(frozen=True)
class Item:
    """A widget to place: ``height`` in pixels, or a share of the remaining height by ``weight``."""

    widget: Widget
    weight: float = 1.0
    height: float | None = None

    @property
    def min_height(self) -> float:
        """In pixels."""
        return min_height(self.widget) if self.height is None else self.height


Row = Sequence[Item]  # side by side


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """The y coordinate of the upper edge."""
        return self.y + self.height


def min_height(widget: Widget) -> float:
    """The smallest height in pixels in which the widget and its content fit."""
    if widget.size_hint_y is None:
        return float(widget.height)
    own_min = widget.size_hint_min_y or 0.0
    if lines := getattr(widget, "lines_height", 0.0):
        return float(max(own_min, lines))
    if isinstance(widget, GridLayout):
        rows = -(-len(widget.children) // widget.cols)
        own_min = max(own_min, rows * theme.target + (rows - 1) * widget.spacing[1])
    is_box = isinstance(widget, BoxLayout | AnchorLayout) and not is_for(widget, TOUCH)
    is_vertical = isinstance(widget, BoxLayout) and widget.orientation == "vertical"
    if not is_box or not widget.children or (own_min and is_vertical):
        return float(own_min)
    child_heights = [min_height(child) for child in widget.children]
    above, below = widget.padding[1], widget.padding[3]
    total = sum(child_heights) + widget.spacing * (len(child_heights) - 1) if is_vertical else max(child_heights)
    return float(max(own_min, total + above + below))


def min_total_height(rows: Sequence[Row], spacing: float) -> float:
    """The smallest height in pixels for these rows, one above the other."""
    return sum(max(item.min_height for item in row) for row in rows) + spacing * max(0, len(rows) - 1)


def row_heights(rows: Sequence[Row], available: float) -> list[float]:
    """The rows' heights in ``available`` pixels without spacing: fixed ones first, then by weight within limits."""
    height_by_row = {n: max(item.min_height for item in row) for n, row in enumerate(rows) if _weight(row) == 0}
    undecided = [n for n in range(len(rows)) if n not in height_by_row]
    while undecided:
        remaining = available - sum(height_by_row.values())
        total = sum(_weight(rows[n]) for n in undecided)
        proposed = {n: remaining * _weight(rows[n]) / total for n in undecided}
        limited = {n: low for n in undecided if (low := max(item.min_height for item in rows[n])) > proposed[n]}
        if not limited:
            limited = {n: limit for n in undecided if (limit := _max_height(rows[n])) < proposed[n]}
        height_by_row |= limited or proposed
        undecided = [n for n in undecided if n not in height_by_row]
    return [height_by_row[n] for n in range(len(rows))]


def _weight(row: Row) -> float:
    weights = (item.weight for item in row if item.height is None and item.widget.size_hint_y is not None)
    return max(weights, default=0.0)


def _max_height(row: Row) -> float:
    limits = [item.widget.size_hint_max_y for item in row]
    return float(max(limits)) if all(limit is not None for limit in limits) else float("inf")


def place_rows(rows: Sequence[Row], area: Area, spacing: float, at_bottom: bool = False) -> None:
    """Place the rows in the area, the first on top; spare height is below them, or above with ``at_bottom``."""
    heights = row_heights(rows, area.height - spacing * max(0, len(rows) - 1))
    used = sum(heights) + spacing * max(0, len(rows) - 1)
    top = area.y + used if at_bottom else area.top
    for row, height in zip(rows, heights, strict=True):
        _place_row(row, Area(area.x, top - height, area.width, height), spacing)
        top -= height + spacing


def _place_row(row: Row, area: Area, spacing: float) -> None:
    width = (area.width - spacing * (len(row) - 1)) / len(row)
    for index, item in enumerate(row):
        column = len(row) - 1 - index if theme.rtl else index
        cell = Area(area.x + column * (width + spacing), area.y, width, area.height)
        place_widget(item.widget, cell, fill=item.height is not None)


def place_widget(widget: Widget, area: Area, fill: bool = False) -> None:
    """Place a widget in the area, within its size limits, centred if its ``pos_hint`` says so, else at the line start.

    ``fill``: as high as the area, whatever its own height.
    """
    limit_x, limit_y = widget.size_hint_max_x, widget.size_hint_max_y
    width = widget.width if widget.size_hint_x is None else min(area.width, limit_x or area.width)
    height = widget.height if widget.size_hint_y is None else min(area.height, limit_y or area.height)
    height = area.height if fill else height
    spare_width = area.width - width
    x = area.x + (spare_width / 2 if "center_x" in widget.pos_hint else spare_width if theme.rtl else 0)
    widget.size = width, height
    widget.pos = round(x), round(area.top - height)
