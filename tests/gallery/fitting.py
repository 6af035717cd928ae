"""Looks at a page as it stands: is anything cut, small, outside, in the way of another, or higher than was asked?"""

from collections.abc import Iterator
from itertools import combinations

from kivy.core.window import Window
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from kiosk.ui.layout.panes import Plate
from kiosk.ui.layout.use import TOUCH, contains
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Pill
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.labels import Fitting, drawn_size
from kiosk.ui.widgets.press import Press

SLACK = 2  # pixels that rounding may cost
Box = tuple[float, float, float, float]


def troubles(root: Widget) -> list[str]:
    """Each in one line; none where all is well."""
    seen = list(_seen(root, scrolls=False))
    return [*_cut(seen), *_outside(seen), *_small(seen), *_in_the_way(seen), *(_high(seen) if theme.low else ())]


def _seen(widget: Widget, scrolls: bool) -> Iterator[tuple[Widget, bool]]:
    """Every widget below, and whether it can be scrolled to."""
    yield widget, scrolls
    for child in widget.children:
        yield from _seen(child, scrolls or isinstance(widget, ScrollView))


def _name(widget: Widget) -> str:
    said = getattr(widget, "text", "") or getattr(widget, "icon", "")
    return f"{type(widget).__name__} {getattr(widget, 'key', '')!s} {said!r}"


def _box(widget: Widget) -> Box:
    x, y = widget.to_window(widget.x, widget.y)
    return x, y, x + widget.width, y + widget.height


def _cut(seen: list[tuple[Widget, bool]]) -> Iterator[str]:
    for label, _ in seen:
        if not isinstance(label, Label) or not label.text.strip():
            continue
        air = label.font_size * theme.serif_air if isinstance(label, Fitting) and label.airy else 0
        wide, high = label.texture_size
        if isinstance(label, Fitting):  # its texture may be clipped to its box
            wide, high = drawn_size(label, label.text, int(label.font_size), None if label.one_line else label.width)
        if wide > label.width + SLACK or high - air > label.height + SLACK:
            yield f"cut: {_name(label)} needs {wide}×{high}, has {label.width:.0f}×{label.height:.0f}"
        if label.is_shortened:
            yield f"shortened: {_name(label)}"
        if not isinstance(label, Icon) and _breaks_a_word(label):
            yield f"a word is broken: {_name(label)}"


def _breaks_a_word(label: Label) -> bool:
    room = label.text_size[0]
    return bool(room) and any(label._label.get_extents(word)[0] > room + SLACK for word in label._label.text.split())


def _outside(seen: list[tuple[Widget, bool]]) -> Iterator[str]:
    width, height = Window.size
    for widget, scrolls in seen:
        if scrolls or not isinstance(widget, Label | Press) or not getattr(widget, "text", "x").strip():
            continue
        left, foot, right, top = _box(widget)
        air = widget.font_size * 0.35 if isinstance(widget, Label) else 0
        if left < -SLACK or foot < -SLACK - air or right > width + SLACK or top > height + SLACK + air:
            yield f"outside: {_name(widget)} at {left:.0f},{foot:.0f} to {right:.0f},{top:.0f}"


def _small(seen: list[tuple[Widget, bool]]) -> Iterator[str]:
    for widget, _ in seen:
        if isinstance(widget, Press) and not isinstance(widget, Pill):
            least = min(widget.width, widget.height)
            if least < theme.target - SLACK:
                yield f"small: {_name(widget)} is {widget.width:.0f}×{widget.height:.0f}"
        if _is_text(widget) and widget.font_size < theme.least_text:
            yield f"small letters: {_name(widget)} at {widget.font_size:.0f} px"


def _high(seen: list[tuple[Widget, bool]]) -> Iterator[str]:
    """In low reach whatever is touched is in the lower half; what scrolls, where it scrolls."""
    for widget, scrolls in seen:
        if (isinstance(widget, Press) and not scrolls) or (isinstance(widget, ScrollView) and contains(widget, TOUCH)):
            top = _box(widget)[3]
            if top > Window.height / 2 + 1:
                yield f"too high: {_name(widget)} reaches up to {top:.0f}"


def _is_text(widget: Widget) -> bool:
    return isinstance(widget, Label) and not isinstance(widget, Icon) and bool(widget.text.strip())


def _in_the_way(seen: list[tuple[Widget, bool]]) -> Iterator[str]:
    solid = [widget for widget, scrolls in seen if not scrolls and _is_solid(widget)]
    for one, other in combinations(solid, 2):
        if _within(one, other) or _within(other, one):
            continue
        a, b = _box(one), _box(other)
        over = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        air = max(_air(one), _air(other))
        if over[0] > SLACK and over[1] > SLACK + air:
            yield f"in each other's way: {_name(one)} and {_name(other)} by {over[0]:.0f}×{over[1]:.0f}"


def _is_solid(widget: Widget) -> bool:
    return isinstance(widget, Press | Plate) or (isinstance(widget, Label) and bool(widget.text.strip()))


def _air(widget: Widget) -> float:
    return widget.font_size * 0.35 if isinstance(widget, Label) else 0.0


def _within(inner: Widget, outer: Widget) -> bool:
    parent = inner.parent
    while isinstance(parent, Widget):
        if parent is outer:
            return True
        parent = parent.parent if parent.parent is not parent else None
    return False
