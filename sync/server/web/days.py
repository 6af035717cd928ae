"""Reads the days that people type."""

import re
from datetime import date
from typing import Literal

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)  # datetime can represent their midnights in every time zone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale
WORDS = re.compile(r"([0-9]{1,2})[. ]+([A-Za-z]{3,9})\.? +([0-9]{4})")
NUMBERS = re.compile(r"([0-9]{1,2})([./-]) ?([0-9]{1,2})\2 ?([0-9]{4})")
DayOrder = Literal["day first", "month first"]
MONTH_FIRST = frozenset({"en-us", "en-ph"})  # tags of languages in which 03/11 is the 11th of March (CLDR)
EITHER_ORDER = frozenset({"en"})  # that do not say whose English it is


class NotADay(ValueError):
    """The text is not a day, or one outside the range; the message says which."""


def day_order(tags: list[str]) -> DayOrder | None:
    """In which order a reader of these languages writes day and month in 03/11/2026; None: nobody knows."""
    tag = next(iter(tags), "en")
    if tag in EITHER_ORDER:
        return None
    return "month first" if tag in MONTH_FIRST else "day first"


def read_day(text: str, order: DayOrder | None = None) -> date:
    """Parse 2026-11-03, 3 Nov 2026, 3.11.2026, or 03/11/2026 in an order that is known. Raises NotADay."""
    text = text.strip()
    try:
        day = _in_words(text) or _in_numbers(text, order) or date.fromisoformat(text)
    except ValueError as error:
        if isinstance(error, NotADay):
            raise
        raise NotADay(f"“{text[:20]}” is not a day; write 2026-11-03 or 3 Nov 2026") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotADay(f"{day} is outside {FIRST_DAY} to {LAST_DAY}")
    return day


def _in_words(text: str) -> date | None:
    match = WORDS.fullmatch(text)
    month = match[2][:3].title() if match else ""
    return date(int(match[3]), MONTHS.index(month) + 1, int(match[1])) if match and month in MONTHS else None


def _in_numbers(text: str, order: DayOrder | None) -> date | None:
    match = NUMBERS.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == ".":  # always the day first
        return date(year, second, first)
    if order is None and first <= 12 and second <= 12 and first != second:
        either = " or ".join(f"{day} {MONTHS[month - 1]}" for day, month in ((first, second), (second, first)))
        raise NotADay(f"“{text}” could be {either}; write 2026-11-03 or 3 Nov 2026")
    is_month_first = order == "month first" or (order is None and first <= 12 < second)
    return date(year, first, second) if is_month_first else date(year, second, first)
