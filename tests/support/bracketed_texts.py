"""Finds texts of pages that are not looked up in a catalogue: all that are stand in ⟦brackets⟧."""

import re
from gettext import NullTranslations

DAYS = re.compile(
    r"(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?,? )?[0-9]+\. (?:Jan|Feb|März|Apr|Mai|Juni|Juli|Aug|Sept|Okt|Nov|Dez)\b"
    r"|(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
    r"|\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Mo|Di|Mi|Do|Fr|Sa|So)\b"
)


class BracketCatalogue(NullTranslations):
    """A catalogue that puts every text in ⟦brackets⟧."""

    def gettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"⟦{singular if number == 1 else plural}⟧"


def words_outside(text: str, names: str) -> list[str]:
    """The words of a page's text that are in no brackets; ``names``: a pattern of what is no text, such as a venue.

    Days are no texts either: they are written by CLDR's rules, in German.
    """
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return re.findall(r"[^\W\d_]+", re.sub(DAYS, "", re.sub(names, "", text)))
