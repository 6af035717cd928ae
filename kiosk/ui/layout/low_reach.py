"""The low-reach layout: controls in the lower half of the panel, texts above them.

Pages need no code for it. Their frame (a Column, or the two sides of a typing page) sorts its content by use: a widget
without buttons is a text; a box with both is split between the halves; the navigation (rails) goes last, or beside the
other controls on a landscape panel, whose half is not high. Controls that don't fit in one column get two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kivy.core.window import Window
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.layout.box import Area, Item, min_total_height, place_rows, place_widget, row_heights
from kiosk.ui.layout.rail import Stackable
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import DOTS, FOOT, TOUCH, contains, is_for
from kiosk.ui.layout.wrap import place_controls
from kiosk.ui.style.theme import theme

UNPLACED_WIDTH = 100  # pixels: Kivy's default width; no placed page or widget in it is so narrow


@dataclass
class FrameContent:
    """A frame's content by use, in reading order; ``strips`` are the boxes that were split."""

    texts: list[Item] = field(default_factory=list)
    controls: list[Item] = field(default_factory=list)
    footer: list[Item] = field(default_factory=list)
    rails: list[Widget] = field(default_factory=list)
    strips: list[Strip] = field(default_factory=list)


class Frame(BoxLayout):
    """A page's content. In low reach it places all descendants itself."""

    rail_always_beside = False  # also on a portrait panel
    texts_in_columns = False  # on a landscape panel

    def __init__(self, **kwargs: object) -> None:
        self._strips: list[Strip] = []
        self._original_heights: dict[Widget, float] = {}  # of buttons with a fixed height
        super().__init__(**kwargs)

    def do_layout(self, *args: object) -> None:
        """Lay out as a BoxLayout, or for low reach."""
        if not theme.low:
            super().do_layout(*args)
        elif self.children and self.width > UNPLACED_WIDTH:
            self._lay_out_low()

    def content_changed(self) -> None:
        """Lay out again after a descendant was added or removed."""
        self._trigger_layout()

    def _lay_out_low(self) -> None:
        content = split_by_use(self, self._original_heights)
        self._take_over(content.strips)
        for item in (*content.texts, *content.controls):
            if item.widget.size_hint_x is not None and item.widget.width <= UNPLACED_WIDTH:
                item.widget.width = self.width  # so that width-dependent widgets adapt in this frame
        left, top, right, bottom = self.padding
        area = Area(self.x + left, self.y + bottom, self.width - left - right, self.height - top - bottom)
        is_beside = content.rails and (self.rail_always_beside or Window.width > Window.height)
        if content.rails and not is_beside:
            content.footer = [*(Item(rail, height=_rail_height(rail)) for rail in content.rails), *content.footer]
        texts_in_columns = self.texts_in_columns and Window.width > Window.height
        if is_beside:
            _move_dots_up(self, content)
        elif not texts_in_columns and _place_in_order(content, area, self.spacing):
            return
        _place_in_halves(content, area, self.spacing, content.rails if is_beside else [], texts_in_columns)

    def _take_over(self, strips: list[Strip]) -> None:
        """Place the content of ``strips`` from here on; boxes that are no longer split lay out themselves again."""
        for box in self._strips:
            if box not in strips:
                box.layout_delegate = None
                box._trigger_layout()
        for box in strips:
            box.layout_delegate = self.content_changed
            box.width = self.width  # for width-dependent content
        self._strips = strips


def notify_frame(widget: Widget) -> None:
    """Tell the frame that contains ``widget``, if any, that its content has changed."""
    parent = widget.parent
    while isinstance(parent, Widget) and not isinstance(parent, Frame):
        parent = parent.parent
    if theme.low and isinstance(parent, Frame):
        parent.content_changed()


def split_by_use(frame: Widget, original_heights: dict[Widget, float]) -> FrameContent:
    """A frame's content by use. ``original_heights`` keeps the fixed heights of buttons, which placing changes."""
    content = FrameContent()

    def add(item: Item) -> None:
        if _is_rail(item.widget):
            content.rails.append(item.widget)
        elif _is_split(item.widget):
            content.strips.append(item.widget)
            for inner in _split_items(item):
                add(inner)
        else:
            if contains(item.widget, TOUCH) and item.widget.size_hint_y is None:
                item = Item(item.widget, height=original_heights.setdefault(item.widget, item.widget.height))
            _list_for(content, item.widget).append(item)

    for child in reversed(frame.children):
        add(Item(child, _hint(child)))
    return content


def _split_items(item: Item) -> Iterator[Item]:
    """A split box's children with their shares of its height."""
    box = item.widget
    inner = list(reversed(box.children))
    height = item.height if item.height is not None or box.size_hint_y is not None else box.height
    total_hint = sum(_hint(child) for child in inner if not _is_rail(child)) or 1.0
    if height is None:
        yield from (Item(child, item.weight * _hint(child) / total_hint) for child in inner)
    elif box.orientation == "horizontal":
        yield from (Item(child, height=height) for child in inner)
    else:
        heights = {child: _rail_height(child) if _is_rail(child) else child.height for child in inner}
        remaining = height - box.spacing * (len(inner) - 1)
        remaining -= sum(heights[child] for child in inner if child.size_hint_y is None or _is_rail(child))
        for child in inner:
            yield Item(child, height=None if child.size_hint_y is None else remaining * _hint(child) / total_hint)


