"""Groups a report's rows into days, weeks, months or terms, so that no table is longer than a person reads."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sync.server.reports.base import AnyDailyReport, DailyRow, ReportFilters
from sync.server.reports.terms import Term
from sync.server.web.i18n import later, say
from sync.server.web.words import day_words, period_words

Grouping = Literal["day", "week", "month", "term"]
GROUPINGS: tuple[Grouping, ...] = ("day", "week", "month")  # that every organisation has
GROUPED_BY: Mapping[Grouping, str] = {
    "day": later("By day"),
    "week": later("By week"),
    "month": later("By month"),
    "term": later("By term"),
}
HEADINGS: Mapping[Grouping, str] = {
    "day": later("Day"),
    "week": later("Week"),
    "month": later("Month"),
    "term": later("Term"),
}
OUTSIDE = later("Outside of terms")
MOST_DAYS = 14  # of a period whose default grouping is by day
MOST_WEEKS = 26  # of a period whose default grouping is by week; a longer one is grouped by month
LINES = 62  # of one page of the table


@dataclass(frozen=True)
class Group:
    """The rows of one day, week, month or term. ``values``: their totals by the column's key."""

    first: date
    words: str
    values: Mapping[str, float]


def fitting(first: date, last: date) -> Grouping:
    """The grouping that a period is shown in at first."""
    days = (last - first).days + 1
    return "day" if days <= MOST_DAYS else "week" if days <= 7 * MOST_WEEKS else "month"


def groupings(terms: Sequence[Term]) -> tuple[Grouping, ...]:
    """Those of an organisation with these terms."""
    return (*GROUPINGS, "term") if terms else GROUPINGS


def read_grouping(text: str, first: date, last: date, terms: Sequence[Term] = ()) -> Grouping:
    """A grouping from the query of a URL; the fitting one where it names none."""
    return next((grouping for grouping in groupings(terms) if grouping == text), fitting(first, last))


def group_rows(
    report: AnyDailyReport, rows: Iterable[DailyRow], grouping: Grouping, filters: ReportFilters, today: date
) -> list[Group]:
    """The groups that have rows, the latest first. A group is named by those of its days that are in the period."""
    rows_by_start: dict[date, list[DailyRow]] = defaultdict(list)
    for row in rows:
        rows_by_start[STARTS[grouping](row.day)].append(row)
    return [
        Group(
            start,
            _words(max(start, filters.first), min(_end(start, grouping), filters.last), today),
            report.totals(rows_by_start[start]),
        )
        for start in sorted(rows_by_start, reverse=True)
    ]


def group_by_term(
    report: AnyDailyReport, rows: Iterable[DailyRow], terms: Sequence[Term], filters: ReportFilters
) -> list[Group]:
    """The terms that have rows, the latest first, and then the rows of no term; of each its days in the period."""
    rows_by_term: dict[Term | None, list[DailyRow]] = defaultdict(list)
    for row in rows:
        rows_by_term[next((term for term in terms if term.includes(row.day)), None)].append(row)
    groups = [
        Group(max(term.first, filters.first), term.name, report.totals(rows_by_term[term]))
        for term in reversed(terms)
        if term in rows_by_term
    ]
    outside = rows_by_term.get(None, [])
    if outside:
        groups.append(Group(min(row.day for row in outside), say(OUTSIDE), report.totals(outside)))
    return groups


def _week_start(day: date) -> date:
    """The Monday of a day's week (ISO 8601)."""
    return day - timedelta(days=min(day.weekday(), (day - date.min).days))


STARTS: Mapping[Grouping, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": _week_start,
    "month": lambda day: day.replace(day=1),
}


def _end(start: date, grouping: Grouping) -> date:
    """The last day of a group."""
    match grouping:
        case "day":
            return start
        case "week":
            return start + timedelta(days=min(6, (date.max - start).days))
        case _:
            return start.replace(day=monthrange(start.year, start.month)[1])


def _words(first: date, last: date, today: date) -> str:
    return day_words(first, today) if first == last else period_words(first, last)
