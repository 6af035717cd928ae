"""Low reach: what is touched comes into the lower half of the panel, what is only read stays above it.

A page says nothing of it. Its frame (a Column, or the two sides of a page for typing) looks at what it holds: what has
no button is read; boxes that hold both are opened, and their content goes to both halves; the helps go last, or where
the panel lies and half of it is not high, beside the rest. What doesn't fit in one column then stands in two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kivy.core.window import Window
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.layout.box import Area, Item, heights, needed, place, put
from kiosk.ui.layout.rail import Railing
from kiosk.ui.layout.strip import Strip
from kiosk.ui.layout.use import DOTS, FOOT, TOUCH, contains, is_for
from kiosk.ui.layout.wrap import fold
from kiosk.ui.style.theme import theme

UNPLACED = 100  # pixels: no page is so narrow, but a widget is that nobody has placed yet


@dataclass
class ReadAndTouched:
    """What a frame holds, in reading order."""

    read: list[Item] = field(default_factory=list)
    touched: list[Item] = field(default_factory=list)
    foot: list[Item] = field(default_factory=list)
    rail: list[Widget] = field(default_factory=list)
    held: list[Strip] = field(default_factory=list)


class Frame(BoxLayout):
    """A page's content; in low reach it places all of it itself."""

    rail_always = False  # the helps stand beside the rest on every panel
    across = False  # where the panel lies, what is read stands in two columns

    def __init__(self, **kwargs: object) -> None:
        self._held: list[Strip] = []
        self._natural: dict[Widget, float] = {}  # the heights that buttons have by themselves
        super().__init__(**kwargs)

    def do_layout(self, *args: object) -> None:
        """As usual, or low."""
        if not theme.low:
            super().do_layout(*args)
        elif self.children and self.width > UNPLACED:
            self._lower()

    def look_again(self) -> None:
        """Something in it has come or gone, perhaps with buttons."""
        self._trigger_layout()

    def _lower(self) -> None:
        parts = split_by_use(self, self._natural)
        self._hold(parts.held)
        for item in (*parts.read, *parts.touched):
            if item.widget.size_hint_x is not None and item.widget.width <= UNPLACED:
                item.widget.width = self.width  # who turns with it, turns now, and not a frame later
        left, top, right, foot = self.padding
        whole = Area(self.x + left, self.y + foot, self.width - left - right, self.height - top - foot)
        beside = parts.rail and (self.rail_always or Window.width > Window.height)
        if parts.rail and not beside:
            parts.foot = [*(Item(rail, height=_height(rail)) for rail in parts.rail), *parts.foot]
        across = self.across and Window.width > Window.height
        if beside:
            _lift_dots(self, parts)
        elif not across and _is_low_anyway(parts, whole, self.spacing):
            return
        _halve(parts, whole, self.spacing, parts.rail if beside else [], across)

    def _hold(self, held: list[Strip]) -> None:
        """Boxes whose content is placed from here; the others do it themselves again."""
        for box in self._held:
            if box not in held:
                box.holder = None
                box._trigger_layout()
        for box in held:
            box.holder = self.look_again
            box.width = self.width  # whoever turns with it, turns
        self._held = held


def look_again(widget: Widget) -> None:
    """Tell the frame that ``widget`` stands in, if there is one, that its content has changed."""
    parent = widget.parent
    while isinstance(parent, Widget) and not isinstance(parent, Frame):
        parent = parent.parent
    if theme.low and isinstance(parent, Frame):
        parent.look_again()


def split_by_use(frame: Widget, natural: dict[Widget, float]) -> ReadAndTouched:
    """What is read, what is touched, what ends the page, and its helps; ``natural`` remembers fixed heights."""
    parts = ReadAndTouched()

    def sort(item: Item) -> None:
        if _is_rail(item.widget):
            parts.rail.append(item.widget)
        elif _is_opened(item.widget):
            parts.held.append(item.widget)
            for inner in _opened(item):
                sort(inner)
        else:
            if contains(item.widget, TOUCH) and item.widget.size_hint_y is None:
                item = Item(item.widget, height=natural.setdefault(item.widget, item.widget.height))
            _pile(parts, item.widget).append(item)

    for child in reversed(frame.children):
        sort(Item(child, _hint(child)))
    return parts


def _opened(item: Item) -> Iterator[Item]:
    """A box's content with its share of the box's height."""
    box = item.widget
    inner = list(reversed(box.children))
    height = item.height if item.height is not None or box.size_hint_y is not None else box.height
    together = sum(_hint(child) for child in inner if not _is_rail(child)) or 1.0
    if height is None:
        yield from (Item(child, item.weight * _hint(child) / together) for child in inner)
    elif box.orientation == "horizontal":
        yield from (Item(child, height=height) for child in inner)
    else:
        fixed = {child: _height(child) if _is_rail(child) else child.height for child in inner}
        left = height - box.spacing * (len(inner) - 1)
        left -= sum(fixed[child] for child in inner if child.size_hint_y is None or _is_rail(child))
        for child in inner:
            yield Item(child, height=None if child.size_hint_y is None else left * _hint(child) / together)


