"""The low-reach layout: controls in the lower half of the panel, texts above them.

A page needs no code for it: its kv rule declares what its parts are for (see :mod:`kiosk.ui.layout.spread`). Its frame,
a Column or the two sides of a typing page, places them: texts, then controls, then navigation and countdown. On a
landscape panel, whose half is not high, the navigation is a stack beside the controls.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kivy.core.window import Window
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.layout.box import Area, Part, min_total_height, part_heights, place_parts, place_widget
from kiosk.ui.layout.spread import Spread, is_flat_panel, spreads_in
from kiosk.ui.layout.use import Use, use_of
from kiosk.ui.style.theme import theme

UNPLACED_WIDTH = 100  # pixels: Kivy's default width; no placed page or widget in it is so narrow
MIN_SIDE_WIDTH = 27.0  # mm, of the controls beside the others
SIDE_SHARE = 0.24  # the same, of the width


@dataclass
class PartsByUse:
    """A page's parts by use, each list in reading order."""

    texts: list[Part] = field(default_factory=list)
    controls: list[Part] = field(default_factory=list)
    side: list[Part] = field(default_factory=list)
    foot: list[Part] = field(default_factory=list)
    stacks: list[Part] = field(default_factory=list)  # navigation beside the controls


class Frame(BoxLayout):
    """A page's content. In low reach it places all parts itself."""

    navigation_always_beside = False  # also on a portrait panel
    side_always_beside = False  # also on a panel that is not flat
    texts_in_columns = False  # on a landscape panel

    def __init__(self, **kwargs: object) -> None:
        self._original_heights: dict[Widget, float] = {}  # of controls with a fixed height, which placing may reduce
        super().__init__(**kwargs)

    def do_layout(self, *args: object) -> None:
        """Lay out as a BoxLayout, or for low reach."""
        if not theme.low:
            for box in spreads_in(self):  # of a page that was built for low reach and is not collected yet
                box.layout_delegate = None
            super().do_layout(*args)
        elif self.children and self.width > UNPLACED_WIDTH:
            self._lay_out_low()

    def _lay_out_low(self) -> None:
        for box in spreads_in(self):
            box.layout_delegate = self._trigger_layout
            box.width = self.width  # for width-dependent content
        parts = self._sorted_parts()
        left, top, right, bottom = self.padding
        area = Area(self.x + left, self.y + bottom, self.width - left - right, self.height - top - bottom)
        texts_in_columns = self.texts_in_columns and Window.width > Window.height
        if parts.stacks or parts.side or texts_in_columns or not place_in_order(parts, area, self.spacing):
            place_in_halves(parts, area, self.spacing, self.side_width, texts_in_columns)

    def side_width(self, width: float) -> float:
        """The width of the side controls, of the ``width`` for all controls."""
        return float(max(theme.size(MIN_SIDE_WIDTH), width * SIDE_SHARE))

    def _sorted_parts(self) -> PartsByUse:
        is_landscape = Window.width > Window.height
        parts = PartsByUse()
        list_by_use = {
            Use.READ: parts.texts,
            Use.TOUCH: parts.controls,
            Use.SIDE: parts.side if is_flat_panel() or self.side_always_beside else parts.controls,
            Use.FOOT: parts.foot,
            Use.NAVIGATION: parts.stacks if is_landscape or self.navigation_always_beside else parts.foot,
        }
        for part in parts_of(self):
            list_by_use[part.use].append(self._prepared(part))
        parts.foot.sort(key=lambda part: part.use == Use.FOOT)  # the navigation above the countdown
        return parts

    def _prepared(self, part: Part) -> Part:
        """The part as it was before it was first placed."""
        if part.use in (Use.NAVIGATION, Use.FOOT):
            return part
        if part.widget.size_hint_x is not None and part.widget.width <= UNPLACED_WIDTH:
            part.widget.width = self.width  # so that width-dependent widgets adapt in this frame
        if part.widget.size_hint_y is not None or part.use == Use.READ:
            return part
        return replace(part, height=self._original_heights.setdefault(part.widget, part.widget.height))


