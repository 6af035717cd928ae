"""The three colour palettes, and the colours that are the same in all."""

from kivy.utils import get_color_from_hex

Colour = tuple[float, float, float, float]  # red, green, blue and alpha, each from 0 to 1


def colour(code: str) -> Colour:
    """Parse ``#rrggbb``."""
    red, green, blue, alpha = get_color_from_hex(code)
    return red, green, blue, alpha


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` with a ``share`` (0 to 1) of ``second``."""
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue, alpha


def pressed(background: Colour) -> Colour:
    """The colour of a pressed button: darker."""
    return mixed(background, (0.0, 0.0, 0.0, 1.0), 0.14)


LIGHT = {
    "paper": "#FAF4EA",  # background
    "card": "#FFFDF8",  # buttons and cards
    "sand": "#F0E3D0",  # secondary buttons
    "sand_rim": "#F0E3D0",  # their border
    "line": "#E2D2BB",  # borders of cards
    "faint": "#E2D2BB",  # empty positions
    "ink": "#2B221C",  # text
    "soft": "#574739",  # secondary text, on paper and card
    "ember": "#93330F",  # the primary button
    "ember_ink": "#FFF9F1",
    "moss": "#2F5443",  # success
    "moss_ink": "#FFF9F1",
    "rose": "#8C2332",  # danger, as outline and text on card
}
DARK = {
    "paper": "#1C1713",
    "card": "#292019",
    "sand": "#352A21",
    "sand_rim": "#352A21",
    "line": "#42352A",
    "faint": "#42352A",
    "ink": "#F7EEE2",
    "soft": "#CDBBA6",
    "ember": "#F3B267",
    "ember_ink": "#1C1713",
    "moss": "#9CCBB0",
    "moss_ink": "#1C1713",
    "rose": "#F2A6AE",
}
CONTRAST = {  # text contrast of at least 12:1, black borders
    "paper": "#FFFFFF",
    "card": "#FFFFFF",
    "sand": "#F2F2F2",
    "sand_rim": "#000000",
    "line": "#000000",
    "faint": "#BDBDBD",
    "ink": "#000000",
    "soft": "#1F1F1F",
    "ember": "#5E1B02",
    "ember_ink": "#FFFFFF",
    "moss": "#12331F",
    "moss_ink": "#FFFFFF",
    "rose": "#6B0013",
}
PALETTES = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

# the same in every palette
amber = colour("#F3B267")  # glow and progress; never text on paper
oak_top = colour("#3A2A20")
oak_foot = colour("#241A14")
oak_ink = colour("#F7EEE2")
oak_soft = colour("#CDBBA6")
qr_ink = colour("#1A1512")  # dark on light in every palette, as readers expect
qr_paper = colour("#FFFFFF")
veil = (0.11, 0.09, 0.075, 0.6)  # over a page, below an overlay
clear = (0.0, 0.0, 0.0, 0.0)
