"""Converts millimetres on the panel to pixels.

``KIVY_DPI`` is set from the panel's diagonal before Kivy is imported; 5.2 pixels are a millimetre on the 7-inch panel.
"""

from kivy.metrics import mm


def size(millimetres: float) -> float:
    """Whole pixels for a length, so that edges stay sharp."""
    return float(round(mm(millimetres)))


def letters(millimetres: float, text_scale: float) -> float:
    """Whole pixels for a text height, scaled up to ``LARGE_ENOUGH`` at most; a larger height is not scaled."""
    return size(max(millimetres, min(millimetres * text_scale, LARGE_ENOUGH)))


LARGE_ENOUGH = 8.0  # mm; scaling stops at this text height
TYPE = {  # mm
    "small_text": 4.2,
    "body_text": 4.6,
    "button_text": 5.3,
    "main_text": 7.2,
    "heading_text": 8.8,
    "large_text": 10.4,
}
TALLEST, TALLEST_LOW = 138, 146  # mm; height limit of a page's content
