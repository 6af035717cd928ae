"""Reads the days that people type, in the words of any language of the pages."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Literal

from babel import Locale
from babel.dates import get_month_names

from sync.languages import LANGUAGES
from sync.server.web.i18n import say

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)  # datetime can represent their midnights in every time zone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale
WORDS = re.compile(r"(\d{1,2})[. ]+(?:de +)?([^\W\d_]{3,10})\.?,? +(?:de +)?(\d{4})")  # \d: Arabic digits too
NUMBERS = re.compile(r"(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})")
ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}")
DayOrder = Literal["day first", "month first"]
MONTH_FIRST = frozenset({"en-us", "en-ph"})  # tags of languages in which 03/11 is the 11th of March (CLDR)
EITHER_ORDER = frozenset({"en"})  # that do not say whose English it is


class NotADay(ValueError):
    """The text is not a day, or one outside the range; the message says which."""


def day_order(tags: Sequence[str]) -> DayOrder | None:
    """In which order a reader of these languages writes day and month in 03/11/2026; None: nobody knows."""
    tag = next(iter(tags), "en")
    if tag in EITHER_ORDER:
        return None
    return "month first" if tag in MONTH_FIRST else "day first"


def read_day(text: str, order: DayOrder | None = None) -> date:
    """Parse 2026-11-03, 3 Nov 2026, 3.11.2026, or 03/11/2026 in an order that is known. Raises NotADay."""
    text = text.strip()
    if not text:
        raise NotADay(say("Say which day."))
    try:
        day = _in_words(text) or _in_numbers(text, order) or date.fromisoformat(_with_latin_digits(text))
    except ValueError as error:
        if isinstance(error, NotADay):
            raise
        raise NotADay(
            say("“{text}” is not a day; write it as {example}", text=text[:20], example=_example())
        ) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotADay(say("{day} is outside {first} to {last}", day=day, first=FIRST_DAY, last=LAST_DAY))
    return day


def _example() -> str:
    return say("2026-11-03 or 3 Nov 2026")


def _with_latin_digits(text: str) -> str:
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)


def _in_words(text: str) -> date | None:
    match = WORDS.fullmatch(text)
    if not match:
        return None
    name = match[2].casefold()
    month = _months().get(name) or _english_month(name)
    return date(int(match[3]), month, int(match[1])) if month else None


def _english_month(name: str) -> int | None:
    """Of an English name that is cut anywhere, as Sept."""
    month = name[:3].title()
    return MONTHS.index(month) + 1 if name.isascii() and month in MONTHS else None


@cache
def _months() -> dict[str, int]:
    """The months by their names, long and short, in every language of the pages; lower case, without a full stop."""
    months: dict[str, int] = {}
    for code in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, Locale.parse(code))
                months |= {str(name).rstrip(".").casefold(): number for number, name in names.items()}
    return months


def _in_numbers(text: str, order: DayOrder | None) -> date | None:
    match = NUMBERS.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == ".":  # always the day first
        return date(year, second, first)
    if order is None and first <= 12 and second <= 12 and first != second:
        one, other = (f"{day} {MONTHS[month - 1]}" for day, month in ((first, second), (second, first)))
        raise NotADay(
            say(
                "“{text}” could be {one} or {other}; write it as {example}",
                text=text,
                one=one,
                other=other,
                example=_example(),
            )
        )
    is_month_first = order == "month first" or (order is None and first <= 12 < second)
    return date(year, first, second) if is_month_first else date(year, second, first)
