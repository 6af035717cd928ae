"""Texts and numbers of the pages in the reader's language; the catalogues are in ``assets/translations/server``.

English is the source language and needs no catalogue. Outside of a request, as in commands, texts are English.
Placeholders are those of ``str.format``; whole numbers among the values are written as the language writes them.
"""

import gettext
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from markupsafe import Markup

from sync.languages import RIGHT_TO_LEFT, SOURCE
from sync.printable import printable
from sync.server.web.languages import current_reader

LOCALES = {"en": "en_GB"}  # for dates and numbers


def language() -> str:
    """The code of the reader's language."""
    return current_reader().language


def direction() -> str:
    """The direction of its script, as HTML names it."""
    return "rtl" if language() in RIGHT_TO_LEFT else "ltr"


def locale() -> Locale:
    """Its rules in Unicode's CLDR."""
    return _locale(language())


def later(text: str) -> str:
    """Mark a text of a constant for the catalogues; it is translated by :func:`say` where it is shown."""
    return text


def say(text: str, /, **values: object) -> str:
    """Translate a text and fill in its ``{placeholders}``. Texts that are in no catalogue stay as they are."""
    return _translated(text).format(**_shown(values)) if values else _translated(text)


def counted(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Translate a text with the plural form for ``number``, which is also its ``{number}``."""
    return _counted(singular, plural, number).format(**_shown({"number": number, **values}))


def say_html(text: str, /, **values: object) -> Markup:
    """The same for a text with tags, which must be a constant; the values are escaped."""
    return Markup(_translated(text)).format(**_escaped(values))


def counted_html(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    """The same for a text with plural forms and tags."""
    return Markup(_counted(singular, plural, number)).format(**_escaped({"number": number, **values}))


def number_text(number: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A number with the language's marks between thousands and before decimals: 1126 -> 1,126 or 1.126."""
    text = f"{number:{'+' if sign else ''},.{decimals}f}"
    return text if language() == SOURCE else text.translate(_number_marks(language()).table)


def separators() -> tuple[str, str]:
    """The mark before decimals, and the one between thousands."""
    marks = _number_marks(language())
    return marks.decimal, marks.group


def inside(text: str) -> str:
    """A text that begins with a capital, as it stands within a sentence; German nouns keep theirs."""
    return text if language() == "de" else text[:1].lower() + text[1:]


def list_text(items: list[str]) -> str:
    """A, B and C."""
    if len(items) < 2:
        return "".join(items)
    return say("{items} and {last}", items=say(", ").join(items[:-1]), last=items[-1])


@dataclass(frozen=True)
class _NumberMarks:
    decimal: str
    group: str
    plus: str  # with a mark of direction where the language is written from right to left
    minus: str

    @property
    def table(self) -> dict[int, str]:
        return {ord(","): self.group, ord("."): self.decimal, ord("+"): self.plus, ord("-"): self.minus}


@cache
def _number_marks(code: str) -> _NumberMarks:
    symbols = _locale(code).number_symbols["latn"]
    return _NumberMarks(symbols["decimal"], symbols["group"], symbols["plusSign"], symbols["minusSign"])


def _translated(text: str) -> str:
    code = language()
    return text if code == SOURCE or not text else _catalogue(code).gettext(text)


def _counted(singular: str, plural: str, number: int) -> str:
    return _catalogue(language()).ngettext(singular, plural, number)


def _shown(values: dict[str, object]) -> dict[str, object]:
    return {name: number_text(value) if type(value) is int else value for name, value in values.items()}


def _escaped(values: dict[str, object]) -> dict[str, object]:
    return {name: printable(value) if type(value) is str else value for name, value in _shown(values).items()}


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(LOCALES.get(code, code))


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """A language's catalogue, read at its first use."""
    if code == SOURCE:
        return gettext.NullTranslations()
    with (files("assets") / "translations" / "server" / f"{code}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)