def _list_for(content: FrameContent, widget: Widget) -> list[Item]:
    if contains(widget, TOUCH):
        return content.controls
    return content.footer if contains(widget, FOOT) else content.texts


def _hint(widget: Widget) -> float:
    return float(widget.size_hint_y or 0)


def _is_rail(widget: Widget) -> bool:
    if isinstance(widget, Stackable):
        return contains(widget, TOUCH)
    return len(widget.children) == 1 and not is_for(widget, TOUCH) and _is_rail(widget.children[0])


def _is_split(widget: Widget) -> bool:
    if not isinstance(widget, Strip) or is_for(widget, TOUCH):
        return False
    if widget.always_splits:
        return True
    if not contains(widget, TOUCH):
        return False
    return (not has_button_outside_rail(widget) and any(_is_rail(child) for child in widget.children)) or (
        widget.orientation == "vertical" and widget.splits
    )


def _rail_height(rail: Widget) -> float:
    return max(float(part.height) for part in rail.walk(restrict=True) if is_for(part, TOUCH))


def has_button_outside_rail(box: Widget) -> bool:
    """Whether the box contains buttons other than navigation."""
    return any(contains(child, TOUCH) and not _is_rail(child) for child in box.children)


def _move_dots_up(frame: Widget, content: FrameContent) -> None:
    """Progress dots are not touched, so they move from the rail to the top of the page."""
    for rail in content.rails:
        for dots in [part for part in rail.walk(restrict=True) if is_for(part, DOTS) and part.children]:
            dots.parent.remove_widget(dots)
            dots.pos_hint = {"center_x": 0.5}
            frame.add_widget(dots, index=len(frame.children))
            content.texts.insert(0, Item(dots))


def _place_in_order(content: FrameContent, area: Area, spacing: float) -> bool:
    """Place texts, controls and footer in one column if the controls are in the lower half then; returns whether."""
    rows = [[item] for item in (*content.texts, *content.controls, *content.footer)]
    if min_total_height(rows, spacing) > area.height:
        return False
    heights = row_heights(rows, area.height - spacing * (len(rows) - 1))
    if area.top - sum(height + spacing for height in heights[: len(content.texts)]) > Window.height / 2:
        return False
    place_rows(rows, area, spacing)
    return True


def _place_in_halves(
    content: FrameContent, area: Area, spacing: float, rails: Sequence[Widget], texts_in_columns: bool
) -> None:
    middle_y = min(area.top, float(Window.height // 2))
    lower = Area(area.x, area.y, area.width, middle_y - area.y)
    upper = Area(area.x, middle_y + spacing, area.width, max(0.0, area.top - middle_y - spacing))
    if rails:
        lower = _place_rails(rails, lower, spacing)
    upper_texts = list(content.texts)
    lower_texts: list[Item] = []
    if texts_in_columns:
        _place_in_columns(upper_texts, upper, spacing)
    else:
        while upper_texts and min_total_height([[item] for item in upper_texts], spacing) > upper.height:
            lower_texts.insert(0, upper_texts.pop())
        place_rows([[item] for item in upper_texts], upper, spacing)
    footer_rows = [[item] for item in content.footer]
    footer_height = min_total_height(footer_rows, spacing) + (spacing if footer_rows else 0)
    place_rows(footer_rows, Area(lower.x, lower.y, lower.width, footer_height), spacing, at_bottom=True)
    middle = Area(lower.x, lower.y + footer_height, lower.width, lower.height - footer_height)
    place_controls([[item] for item in lower_texts], content.controls, middle, spacing)


def _place_in_columns(items: Sequence[Item], area: Area, spacing: float) -> None:
    """Two columns: the first half at the line start, the second beside it."""
    half = (len(items) + 1) // 2
    width = (area.width - spacing) / 2
    for column, part in enumerate((items[:half], items[half:])):
        x = area.x + (width + spacing) * (column != theme.rtl)
        place_rows([[item] for item in part], Area(x, area.y, width, area.height), spacing)


def _place_rails(rails: Sequence[Widget], lower: Area, spacing: float) -> Area:
    """Stack the navigation at the line end of the lower half; returns the area beside it."""
    width = max(theme.target, round(theme.small_text * 1.15 + theme.gap * 3))
    at_end = lower.x if theme.rtl else lower.x + lower.width - width
    for rail in rails:
        for part in rail.walk(restrict=True):
            if isinstance(part, Stackable):
                part.stacked = True
            elif not is_for(part, TOUCH) and any(isinstance(inner, Stackable) for inner in part.walk(restrict=True)):
                part.size_hint_y = 1
        place_widget(rail, Area(at_end, lower.y, width, lower.height))
    used_width = width + spacing * 1.5
    return Area(lower.x + (used_width if theme.rtl else 0), lower.y, lower.width - used_width, lower.height)
