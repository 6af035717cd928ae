"""One sentence that lies over a page for some seconds: a scan could not be read, or has to wait."""

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.properties import StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate

SHOWN = 8.0  # seconds


class Message(Plate):
    """Goes by itself, or when it is touched; what lies beneath is not touched by that."""

    text = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._gone = Clock.create_trigger(lambda _: self.hide(), SHOWN)
        super().__init__(**kwargs)

    def show(self, page: RelativeLayout, text: str, lingers: float = 1.0) -> None:
        """Lie over that page; ``lingers``: how many times longer than usual."""
        self.hide()
        self.text = text
        page.add_widget(self)
        page.do_layout()  # now, and not in the next frame: until then it would be touched where it is not seen
        self._gone.timeout = SHOWN * lingers
        self._gone()

    def hide(self) -> None:
        """Not any more."""
        self._gone.cancel()
        if self.parent:
            self.parent.remove_widget(self)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """It was read."""
        if not self.collide_point(*touch.pos):
            return False
        self.hide()
        return True


kv_rules.load(__file__)
