"""Texts, times and numbers of the screens in ``theme.language``; the catalogues are in ``assets/translations``.

English is the source and needs no catalogue. Times, dates and numbers are written as Unicode's CLDR has them, by Babel
where that takes more than a few digits.
"""

import gettext
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO

from kiosk.ui.style.languages import SOURCE
from kiosk.ui.style.theme import theme

HOURS = {"es": "{hour}"}  # CLDR's hour and minute, where they aren't 07:05; Babel would take longer than a tap may
LOCALES = {"en": "en_GB"}  # whose dates a language without a country is written with


def say(text: str, **given: object) -> str:
    """The text in the present language, with ``given`` in its ``{places}``."""
    return _words(theme.language).gettext(text).format(**_shown(given)) if text else ""


def counted(one: str, many: str, number: int, **given: object) -> str:
    """The same for so many things: each language has its own plurals. ``{number}`` is the number."""
    return _words(theme.language).ngettext(one, many, number).format(**_shown({"number": number, **given}))


def time_of(when: datetime) -> str:
    """Its hour and minute."""
    hour = HOURS.get(theme.language, "{hour:02}").format(hour=when.hour)
    return f"{hour}:{when.minute:02}"


def day_and_time(when: datetime) -> str:
    """The same with the day of the week, for another day than today."""
    from babel.dates import format_skeleton

    return format_skeleton("EEEEHm", when, locale=_locale())


def date_of(when: datetime) -> str:
    """Its day of the month, and of the week, for a day that is further away."""
    from babel.dates import format_skeleton

    return format_skeleton("MMMEd", when, locale=_locale())


def _shown(given: dict[str, object]) -> dict[str, object]:
    return {name: _number(value) if isinstance(value, int) else value for name, value in given.items()}


def _number(value: int) -> str:
    if value < 1000:
        return str(value)
    from babel.numbers import format_decimal

    return format_decimal(value, locale=_locale())


def _locale() -> str:
    language: str = theme.language
    return LOCALES.get(language, language)


@cache
def _words(code: str) -> gettext.NullTranslations:
    """A language's catalogue, compiled from its text when it is first spoken (some hundredths of a second)."""
    if code == SOURCE:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (files("assets") / "translations" / f"{code}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
