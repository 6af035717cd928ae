"""A QR code, drawn as one small texture with sharp pixels, on a light plate that is its quiet zone."""

import qrcode
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme

QUIET = 4  # modules of light around the code, as ISO/IEC 18004 asks


def modules(text: str) -> list[list[bool]]:
    """The code's dark (True) and light modules, rows from the top, without a quiet zone."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text, optimize=0)  # in one piece: a slip's code fits the smallest size
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


class Qr(Widget):
    """Shows ``text``; its modules are whole pixels, so that a cheap reader has no trouble."""

    text = StringProperty("")
    texture = ObjectProperty(None, allownone=True)
    drawn = NumericProperty(0)  # pixels a side, of the code
    plate = NumericProperty(0)  # pixels a side, quiet zone included
    quiet = NumericProperty(0)  # pixels

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("size", self._measure)
        self._measure()

    def on_text(self, _: object, text: str) -> None:
        """Draw the new code; nothing for no text."""
        self.texture = self._draw(modules(text)) if text else None
        self._measure()

    @staticmethod
    def _draw(rows: list[list[bool]]) -> Texture:
        texture = Texture.create(size=(len(rows), len(rows)), colorfmt="rgb")
        texture.mag_filter = texture.min_filter = "nearest"
        dark, light = (bytes(round(part * 255) for part in tint[:3]) for tint in (theme.qr_ink, theme.qr_paper))
        texture.blit_buffer(b"".join(dark if on else light for row in reversed(rows) for on in row), colorfmt="rgb")
        return texture

    def _measure(self, *_: object) -> None:
        across = self.texture.width if self.texture else 0
        module = int(min(self.size) // (across + 2 * QUIET)) if across else 0
        self.drawn, self.quiet = module * across, module * QUIET
        self.plate = self.drawn + 2 * self.quiet


kv_rules.load(__file__)
