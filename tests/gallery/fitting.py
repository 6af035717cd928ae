"""Checks a page's layout: cut, small, overlapping widgets, widgets outside the window, and controls above low reach."""

from collections.abc import Iterator
from itertools import combinations

from kivy.core.window import Window
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from kiosk.ui.layout.panes import Plate
from kiosk.ui.style.theme import theme
from kiosk.ui.widgets.buttons import Pill
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.labels import Fitting, drawn_size
from kiosk.ui.widgets.letter_keyboard import LetterKey
from kiosk.ui.widgets.press import Press

SLACK = 2  # pixels that rounding may cost
Box = tuple[float, float, float, float]


def problems(root: Widget) -> list[str]:
    """The problems of a page, one line each."""
    widgets = list(_walk(root, scrolls=False))
    return [
        *_cut(widgets),
        *_outside(widgets),
        *_small(widgets),
        *_overlapping(widgets),
        *(_high(widgets) if theme.low else ()),
    ]


def _walk(widget: Widget, scrolls: bool) -> Iterator[tuple[Widget, bool]]:
    """Every descendant, and whether it is inside a ScrollView."""
    yield widget, scrolls
    for child in widget.children:
        yield from _walk(child, scrolls or isinstance(widget, ScrollView))


def _name(widget: Widget) -> str:
    text = getattr(widget, "text", "") or getattr(widget, "icon", "")
    return f"{type(widget).__name__} {getattr(widget, 'key', '')!s} {text!r}"


def _box(widget: Widget) -> Box:
    x, y = widget.to_window(widget.x, widget.y)
    return x, y, x + widget.width, y + widget.height


def _cut(widgets: list[tuple[Widget, bool]]) -> Iterator[str]:
    for label, _ in widgets:
        if not isinstance(label, Label) or not label.text.strip():
            continue
        air = label.font_size * theme.serif_air if isinstance(label, Fitting) and label.airy else 0
        needed_width, needed_height = label.texture_size
        if isinstance(label, Fitting):  # its texture may be clipped to its box
            needed_width, needed_height = drawn_size(
                label, label.text, int(label.font_size), None if label.one_line else label.width
            )
        if needed_width > label.width + SLACK or needed_height - air > label.height + SLACK:
            yield f"cut: {_name(label)} needs {needed_width}×{needed_height}, has {label.width:.0f}×{label.height:.0f}"
        if label.is_shortened:
            yield f"shortened: {_name(label)}"
        if not isinstance(label, Icon) and _breaks_a_word(label):
            yield f"a word is broken: {_name(label)}"


def _breaks_a_word(label: Label) -> bool:
    room = label.text_size[0]
    return bool(room) and any(label._label.get_extents(word)[0] > room + SLACK for word in label._label.text.split())


def _outside(widgets: list[tuple[Widget, bool]]) -> Iterator[str]:
    width, height = Window.size
    for widget, scrolls in widgets:
        if scrolls or not isinstance(widget, Label | Press) or not getattr(widget, "text", "x").strip():
            continue
        left, foot, right, top = _box(widget)
        air = widget.font_size * 0.35 if isinstance(widget, Label) else 0
        if left < -SLACK or foot < -SLACK - air or right > width + SLACK or top > height + SLACK + air:
            yield f"outside: {_name(widget)} at {left:.0f},{foot:.0f} to {right:.0f},{top:.0f}"


def _small(widgets: list[tuple[Widget, bool]]) -> Iterator[str]:
    for widget, _ in widgets:
        if isinstance(widget, Press) and not isinstance(widget, Pill | LetterKey):
            min_side = min(widget.width, widget.height)
            if min_side < theme.target - SLACK:
                yield f"small: {_name(widget)} is {widget.width:.0f}×{widget.height:.0f}"
        if _is_text(widget) and widget.font_size < theme.least_text:
            yield f"small letters: {_name(widget)} at {widget.font_size:.0f} px"


def _high(widgets: list[tuple[Widget, bool]]) -> Iterator[str]:
    """In low reach all controls are in the lower half; of scrollable ones, their ScrollView."""
    for widget, scrolls in widgets:
        if (isinstance(widget, Press) and not scrolls) or (isinstance(widget, ScrollView) and _has_controls(widget)):
            top = _box(widget)[3]
            if top > Window.height / 2 + 1:
                yield f"too high: {_name(widget)} reaches up to {top:.0f}"


def _has_controls(widget: Widget) -> bool:
    return any(isinstance(part, Press) for part in widget.walk(restrict=True))


def _is_text(widget: Widget) -> bool:
    return isinstance(widget, Label) and not isinstance(widget, Icon) and bool(widget.text.strip())


def _overlapping(widgets: list[tuple[Widget, bool]]) -> Iterator[str]:
    solid = [(widget, _box(widget), _air(widget)) for widget, scrolls in widgets if not scrolls and _is_solid(widget)]
    for (first, a, first_air), (second, b, second_air) in combinations(solid, 2):
        overlap = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if overlap[0] <= SLACK or overlap[1] <= SLACK + max(first_air, second_air):
            continue
        if not _is_inside(first, second) and not _is_inside(second, first):
            yield f"in each other's way: {_name(first)} and {_name(second)} by {overlap[0]:.0f}×{overlap[1]:.0f}"


def _is_solid(widget: Widget) -> bool:
    return isinstance(widget, Press | Plate) or (isinstance(widget, Label) and bool(widget.text.strip()))


def _air(widget: Widget) -> float:
    return widget.font_size * 0.35 if isinstance(widget, Label) else 0.0


def _is_inside(inner: Widget, outer: Widget) -> bool:
    parent = inner.parent
    while isinstance(parent, Widget):
        if parent is outer:
            return True
        parent = parent.parent if parent.parent is not parent else None
    return False
