"""Normalizes names that people type: for storing, and for comparing."""

import unicodedata

TYPEWRITTEN = {
    **dict.fromkeys(map(ord, "‘’‚‛ʼ′"), "'"),
    **dict.fromkeys(map(ord, "“”„″"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
}


def tidy(name: str) -> str:
    """The form that is stored: Unicode's NFC, without spaces at the ends or two in a row."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def compared(name: str) -> str:
    """The form for comparing: it also ignores case, widths, ligatures, and the shape of quotes and dashes.

    Unicode's compatibility caseless match (The Unicode Standard, D146), without invisible characters.
    """
    folded = unicodedata.normalize("NFD", name).casefold()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return tidy(unicodedata.normalize("NFKC", visible).translate(TYPEWRITTEN))
