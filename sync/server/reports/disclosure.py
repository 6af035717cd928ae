"""Statistical disclosure control: what is shown of figures that could point at a person.

Feelings, and everything that stands on passes. Such figures come for whole months that are over and for a venue or all
of them, by no other filter; those of passes for a month or a calendar year. A count below the organisation's threshold
is hidden, and every other one is rounded to a multiple of five by itself, totals too. The method is that of NHS Digital
for Hospital Episode Statistics (2018), with a threshold that can be raised.

Rounding alone leaves hidden counts open to subtraction: many periods and places that overlap narrow one down. So no
figure counts a hidden one in a way in which it could be isolated: protected_sums.py says how counts that add up are
summed, pass_protection.py when a year of different people is shown beside its months.

https://digital.nhs.uk/data-and-information/data-tools-and-services/data-services/hospital-episode-statistics/change-to-disclosure-control-methodology-for-hes-and-ecds-from-september-2018
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from sync.errors import UserError
from sync.server.reports.base import AnyReport, ReportFilters
from sync.server.web.i18n import later, say

V = TypeVar("V")
ROUNDED_TO = 5
TOGETHER = later("Together")  # the row of several venues
OF_MONTHS = later(
    "“{report}” could point at a person, so it comes for whole months that are over, and for a venue or all of them"
)
OF_MONTH_OR_YEAR = later(
    "“{report}” could point at a person, so it comes for a month or a calendar year that is over, and for a venue or "
    "all of them"
)


class NotOffered(UserError):
    """Protected figures are not to be had for such a period or by such a filter; the text says for which."""


def shown_count(count: int, smallest: int) -> int | None:
    """A count as it is shown: rounded, None where it is hidden."""
    return ROUNDED_TO * ((2 * count + ROUNDED_TO) // (2 * ROUNDED_TO)) if count >= smallest else None


def shown_share(part: int, whole: int) -> float:
    """A share in per cent as it is shown: rounded, as an exact one would give away the counts."""
    return float(ROUNDED_TO * round(100 * part / whole / ROUNDED_TO)) if whole else 0.0


def counted_together(counts: Mapping[V, int], smallest: int) -> list[V]:
    """Which venues the row of all together counts; times and other sums over people count as counts do.

    Hidden ones only where they are several and together would be shown, or else the difference from those that are
    shown would be a hidden venue's count; and where their sum is neither so high nor so low that each of them follows
    from it, as 18 of two venues with less than ten each.
    """
    hidden = [venue for venue, count in counts.items() if count < smallest]
    is_safe = is_safe_together([counts[venue] for venue in hidden], smallest)
    return [venue for venue in counts if is_safe or venue not in hidden]


def is_safe_together(hidden: Sequence[int], smallest: int, *, are_small: bool = True) -> bool:
    """Whether the sum of hidden counts may be shown: of several, and neither so high nor so low that each follows.

    ``are_small``: readers know that each is less than ``smallest``, so that a high sum would give them away.
    """
    together = sum(hidden)
    lowest = max(smallest, len(hidden) + ROUNDED_TO)
    highest = len(hidden) * (smallest - 1) - ROUNDED_TO
    return len(hidden) > 1 and lowest <= together and (together <= highest or not are_small)


def check_filters(report: AnyReport, filters: ReportFilters, today: date) -> None:
    """Refuse what protected figures are not offered for. Raises NotOffered."""
    if filters != offered_filters(report, filters, today):
        raise NotOffered(say(OF_MONTH_OR_YEAR if report.is_of_passes else OF_MONTHS, report=say(report.title)))


def offered_filters(report: AnyReport, filters: ReportFilters, today: date) -> ReportFilters:
    """The nearest filters for which the report's figures are offered."""
    if not report.is_protected:
        return filters
    months = whole_months(filters, today)
    return _month_or_year(months) if report.is_of_passes else months


def whole_months(filters: ReportFilters, today: date) -> ReportFilters:
    """The nearest filters of whole months that are over, and of a venue or all of them."""
    end_of_last = today.replace(day=1) - timedelta(days=1)
    last = min(month_end(filters.last), end_of_last)
    first = min(filters.first, last).replace(day=1)
    return replace(filters, first=first, last=last, zone=None, kind=None, venues=(), title=None)


def _month_or_year(months: ReportFilters) -> ReportFilters:
    """The last calendar year that these whole months have in full, or else their last month."""
    year = months.last.year if months.last.month == 12 else months.last.year - 1
    if year > date.min.year and months.first <= date(year, 1, 1):
        return months.moved(date(year, 1, 1), date(year, 12, 31))
    return months.moved(months.last.replace(day=1), months.last)


def is_month_or_year(first: date, last: date) -> bool:
    """Whether these days are a month or a calendar year."""
    is_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year
    return is_year or (first.day == 1 and last == month_end(first))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
