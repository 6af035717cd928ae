"""Formats days, moments, periods and numbers as text for the pages."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sync.server.web.days import MONTHS

NEAR = {-1: "tomorrow", 0: "today", 1: "yesterday"}  # days ago


def day_words(day: date, today: date) -> str:
    """Sat 3 Nov; with the year where it is not this year."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def moment_words(at: int, zone: ZoneInfo, now: int) -> str:
    """today 09:14, yesterday 17:20, tomorrow 08:00, Sat 17:20, 3 Nov 17:20; both times in ms since 1970 UTC."""
    then, today = datetime.fromtimestamp(at // 1000, zone), datetime.fromtimestamp(now // 1000, zone).date()
    days_ago = (today - then.date()).days
    if days_ago in NEAR:
        return f"{NEAR[days_ago]} {then:%H:%M}"
    if 1 < days_ago < 7:
        return f"{then:%a %H:%M}"
    year = "" if then.year == today.year else f" {then.year}"
    return f"{then.day} {then:%b}{year} {then:%H:%M}"


def clock_time_words(at: int, time_zone: str) -> str:
    """14:05:30 in the zone of this IANA name; ``at``: ms since 1970 UTC."""
    return f"{datetime.fromtimestamp(at // 1000, ZoneInfo(time_zone)):%H:%M:%S}"


def duration_words(length: int) -> str:
    """45 min; 2 h 5 min; 3 days; ``length`` in ms."""
    minutes = length // 60_000
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def time_words(start: datetime, end: datetime | None, day: date) -> str:
    """19:00 – 21:00; with the date of a time that is neither on ``day`` nor in the night after it; from 19:00."""
    begin = f"{start:%H:%M}" if start.date() == day else f"{start.day} {start:%b %H:%M}"
    if end is None:
        return f"from {begin}"
    is_same_night = end.date() == start.date() or (end - start) < timedelta(days=1)
    return f"{begin} – {end:%H:%M}" if is_same_night else f"{begin} – {end.day} {end:%b %H:%M}"


def full_day_words(day: date) -> str:
    """3 Nov 2026: in a form that read_day parses."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period_words(first: date, last: date) -> str:
    """November 2026; 1 – 12 November 2026; 20 Nov – 3 Dec 2026."""
    is_same_month = (first.year, first.month) == (last.year, last.month)
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if is_same_month and first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return f"{first:%B %Y}"
    if is_same_month:
        return f"{first.day} – {last.day} {last:%B %Y}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} – {last.day} {last:%b %Y}"


def sentence(words: str) -> str:
    """The text as a sentence, with a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")


def grouped(number: int) -> str:
    """1126 -> 1,126."""
    return f"{number:,}"


def hours(number: float) -> str:
    """12.5 -> 12.5 h; from 1,000 on without decimals: 1904.25 -> 1,904 h."""
    return f"{number:,.0f} h" if number >= 1000 else f"{number:,.2f}".rstrip("0").rstrip(".") + " h"
