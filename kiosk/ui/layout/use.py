"""What a widget is for, declared as ``use`` by widget classes and kv rules; a container has its content's uses."""

from kivy.uix.widget import Widget

READ = "read"  # the default
TOUCH = "touch"
FOOT = "foot"  # the end of a page: its countdown
DOTS = "dots"  # how far along the visitor is


def is_for(widget: Widget, use: str) -> bool:
    """Whether the widget itself declares that use."""
    return getattr(widget, "use", READ) == use


def contains(widget: Widget, use: str) -> bool:
    """Whether the widget or anything in it declares that use."""
    return any(is_for(part, use) for part in widget.walk(restrict=True))
