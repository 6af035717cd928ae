"""A QR code, drawn as one small texture with sharp pixels on a light plate (its quiet zone)."""

import qrcode
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv_rules
from kiosk.ui.style.theme import theme

QUIET = 4  # modules of light around the code, as ISO/IEC 18004 requires


def modules(text: str) -> list[list[bool]]:
    """The code's dark (True) and light modules, rows from the top, without a quiet zone."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text, optimize=0)  # in one piece, so that a slip's code gets the smallest version
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


class Qr(Widget):
    """Shows ``text``; modules are whole pixels, for cheap readers."""

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
        """Draw the code; nothing without a text."""
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
        module_count = self.texture.width if self.texture else 0
        module = int(min(self.size) // (module_count + 2 * QUIET)) if module_count else 0
        self.drawn, self.quiet = module * module_count, module * QUIET
        self.plate = self.drawn + 2 * self.quiet


kv_rules.load(__file__)
