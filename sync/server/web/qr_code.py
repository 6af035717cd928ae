"""Draws QR codes (ISO/IEC 18004) as the path of an SVG, on the server."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M


@dataclass(frozen=True)
class QrDrawing:
    """``path``: SVG commands in modules; ``size``: modules in a row, the quiet zone included."""

    size: int
    path: str


def draw_qr(text: str) -> QrDrawing:
    """The code of a text, with a quiet zone of four modules."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark]
    return QrDrawing(len(matrix), "".join(dark))
