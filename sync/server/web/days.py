"""Which days a report can be asked for."""

import re
from datetime import date

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9998, 12, 31)  # every zone's midnights can be told in between

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in no one's locale
WORDS = re.compile(r"([0-9]{1,2})[. ]+([A-Za-z]{3,9})\.? +([0-9]{4})")


class NotADay(ValueError):
    """The text says why it is no day of a report."""


def read_day(text: str) -> date:
    """A day as people type it: 2026-11-03 or 3 Nov 2026. Raises NotADay."""
    try:
        day = _in_words(text) or date.fromisoformat(text.strip())
    except ValueError as error:
        raise NotADay(f"“{text[:20]}” is not a day; write 2026-11-03 or 3 Nov 2026") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotADay(f"{day} is outside {FIRST_DAY} to {LAST_DAY}")
    return day


def _in_words(text: str) -> date | None:
    said = WORDS.fullmatch(text.strip())
    month = said[2][:3].title() if said else ""
    return date(int(said[3]), MONTHS.index(month) + 1, int(said[1])) if said and month in MONTHS else None
