"""Reads the days of a report's period."""

import re
from datetime import date

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)  # datetime can represent their midnights in every time zone

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in any locale
WORDS = re.compile(r"([0-9]{1,2})[. ]+([A-Za-z]{3,9})\.? +([0-9]{4})")


class NotADay(ValueError):
    """The text is not a day, or one outside the range; the message says which."""


def read_day(text: str) -> date:
    """Parse 2026-11-03 or 3 Nov 2026. Raises NotADay."""
    try:
        day = _in_words(text) or date.fromisoformat(text.strip())
    except ValueError as error:
        raise NotADay(f"“{text[:20]}” is not a day; write 2026-11-03 or 3 Nov 2026") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotADay(f"{day} is outside {FIRST_DAY} to {LAST_DAY}")
    return day


def _in_words(text: str) -> date | None:
    match = WORDS.fullmatch(text.strip())
    month = match[2][:3].title() if match else ""
    return date(int(match[3]), MONTHS.index(month) + 1, int(match[1])) if match and month in MONTHS else None
