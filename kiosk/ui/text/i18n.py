"""What is said on the screens, in the language of whoever stands there; the words are in ``assets/translations``.

``use`` chooses the language once for all; what is built or said from then on is in it. English is the source and needs
no catalogue. Times, dates and numbers are written as Unicode's CLDR has them, by Babel where that takes more than a
few digits.
"""

import gettext
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO

LANGUAGES = {  # each in its own words, as it stands on its button
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
    "ar": "العربية",
}
SOURCE = "en"
HOURS = {"es": "{hour}"}  # CLDR's hour and minute, where they aren't 07:05; Babel would take longer to say than a tap
RIGHT_TO_LEFT = frozenset({"ar"})
LOCALES = {"en": "en_GB"}  # whose dates a language without a country is written with

SIDES = ({"x": 0}, {"right": 1})

language = SOURCE
rtl = False
start, end = "left", "right"  # where a line begins, and where it ends
at_start, at_end = SIDES  # the same for what floats
grid = "lr-tb"  # how a grid is filled


def use(code: str) -> None:
    """Speak the language of that code from now on. Raises KeyError for one that is not in ``LANGUAGES``."""
    if code not in LANGUAGES:
        raise KeyError(code)
    mirrored = code in RIGHT_TO_LEFT
    globals().update(language=code, rtl=mirrored, grid="rl-tb" if mirrored else "lr-tb")
    globals().update(zip(("end", "start") if mirrored else ("start", "end"), ("left", "right"), strict=True))
    globals().update(zip(("at_end", "at_start") if mirrored else ("at_start", "at_end"), SIDES, strict=True))


def say(text: str, **given: object) -> str:
    """The text in the present language, with ``given`` in its ``{places}``."""
    return _words(language).gettext(text).format(**_shown(given)) if text else ""


def counted(one: str, many: str, number: int, **given: object) -> str:
    """The same for so many things: each language has its own plurals. ``{number}`` is the number."""
    return _words(language).ngettext(one, many, number).format(**_shown({"number": number, **given}))


def time_of(when: datetime) -> str:
    """Its hour and minute."""
    hour = HOURS.get(language, "{hour:02}").format(hour=when.hour)
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
