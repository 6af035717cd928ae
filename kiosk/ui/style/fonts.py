"""Font files of each role: for Latin scripts, for Arabic, and the icons."""

from collections.abc import Mapping
from importlib.resources import files

from fonticon_mdi7 import MDI7

from sync.languages import RIGHT_TO_LEFT


def _font(package: str, name: str) -> str:
    return str(files(f"fontpkg_{package}") / f"files/{name}.ttf")


ICONS: str = MDI7.__font_file__
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
ARABIC_OF = {
    str(LATIN[role]): str(ARABIC[role]) for role in ("serif", "sans", "bold")
}  # font file: the Arabic one of the same weight
MIRRORED = {"arrow_left": "arrow_right"}  # icons to mirror in a right-to-left language


def of_language(language: str) -> Mapping[str, object]:
    """Font files and their vertical metrics for a language."""
    return ARABIC if language in RIGHT_TO_LEFT else LATIN


def bold_for(language: str) -> str:
    """The bold font with the letters of a language."""
    return str(of_language(language)["bold"])


def glyph(name: str, rtl: bool) -> str:
    """The character of a Material Design icon (``hand_wave``), mirrored where needed. Raises AttributeError."""
    name = MIRRORED.get(name, name) if rtl else name
    return getattr(MDI7, name).rpartition(".")[2] if name else ""
