"""What a part of a page is for. A pane declares it for its children, other widgets for themselves, as ``use``."""

from enum import StrEnum

from kivy.uix.widget import Widget


class Use(StrEnum):
    """The uses; low reach places the parts of a page by them."""

    READ = "read"
    TOUCH = "touch"
    SIDE = "side"  # touched, and in low reach on a flat panel beside the other controls
    NAVIGATION = "navigation"  # back, language, access
    FOOT = "foot"  # the last row of a page: its countdown


def use_of(widget: Widget, pane_use: Use | None) -> Use:
    """What a widget in a pane is for; undeclared it is touched, so that no control is out of reach."""
    own_use: Use | None = getattr(widget, "use", None)
    if own_use in (Use.NAVIGATION, Use.FOOT):
        return own_use
    return pane_use or own_use or Use.TOUCH
