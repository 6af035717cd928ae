"""How high things are in a column, and where each stands in it: a box layout as plain functions, for low reach."""

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
    """Something to be placed: so high, or its share of what is left."""

    widget: Widget
    weight: float = 1.0
    height: float | None = None

    @property
    def least(self) -> float:
        """The height that it can't do without."""
        return least(self.widget) if self.height is None else self.height


Row = Sequence[Item]  # side by side


@dataclass(frozen=True)
class Area:
    """Where things may stand, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.y + self.height


def least(widget: Widget) -> float:
    """The height that it can't do without."""
    if widget.size_hint_y is None:
        return float(widget.height)
    own = widget.size_hint_min_y or 0.0
    if lines := getattr(widget, "lines_height", 0.0):
        return float(max(own, lines))
    if isinstance(widget, GridLayout):
        rows = -(-len(widget.children) // widget.cols)
        own = max(own, rows * theme.target + (rows - 1) * widget.spacing[1])
    is_box = isinstance(widget, BoxLayout | AnchorLayout) and not is_for(widget, TOUCH)
    stands = isinstance(widget, BoxLayout) and widget.orientation == "vertical"
    if not is_box or not widget.children or (own and stands):
        return float(own)
    inner = [least(child) for child in widget.children]
    above, below = widget.padding[1], widget.padding[3]
    together = sum(inner) + widget.spacing * (len(inner) - 1) if stands else max(inner)
    return float(max(own, together + above + below))


def needed(rows: Sequence[Row], spacing: float) -> float:
    """What these rows can't do without, one above the other."""
    return sum(max(item.least for item in row) for row in rows) + spacing * max(0, len(rows) - 1)


def heights(rows: Sequence[Row], room: float) -> list[float]:
    """The rows' heights in that room, spacing taken off: fixed ones first, the others by weight within their limits."""
    found = {n: max(item.least for item in row) for n, row in enumerate(rows) if _weight(row) == 0}
    open_ = [n for n in range(len(rows)) if n not in found]
    while open_:
        left = room - sum(found.values())
        together = sum(_weight(rows[n]) for n in open_)
        intent = {n: left * _weight(rows[n]) / together for n in open_}
        over = {n: low for n in open_ if (low := max(item.least for item in rows[n])) > intent[n]}
        if not over:
            over = {n: most for n in open_ if (most := _most(rows[n])) < intent[n]}
        found |= over or intent
        open_ = [n for n in open_ if n not in found]
    return [found[n] for n in range(len(rows))]


def _weight(row: Row) -> float:
    tall = (item.weight for item in row if item.height is None and item.widget.size_hint_y is not None)
    return max(tall, default=0.0)


def _most(row: Row) -> float:
    limits = [item.widget.size_hint_max_y for item in row]
    return float(max(limits)) if all(limit is not None for limit in limits) else float("inf")


def place(rows: Sequence[Row], area: Area, spacing: float, at_foot: bool = False) -> None:
    """Put the rows into the area, the first on top; what room is left is above them or below."""
    tall = heights(rows, area.height - spacing * max(0, len(rows) - 1))
    used = sum(tall) + spacing * max(0, len(rows) - 1)
    top = area.y + used if at_foot else area.top
    for row, height in zip(rows, tall, strict=True):
        _place_row(row, Area(area.x, top - height, area.width, height), spacing)
        top -= height + spacing


def _place_row(row: Row, area: Area, spacing: float) -> None:
    width = (area.width - spacing * (len(row) - 1)) / len(row)
    for place_, item in enumerate(row):
        column = len(row) - 1 - place_ if theme.rtl else place_
        cell = Area(area.x + column * (width + spacing), area.y, width, area.height)
        put(item.widget, cell, fill=item.height is not None)


def put(widget: Widget, area: Area, fill: bool = False) -> None:
    """One thing into its area, as wide and high as it may be, where its hints want it, else where a line begins.

    ``fill``: as high as the area, whatever it is by itself.
    """
    limit_x, limit_y = widget.size_hint_max_x, widget.size_hint_max_y
    width = widget.width if widget.size_hint_x is None else min(area.width, limit_x or area.width)
    height = widget.height if widget.size_hint_y is None else min(area.height, limit_y or area.height)
    height = area.height if fill else height
    spare = area.width - width
    x = area.x + (spare / 2 if "center_x" in widget.pos_hint else spare if theme.rtl else 0)
    widget.size = width, height
    widget.pos = round(x), round(area.top - height)
