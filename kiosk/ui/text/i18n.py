"""Texts, times and numbers of the screens in ``theme.language``; the catalogues are in ``assets/translations``,
compiled by ``assets/compile_catalogues.py`` when Hearth is built.

English is the source language and needs no catalogue. Times, dates and numbers follow Unicode's CLDR, by Babel where
the format is not trivial.
"""

import gettext
from datetime import datetime, time
from functools import cache
from importlib.resources import files

from kiosk.ui.style.theme import theme
from sync.languages import SOURCE

HOURS = {"es": "{hour}"}  # CLDR's hour, where it isn't two digits; Babel is too slow for a tap
LOCALES = {"en": "en_GB"}  # locales for date formats


def say(text: str, **values: object) -> str:
    """Translate a text into the current language and fill in its ``{placeholders}``."""
    return _catalogue(theme.language).gettext(text).format(**_formatted(values)) if text else ""


def counted(singular: str, plural: str, number: int, **values: object) -> str:
    """Translate a text with the plural form for ``number``, which is also its ``{number}``."""
    return (
        _catalogue(theme.language).ngettext(singular, plural, number).format(**_formatted({"number": number, **values}))
    )


def time_of(when: datetime | time) -> str:
    """Hour and minute."""
    hour = HOURS.get(theme.language, "{hour:02}").format(hour=when.hour)
    return f"{hour}:{when.minute:02}"


def weekday(number: int) -> str:
    """A day of the week (1: Monday), in short."""
    from babel.dates import get_day_names

    return str(get_day_names("abbreviated", "stand-alone", _locale())[number - 1]).rstrip(".").capitalize()


def day_and_time(when: datetime) -> str:
    """Weekday, hour and minute."""
    from babel.dates import format_skeleton

    return format_skeleton("EEEEHm", when, locale=_locale())


def date_of(when: datetime) -> str:
    """Weekday, day and month."""
    from babel.dates import format_skeleton

    return format_skeleton("MMMEd", when, locale=_locale())


def _formatted(values: dict[str, object]) -> dict[str, object]:
    return {name: _number(value) if isinstance(value, int) else value for name, value in values.items()}


def _number(value: int) -> str:
    if value < 1000:
        return str(value)
    from babel.numbers import format_decimal

    return format_decimal(value, locale=_locale())


def _locale() -> str:
    language: str = theme.language
    return LOCALES.get(language, language)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """A language's catalogue, read at its first use."""
    if code == SOURCE:
        return gettext.NullTranslations()
    with (files("assets") / "translations" / f"{code}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)
