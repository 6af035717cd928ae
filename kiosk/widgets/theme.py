"""How Hearth looks, in one flat place: colours, type, and sizes in millimetres; every kv rule reads from here.

``use`` chooses the colours once, before the first screen is built. Sizes follow the panel: ``KIVY_DPI`` is set from
its diagonal before Kivy is imported, and 5.2 pixels are a millimetre on the 7-inch panel.
"""

from importlib.resources import files

from fonticon_mdi7 import MDI7
from kivy.metrics import mm
from kivy.utils import get_color_from_hex

Colour = tuple[float, float, float, float]


def colour(code: str) -> Colour:
    """``#rrggbb`` as Kivy counts it: four parts from 0 to 1."""
    red, green, blue, alpha = get_color_from_hex(code)
    return red, green, blue, alpha


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with a ``share`` (0 to 1) of ``other`` stirred in."""
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue, alpha


def pressed(ground: Colour) -> Colour:
    """A ground while a finger holds it: darker, and never paler."""
    return mixed(ground, (0.0, 0.0, 0.0, 1.0), 0.14)


LIGHT = {
    "paper": "#FAF4EA",  # the ground
    "card": "#FFFDF8",  # what one can touch, or read as one
    "sand": "#F0E3D0",  # second choices, pills
    "line": "#E2D2BB",  # borders of cards
    "ink": "#2B221C",  # text
    "soft": "#574739",  # second text, on paper and card
    "ember": "#93330F",  # the one thing to do
    "on_ember": "#FFF9F1",
    "moss": "#2F5443",  # it worked, you are in
    "on_moss": "#FFF9F1",
    "rose": "#8C2332",  # danger alone, as outline and text on card
}
DARK = {
    "paper": "#1C1713",
    "card": "#292019",
    "sand": "#352A21",
    "line": "#42352A",
    "ink": "#F7EEE2",
    "soft": "#CDBBA6",
    "ember": "#F3B267",
    "on_ember": "#1C1713",
    "moss": "#9CCBB0",
    "on_moss": "#1C1713",
    "rose": "#F2A6AE",
}

# the same by day and by night
amber = colour("#F3B267")  # glow and progress; never text on paper
oak_top = colour("#3A2A20")
oak_foot = colour("#241A14")
on_oak = colour("#F7EEE2")
soft_on_oak = colour("#CDBBA6")
qr_ink = colour("#1A1512")  # dark on light by night as well: that is what readers expect
qr_paper = colour("#FFFFFF")
clear = (0.0, 0.0, 0.0, 0.0)

paper: Colour
card: Colour
sand: Colour
line: Colour
ink: Colour
soft: Colour
ember: Colour
on_ember: Colour
moss: Colour
on_moss: Colour
rose: Colour
motion: bool  # False: the ember rests too


def use(palette: str = "light", moving: bool = True) -> None:
    """Choose ``light`` or ``dark``, and whether the ember breathes; what is built from now on looks so."""
    globals().update({name: colour(code) for name, code in {"light": LIGHT, "dark": DARK}[palette].items()})
    globals()["motion"] = moving


use("light")


def size(millimetres: float) -> float:
    """Whole pixels for a length on the glass, so that edges stay sharp."""
    return float(round(mm(millimetres)))


# lengths
target = size(15)  # the least that a finger is asked to hit
main = size(22)  # the one thing to do
gap = size(3)
small_gap = size(1.5)
edge = size(5.3)  # from the rim of the glass
corner = size(4.2)
pill = size(11)
rim = max(1.0, float(round(mm(0.36))))  # borders, 2 px on the 7-inch panel
narrow = size(100)  # a pane that is no wider puts things above each other
widest = size(158)  # a page's content never grows past this
tallest = size(138)

# type
serif = str(files("fontpkg_dm_serif_display") / "files/DMSerifDisplay-Regular.ttf")
sans = str(files("fontpkg_atkinson_hyperlegible") / "files/AtkinsonHyperlegible-Regular.ttf")
bold = str(files("fontpkg_atkinson_hyperlegible") / "files/AtkinsonHyperlegible-Bold.ttf")
icons: str = MDI7.__font_file__

small_text = size(4.2)
body_text = size(4.6)
button_text = size(5.3)
main_text = size(7.2)
key_text = size(7.2)
heading_text = size(8.8)
large_text = size(10.4)
serif_leading = 0.77  # of the font's own 1.38 em: 1.06 em
serif_air = 0.3  # em above and below a line that no letter reaches


def glyph(name: str) -> str:
    """The character of a Material Design icon (``hand_wave``); nothing for no name. Raises AttributeError."""
    return getattr(MDI7, name).rpartition(".")[2] if name else ""
