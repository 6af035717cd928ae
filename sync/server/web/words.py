"""Formats days, moments, periods and numbers as text for the pages, as the reader's language writes them.

English texts are made here; those of other languages follow Unicode's CLDR, by Babel.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, get_day_names

from sync.languages import SOURCE
from sync.server.web.days import MONTHS
from sync.server.web.i18n import counted, language, later, locale, number_text, say

NEAR = {-1: later("tomorrow {time}"), 0: later("today {time}"), 1: later("yesterday {time}")}  # days ago
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_words(day: date, today: date) -> str:
    """Sat 3 Nov; with the year where it is not this year."""
    is_this_year = day.year == today.year
    if language() == SOURCE:
        return f"{day:%a} {day.day} {day:%b}" + ("" if is_this_year else f" {day.year}")
    return _skeleton("MMMEd" if is_this_year else "yMMMEd", day, language())


def short_day_words(day: date, *, has_year: bool = False) -> str:
    """3 Nov; 3 Nov 2026."""
    if language() == SOURCE:
        return f"{day.day} {day:%b}" + (f" {day.year}" if has_year else "")
    return _skeleton("yMMMd" if has_year else "MMMd", day, language())


def short_month_words(day: date) -> str:
    """Nov 2026."""
    return f"{day:%b} {day.year}" if language() == SOURCE else _skeleton("yMMM", day, language())


def weekday_words(number: int) -> str:
    """Monday; 0 is Monday."""
    return WEEKDAYS[number] if language() == SOURCE else _weekdays("wide", language())[number]


def short_weekday_words(number: int) -> str:
    """Mon; 0 is Monday."""
    return WEEKDAYS[number][:3] if language() == SOURCE else _weekdays("abbreviated", language())[number]


def time_of_day_words(when: datetime | time) -> str:
    """Hour and minute, of 24 hours: 09:14."""
    return f"{when.hour}:{when.minute:02}" if language() == "es" else f"{when.hour:02}:{when.minute:02}"


def moment_words(at: int, zone: ZoneInfo, now: int, *, is_today_said: bool = True) -> str:
    """today 09:14, yesterday 17:20, tomorrow 08:00, Sat 17:20, 3 Nov 17:20; both times in ms since 1970 UTC.

    ``is_today_said``: or else a time of today is 09:14 alone.
    """
    then, today = datetime.fromtimestamp(at // 1000, zone), datetime.fromtimestamp(now // 1000, zone).date()
    clock = time_of_day_words(then)
    days_ago = (today - then.date()).days
    if days_ago in NEAR:
        return say(NEAR[days_ago], time=clock) if days_ago or is_today_said else clock
    if 1 < days_ago < 7:
        return say("{day} {time}", day=short_weekday_words(then.weekday()), time=clock)
    return say("{day} {time}", day=short_day_words(then.date(), has_year=then.year != today.year), time=clock)


def clock_time_words(at: int, time_zone: str) -> str:
    """14:05:30 in the zone of this IANA name; ``at``: ms since 1970 UTC."""
    then = datetime.fromtimestamp(at // 1000, ZoneInfo(time_zone))
    return f"{time_of_day_words(then)}:{then.second:02}"


def duration_words(length: int) -> str:
    """45 min; 2 h 5 min; 3 days; ``length`` in ms."""
    minutes = length // 60_000
    if minutes < 60:
        return say("{minutes} min", minutes=minutes)
    if minutes >= 48 * 60:
        return counted("{number} day", "{number} days", minutes // (24 * 60))
    if minutes % 60:
        return say("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
    return say("{hours} h", hours=minutes // 60)


def time_words(start: datetime, end: datetime | None, day: date) -> str:
    """19:00 – 21:00; with the date of a time that is neither on ``day`` nor in the night after it; from 19:00."""
    begin = time_of_day_words(start) if start.date() == day else _day_and_time(start)
    if end is None:
        return say("from {time}", time=begin)
    is_same_night = end.date() == start.date() or (end - start) < timedelta(days=1)
    return f"{begin} – {time_of_day_words(end) if is_same_night else _day_and_time(end)}"


def _day_and_time(when: datetime) -> str:
    return say("{day} {time}", day=short_day_words(when.date()), time=time_of_day_words(when))


def full_day_words(day: date) -> str:
    """3 Nov 2026: in a form that read_day parses."""
    if language() == SOURCE:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return _skeleton("yMMMd", day, language())


def period_words(first: date, last: date) -> str:
    """November 2026; 1 – 12 November 2026; 20 Nov – 3 Dec 2026."""
    is_same_month = (first.year, first.month) == (last.year, last.month)
    is_whole_month = is_same_month and first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if language() != SOURCE:
        return _period(first, last, language(), is_whole_month=is_whole_month)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if is_whole_month:
        return f"{first:%B %Y}"
    if is_same_month:
        return f"{first.day} – {last.day} {last:%B %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"


def sentence(words: str) -> str:
    """The text as a sentence, with a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "؟")) else ".")


def grouped(number: int) -> str:
    """1126 -> 1,126."""
    return number_text(number)


def hours(number: float) -> str:
    """12.5 -> 12.5 h; from 1,000 on without decimals: 1904.25 -> 1,904 h. The unit stays on its line."""
    decimals = (
        0
        if number >= 1000
        else next(places for places in (0, 1, 2) if places == 2 or round(number, places) == round(number, 2))
    )
    return say("{number}\u00a0h", number=number_text(number, decimals))


def percent(number: float, decimals: int = 0) -> str:
    """42 %."""
    return say("{number}\u00a0%", number=number_text(number, decimals))


@lru_cache(maxsize=4096)
def _skeleton(skeleton: str, day: date, code: str) -> str:
    """``code``: of the language, which is part of the cache's key."""
    return format_skeleton(skeleton, day, locale=locale())


@lru_cache(maxsize=1024)
def _period(first: date, last: date, code: str, *, is_whole_month: bool) -> str:
    if first == last:
        return format_date(first, "long", locale=locale())
    if is_whole_month:
        return format_skeleton("yMMMM", first, locale=locale())
    return format_interval(first, last, "yMMMd", locale=locale())


@lru_cache(maxsize=32)
def _weekdays(width: str, code: str) -> tuple[str, ...]:
    names = get_day_names("wide" if width == "wide" else "abbreviated", "stand-alone", locale())
    return tuple(str(names[number]) for number in range(7))
