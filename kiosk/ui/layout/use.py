"""The use of a widget, declared as ``use`` by its class or kv rule; a container has the uses of its content."""

from kivy.uix.widget import Widget

READ = "read"  # the default
TOUCH = "touch"
FOOT = "foot"  # the last row of a page: its countdown
DOTS = "dots"  # progress


def is_for(widget: Widget, use: str) -> bool:
    """Whether the widget itself declares that use."""
    return getattr(widget, "use", READ) == use


def contains(widget: Widget, use: str) -> bool:
    """Whether the widget or anything in it declares that use."""
    return any(is_for(part, use) for part in widget.walk(restrict=True))