def parts_of(
    box: BoxLayout, weight: float = 1.0, height: float | None = None, use: Use | None = None
) -> Iterator[Part]:
    """The parts of a box and of the Spreads in it, in reading order.

    The parts share the box's ``height`` in pixels, or its ``weight``. ``use`` is what its pane declares for them.
    """
    children = list(reversed(box.children))
    is_row = box.orientation == "horizontal"
    total_hint = sum(child.size_hint_y or 0 for child in children) or 1.0
    fixed_height = sum(child.height for child in children if child.size_hint_y is None)
    gaps = box.spacing * (len(children) - 1)
    for child in children:
        share = 1.0 if is_row else (child.size_hint_y or 0) / total_hint
        part = Part(child, weight * share, use=use_of(child, use))
        if height is not None and child.size_hint_y is not None:
            part = replace(part, height=height if is_row else (height - fixed_height - gaps) * share)
        if isinstance(child, Spread):
            own_height = child.height if child.size_hint_y is None else part.height
            yield from parts_of(child, part.weight, own_height, child.use or use)
        elif part.use != Use.NAVIGATION or child.children:
            yield part


def place_in_order(parts: PartsByUse, area: Area, spacing: float) -> bool:
    """Place texts, controls and foot in one column if the controls are in the lower half then; returns whether."""
    column = [*parts.texts, *parts.controls, *parts.foot]
    if min_total_height(column, spacing) > area.height:
        return False
    heights = part_heights(column, area.height - spacing * (len(column) - 1))
    if area.top - sum(height + spacing for height in heights[: len(parts.texts)]) > Window.height / 2:
        return False
    place_parts(column, area, spacing)
    return True


def place_in_halves(
    parts: PartsByUse,
    area: Area,
    spacing: float,
    side_width: Callable[[float], float],
    texts_in_columns: bool = False,
) -> None:
    """Place the texts in the upper half, and below the middle those for which it has no room; all else in the lower."""
    middle_y = min(area.top, float(Window.height // 2))
    lower = Area(area.x, area.y, area.width, middle_y - area.y)
    upper = Area(area.x, middle_y + spacing, area.width, max(0.0, area.top - middle_y - spacing))
    if parts.stacks:
        lower = _place_stacks(parts.stacks, lower, spacing)
        upper = _place_dots(parts.stacks, upper, spacing)
    texts = list(parts.texts)
    texts_below: list[Part] = []
    if texts_in_columns:
        half = (len(texts) + 1) // 2
        start, end = upper.columns((upper.width - spacing) / 2, spacing)
        place_parts(texts[:half], start, spacing)
        place_parts(texts[half:], end, spacing)
    else:
        while texts and min_total_height(texts, spacing) > upper.height:
            texts_below.insert(0, texts.pop())
        place_parts(texts, upper, spacing)
    place_parts(parts.foot, lower, spacing, at_bottom=True)
    foot_height = min_total_height(parts.foot, spacing) + (spacing if parts.foot else 0)
    middle = Area(lower.x, lower.y + foot_height, lower.width, lower.height - foot_height)
    if parts.side:
        middle, end = middle.columns(side_width(middle.width), spacing)
        place_parts([replace(part, weight=1.0, height=None) for part in parts.side], end, spacing)
    _place_controls(texts_below, parts.controls, middle, spacing)


def _place_controls(texts: Sequence[Part], controls: Sequence[Part], area: Area, spacing: float) -> None:
    """Place texts and below them controls, if need be with the smallest touch height."""
    column = [*texts, *controls]
    if min_total_height(column, spacing) > area.height:
        column = [*texts, *(_compact(control) for control in controls)]
    place_parts(column, area, spacing, at_bottom=True)


def _compact(control: Part) -> Part:
    return replace(control, height=theme.target) if (control.height or 0) > theme.target else control


def _place_stacks(stacks: Sequence[Part], lower: Area, spacing: float) -> Area:
    """Stack the navigation at the line's end; returns the area beside it."""
    width = max(theme.target, round(theme.small_text * 1.15 + theme.gap * 3))
    beside, end = lower.columns(width, spacing * 1.5)
    for stack in stacks:
        stack.widget.stacked = True
        place_widget(stack.widget, end, fill=True)
    return beside


def _place_dots(stacks: Sequence[Part], upper: Area, spacing: float) -> Area:
    """Place the progress dots, which have no room in a stack, on top; returns the area below them."""
    for stack in stacks:
        dots = stack.widget.dots
        if dots and dots.children:
            dots.pos = stack.widget.to_local(upper.x + (upper.width - dots.width) / 2, upper.top - dots.height)
            upper = Area(upper.x, upper.y, upper.width, upper.height - dots.height - spacing)
    return upper
