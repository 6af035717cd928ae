"""A sentence shown over a page for some seconds: a scan could not be read, or has to wait."""

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.properties import StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate

SHOWN_S = 8.0  # seconds


class Message(Plate):
    """Hides after some seconds, or at a touch, which the page below does not get."""

    text = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._hide_later = Clock.create_trigger(lambda _: self.hide(), SHOWN_S)
        super().__init__(**kwargs)

    def show(self, page: RelativeLayout, text: str, time_factor: float = 1.0) -> None:
        """Show over a page, for ``SHOWN_S`` times ``time_factor`` seconds."""
        self.hide()
        self.text = text
        page.add_widget(self)
        page.do_layout()  # not in the next frame: until then touches would hit it in the wrong place
        self._hide_later.timeout = SHOWN_S * time_factor
        self._hide_later()

    def hide(self) -> None:
        """Remove it from the page."""
        self._hide_later.cancel()
        if self.parent:
            self.parent.remove_widget(self)

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Hide at a touch."""
        if not self.collide_point(*touch.pos):
            return False
        self.hide()
        return True


kv_rules.load(__file__)
