"""How Hearth looks, in one flat place: colours, type, and sizes in millimetres; every kv rule reads from here.

``use`` chooses colours, text size and the present language's letters; what is built from then on looks so. Sizes follow
the panel: ``KIVY_DPI`` is set from its diagonal before Kivy is imported, and 5.2 pixels are a millimetre on the 7-inch
panel.
"""

from importlib.resources import files

from fonticon_mdi7 import MDI7
from kivy.metrics import mm
from kivy.utils import get_color_from_hex

from kiosk.ui.text import i18n

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
    "sand_rim": "#F0E3D0",  # their border
    "line": "#E2D2BB",  # borders of cards
    "faint": "#E2D2BB",  # places that are still empty
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
    "sand_rim": "#352A21",
    "line": "#42352A",
    "faint": "#42352A",
    "ink": "#F7EEE2",
    "soft": "#CDBBA6",
    "ember": "#F3B267",
    "on_ember": "#1C1713",
    "moss": "#9CCBB0",
    "on_moss": "#1C1713",
    "rose": "#F2A6AE",
}
CONTRAST = {  # every text 12:1 and more, every shape with a black border
    "paper": "#FFFFFF",
    "card": "#FFFFFF",
    "sand": "#F2F2F2",
    "sand_rim": "#000000",
    "line": "#000000",
    "faint": "#BDBDBD",
    "ink": "#000000",
    "soft": "#1F1F1F",
    "ember": "#5E1B02",
    "on_ember": "#FFFFFF",
    "moss": "#12331F",
    "on_moss": "#FFFFFF",
    "rose": "#6B0013",
}
PALETTES = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

# the same in every palette
amber = colour("#F3B267")  # glow and progress; never text on paper
oak_top = colour("#3A2A20")
oak_foot = colour("#241A14")
on_oak = colour("#F7EEE2")
soft_on_oak = colour("#CDBBA6")
qr_ink = colour("#1A1512")  # dark on light by night as well: that is what readers expect
qr_paper = colour("#FFFFFF")
veil = (0.11, 0.09, 0.075, 0.6)  # over a page that waits
clear = (0.0, 0.0, 0.0, 0.0)

paper: Colour
card: Colour
sand: Colour
sand_rim: Colour
line: Colour
faint: Colour
ink: Colour
soft: Colour
ember: Colour
on_ember: Colour
moss: Colour
on_moss: Colour
rose: Colour
motion: bool  # False: the ember rests too
low = False  # what is touched stays in the lower half
reach = "usual"  # the same as the name of a case: usual or low
before_keypad: float  # beside what is read there is a little room more
text_scale = 1.0  # to 1.5

serif: str
sans: str
bold: str
serif_leading: float  # line height, in the font's own
sans_leading: float
serif_air: float  # em above and below a line that no letter reaches

small_text: float
body_text: float
button_text: float
main_text: float
heading_text: float
large_text: float


def bold_for(language: str) -> str:
    """The bold font that has the letters of this language, whatever is spoken just now."""
    return str((ARABIC if language in i18n.RIGHT_TO_LEFT else LATIN)["bold"])


def use(palette: str = "light", moving: bool = True, text: float = 1.0, lower: bool = False) -> None:
    """Choose ``light``, ``dark`` or ``contrast``, whether the ember breathes, how much larger text is, and how low."""
    globals().update({name: colour(code) for name, code in PALETTES[palette].items()})
    globals().update(motion=moving, text_scale=text, low=lower, reach="low" if lower else "usual")
    globals().update(before_keypad=0.0 if lower else gap, tallest=size(146 if lower else 138))
    globals().update(ARABIC if i18n.rtl else LATIN)
    globals().update({name: letters(millimetres) for name, millimetres in TYPE.items()})


def size(millimetres: float) -> float:
    """Whole pixels for a length on the glass, so that edges stay sharp."""
    return float(round(mm(millimetres)))


# lengths
target = size(15)  # the least that a finger is asked to hit
main = size(22)  # the one thing to do
stacked = size(27)  # an icon above words above a smaller line
gap = size(3)
small_gap = size(1.5)
edge = size(5.3)  # from the rim of the glass
corner = size(4.2)
pill = size(11)
rim = max(1.0, float(round(mm(0.36))))  # borders, 2 px on the 7-inch panel
ring = size(0.5)  # around what a key would press
narrow = size(100)  # a pane that is no wider puts things above each other
widest = size(158)  # a page's content never grows past this
tallest: float  # nor past this
keypad = size(78), size(84)  # never larger
flat_keypad = size(150), size(52)  # the same in two rows

# type
key_text = size(7.2)  # digits on keys
least_text = size(4.2)  # no text is smaller, however little room it has
large_enough = 8.0  # mm; text of this size is read by whoever asks for larger text
TYPE = {
    "small_text": 4.2,
    "body_text": 4.6,
    "button_text": 5.3,
    "main_text": 7.2,
    "heading_text": 8.8,
    "large_text": 10.4,
}


def letters(millimetres: float) -> float:
    """Whole pixels for a text that is so high by itself: larger where that was asked for, unless it is large."""
    return size(max(millimetres, min(millimetres * text_scale, large_enough)))


def _font(package: str, name: str) -> str:
    return str(files(f"fontpkg_{package}") / f"files/{name}.ttf")


icons: str = MDI7.__font_file__
LATIN = {
    "serif": _font("dm_serif_display", "DMSerifDisplay-Regular"),
    "sans": _font("atkinson_hyperlegible", "AtkinsonHyperlegible-Regular"),
    "bold": _font("atkinson_hyperlegible", "AtkinsonHyperlegible-Bold"),
    "serif_leading": 0.77,  # of the font's own 1.38 em: 1.06 em
    "serif_air": 0.3,
    "sans_leading": 1.0,
}
ARABIC = {
    "serif": _font("ibm_plex_sans_arabic", "IBMPlexSansArabic-SemiBold"),
    "sans": _font("ibm_plex_sans_arabic", "IBMPlexSansArabic-Regular"),
    "bold": _font("ibm_plex_sans_arabic", "IBMPlexSansArabic-Bold"),
    "serif_leading": 0.85,
    "serif_air": 0.3,
    "sans_leading": 0.84,
}
IN_ARABIC = {str(LATIN[role]): str(ARABIC[role]) for role in ("serif", "sans", "bold")}  # of the same weight
MIRRORED = {"arrow_left": "arrow_right"}


def glyph(name: str) -> str:
    """The character of a Material Design icon (``hand_wave``); nothing for no name. Raises AttributeError.

    One that points along the line points the other way where the language does.
    """
    name = MIRRORED.get(name, name) if i18n.rtl else name
    return getattr(MDI7, name).rpartition(".")[2] if name else ""


use()
