"""A vertical box layout as plain functions, for low reach: heights, and the position of each widget."""

from collections.abc import Sequence
from dataclasses import dataclass

from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import Use, use_of
from kiosk.ui.style.theme import theme


@dataclass(frozen=True)
class Part:
    """A widget to place: ``height`` in pixels, else its own fixed height, else a share of the rest by ``weight``."""

    widget: Widget
    weight: float = 1.0
    height: float | None = None
    use: Use = Use.READ

    @property
    def is_fixed(self) -> bool:
        """Whether its height is fixed."""
        return self.height is not None or self.widget.size_hint_y is None

    @property
    def min_height(self) -> float:
        """In pixels."""
        return min_height(self.widget) if self.height is None else self.height


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

    def columns(self, end_width: float, spacing: float) -> tuple["Area", "Area"]:
        """Two areas beside each other: the one at the line's start, and the one at its end with that width."""
        start_width = self.width - end_width - spacing
        end_x, start_x = (
            (self.x, self.x + end_width + spacing) if theme.rtl else (self.x + start_width + spacing, self.x)
        )
        return Area(start_x, self.y, start_width, self.height), Area(end_x, self.y, end_width, self.height)


def min_height(widget: Widget) -> float:
    """The smallest height in pixels in which the widget and its content fit."""
    if widget.size_hint_y is None:
        return float(widget.height)
    own_min = max(widget.size_hint_min_y or 0.0, getattr(widget, "lines_height", 0.0))
    if isinstance(widget, GridLayout) and not (own_min and use_of(widget, None) == Use.READ):
        rows = -(-len(widget.children) // widget.cols)
        return float(max(own_min, rows * theme.target + (rows - 1) * widget.spacing[1]))
    is_row = isinstance(widget, Strip) and widget.orientation == "horizontal"
    if not isinstance(widget, Strip | AnchorLayout) or not widget.children or (own_min and not is_row):
        return float(own_min)
    heights = [min_height(child) for child in widget.children]
    is_column = isinstance(widget, Strip) and not is_row
    content = sum(heights) + widget.spacing * (len(heights) - 1) if is_column else max(heights)
    return float(max(own_min, content + widget.padding[1] + widget.padding[3]))


def min_total_height(parts: Sequence[Part], spacing: float) -> float:
    """The smallest height in pixels for these parts, one above the other."""
    return sum(part.min_height for part in parts) + spacing * max(0, len(parts) - 1)


def part_heights(parts: Sequence[Part], available: float) -> list[float]:
    """The heights in ``available`` pixels without spacing: fixed ones first, then by weight within limits."""
    heights = {index: part.min_height for index, part in enumerate(parts) if part.is_fixed}
    undecided = [index for index in range(len(parts)) if index not in heights]
    while undecided:
        remaining = available - sum(heights.values())
        total = sum(parts[index].weight for index in undecided)
        proposed = {index: remaining * parts[index].weight / total for index in undecided}
        limited = {index: low for index in undecided if (low := parts[index].min_height) > proposed[index]}
        if not limited:
            limited = {index: high for index in undecided if (high := _max_height(parts[index])) < proposed[index]}
        heights |= limited or proposed
        undecided = [index for index in undecided if index not in heights]
    return [heights[index] for index in range(len(parts))]


def _max_height(part: Part) -> float:
    limit = part.widget.size_hint_max_y
    return float("inf") if limit is None else float(limit)


def place_parts(parts: Sequence[Part], area: Area, spacing: float, at_bottom: bool = False) -> None:
    """Place the parts in the area, the first on top; spare height is below them, or above with ``at_bottom``."""
    gaps = spacing * max(0, len(parts) - 1)
    heights = part_heights(parts, area.height - gaps)
    top = area.y + sum(heights) + gaps if at_bottom else area.top
    for part, height in zip(parts, heights, strict=True):
        place_widget(part.widget, Area(area.x, top - height, area.width, height), fill=part.height is not None)
        top -= height + spacing


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