def _pile(parts: ReadAndTouched, widget: Widget) -> list[Item]:
    if contains(widget, TOUCH):
        return parts.touched
    return parts.foot if contains(widget, FOOT) else parts.read


def _hint(widget: Widget) -> float:
    return float(widget.size_hint_y or 0)


def _is_rail(widget: Widget) -> bool:
    if isinstance(widget, Railing):
        return contains(widget, TOUCH)
    return len(widget.children) == 1 and not is_for(widget, TOUCH) and _is_rail(widget.children[0])


def _is_opened(widget: Widget) -> bool:
    if not isinstance(widget, Strip) or is_for(widget, TOUCH):
        return False
    if widget.loose:
        return True
    if not contains(widget, TOUCH):
        return False
    return (not has_button_beside(widget) and any(_is_rail(child) for child in widget.children)) or (
        widget.orientation == "vertical" and widget.parts
    )


def _height(rail: Widget) -> float:
    return max(float(part.height) for part in rail.walk(restrict=True) if is_for(part, TOUCH))


def has_button_beside(box: Widget) -> bool:
    """Whether it holds buttons that are no helps."""
    return any(contains(child, TOUCH) and not _is_rail(child) for child in box.children)


def _lift_dots(frame: Widget, parts: ReadAndTouched) -> None:
    """How far along one is, is read: it goes to the top."""
    for rail in parts.rail:
        for dots in [part for part in rail.walk(restrict=True) if is_for(part, DOTS) and part.children]:
            dots.parent.remove_widget(dots)
            dots.pos_hint = {"center_x": 0.5}
            frame.add_widget(dots, index=len(frame.children))
            parts.read.insert(0, Item(dots))


def _is_low_anyway(parts: ReadAndTouched, whole: Area, spacing: float) -> bool:
    """Whether all is well when what is touched comes last; if so it has been placed."""
    rows = [[item] for item in (*parts.read, *parts.touched, *parts.foot)]
    if needed(rows, spacing) > whole.height:
        return False
    tall = heights(rows, whole.height - spacing * (len(rows) - 1))
    if whole.top - sum(height + spacing for height in tall[: len(parts.read)]) > Window.height / 2:
        return False
    place(rows, whole, spacing)
    return True


def _halve(parts: ReadAndTouched, whole: Area, spacing: float, rail: Sequence[Widget], across: bool) -> None:
    line = min(whole.top, float(Window.height // 2))
    lower = Area(whole.x, whole.y, whole.width, line - whole.y)
    upper = Area(whole.x, line + spacing, whole.width, max(0.0, whole.top - line - spacing))
    if rail:
        lower = _beside_rail(rail, lower, spacing)
    above = list(parts.read)
    below: list[Item] = []
    if across:
        _place_across(above, upper, spacing)
    else:
        while above and needed([[item] for item in above], spacing) > upper.height:
            below.insert(0, above.pop())
        place([[item] for item in above], upper, spacing)
    feet = [[item] for item in parts.foot]
    ends = needed(feet, spacing) + (spacing if feet else 0)
    place(feet, Area(lower.x, lower.y, lower.width, ends), spacing, at_foot=True)
    middle = Area(lower.x, lower.y + ends, lower.width, lower.height - ends)
    fold([[item] for item in below], parts.touched, middle, spacing)


def _place_across(items: Sequence[Item], area: Area, spacing: float) -> None:
    """The first half where the line begins, the second beside it."""
    half = (len(items) + 1) // 2
    width = (area.width - spacing) / 2
    for column, part in enumerate((items[:half], items[half:])):
        x = area.x + (width + spacing) * (column != theme.rtl)
        place([[item] for item in part], Area(x, area.y, width, area.height), spacing)


def _beside_rail(rail: Sequence[Widget], lower: Area, spacing: float) -> Area:
    """Stack the helps at the end of the lower half; returns what is left beside them."""
    width = max(theme.target, round(theme.small_text * 1.15 + theme.gap * 3))
    at_end = lower.x if theme.rtl else lower.x + lower.width - width
    for helps in rail:
        for part in helps.walk(restrict=True):
            if isinstance(part, Railing):
                part.stacked = True
            elif not is_for(part, TOUCH) and any(isinstance(inner, Railing) for inner in part.walk(restrict=True)):
                part.size_hint_y = 1
        put(helps, Area(at_end, lower.y, width, lower.height))
    taken = width + spacing * 1.5
    return Area(lower.x + (taken if theme.rtl else 0), lower.y, lower.width - taken, lower.height)
