"""Names that people type: one spelling to keep, one to compare."""

import unicodedata

TYPEWRITTEN = {
    **dict.fromkeys(map(ord, "‘’‚‛ʼ′"), "'"),
    **dict.fromkeys(map(ord, "“”„″"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
}


def tidy(name: str) -> str:
    """As it is kept: composed (Unicode's NFC), without spaces at the ends or two in a row."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def compared(name: str) -> str:
    """As it is compared: capitals, widths, ligatures, and how quotes and dashes are written don't matter either.

    Unicode's compatibility caseless match (The Unicode Standard, D146), without invisible characters.
    """
    folded = unicodedata.normalize("NFD", name).casefold()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return tidy(unicodedata.normalize("NFKC", visible).translate(TYPEWRITTEN))
