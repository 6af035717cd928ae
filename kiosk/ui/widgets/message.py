"""A sentence shown over a page for some seconds, as that a scan could not be read, with an icon of what it is about."""

from kivy.clock import Clock
from kivy.input import MotionEvent
from kivy.properties import StringProperty
from kivy.uix.relativelayout import RelativeLayout

from kiosk.ui import kv_rules
from kiosk.ui.layout.panes import Plate

SHOWN_S = 8.0  # seconds
SCAN, CARD, NOTHING_TO_SCAN = "qrcode_scan", "card_account_details_outline", "alert_circle_outline"  # icons


class Message(Plate):
    """Hides after some seconds, or at a touch, which the page below does not get."""

    text = StringProperty("")
    icon = StringProperty(NOTHING_TO_SCAN)

    def __init__(self, **kwargs: object) -> None:
        self._hide_later = Clock.create_trigger(lambda _: self.hide(), SHOWN_S)
        super().__init__(**kwargs)

    def show(self, page: RelativeLayout, text: str, icon: str, time_factor: float = 1.0) -> None:
        """Show over a page, for ``SHOWN_S`` times ``time_factor`` seconds."""
        self.hide()
        self.text, self.icon = text, icon
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
