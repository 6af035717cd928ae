"""Periods that are one tap away, and the period before another one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sync.server.kiosks.repository import Venue
from sync.server.reports.terms import Term, current_term, term_before
from sync.server.web.i18n import counted, say
from sync.server.web.venue_time import day_of

DAYS = 30  # of the last days that are shown without a choice


@dataclass(frozen=True)
class NamedPeriod:
    """A period with a name, such as last week."""

    name: str
    first: date
    last: date


def named_periods(today: date, terms: Sequence[Term] = ()) -> Iterator[NamedPeriod]:
    """What coordinators ask for first, by the reader's day; none ends after it."""
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_of_month = month - timedelta(days=1)
    yield NamedPeriod(say("Last week"), monday - timedelta(days=7), monday - timedelta(days=1))
    yield NamedPeriod(say("This week"), monday, today)
    yield NamedPeriod(say("Last month"), last_of_month.replace(day=1), last_of_month)
    yield NamedPeriod(counted("Last {number} day", "Last {number} days", DAYS), today - timedelta(days=DAYS - 1), today)
    for term in (current_term(terms, today), term_before(terms, today)):
        if term is not None:
            yield NamedPeriod(term.name, term.first, min(term.last, today))
    yield NamedPeriod(say("This year"), today.replace(month=1, day=1), today)


def period_before(first: date, last: date) -> tuple[date, date] | None:
    """The period of the same length that ends before this one, for whole months as many months before; None: no
    calendar goes back so far."""
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    is_whole_months = first.day == 1 and last != date.max and (last + timedelta(days=1)).day == 1
    before = 12 * first.year + first.month - 1 - months  # counted from the year 0
    if is_whole_months:
        begin = date(before // 12, before % 12 + 1, 1) if before >= 12 else None
        return (begin, first - timedelta(days=1)) if begin else None
    days = (last - first).days + 1
    if (first - date.min).days < days:
        return None
    return first - timedelta(days=days), first - timedelta(days=1)


def latest_today(venues: Iterable[Venue], default_zone: str, now: int) -> date:
    """Today, in the venue where the date is latest; ``now``: ms since 1970 UTC."""
    zones = {venue.time_zone for venue in venues} or {default_zone}
    return max(day_of(now, ZoneInfo(zone)) for zone in zones)
