"""Names that people type: one spelling to keep, one to compare."""

import unicodedata


def tidy(name: str) -> str:
    """As it is kept: composed (Unicode's NFC), without spaces at the ends or two in a row."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def compared(name: str) -> str:
    """As it is compared: capitals don't matter either (Unicode's canonical caseless match, D145)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", tidy(name)).casefold())
