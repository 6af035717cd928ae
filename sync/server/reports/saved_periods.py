"""The periods of saved reports: relative to the day on which one is opened, such as last month, or fixed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from sync.server.reports.disclosure import month_end
from sync.server.reports.periods import DAYS
from sync.server.reports.terms import Term, current_term, term_before
from sync.server.web.i18n import later

FIXED = "fixed"
Period = tuple[date, date]


def _week(today: date, ago: int) -> Period:
    monday = today - timedelta(days=today.weekday() + 7 * ago)
    return monday, monday + timedelta(days=6)


def _months(today: date, first: int, length: int) -> Period:
    """So many months from the ``first``-th on, counted from the month of today."""
    start = 12 * today.year + today.month - 1 + first
    last = start + length - 1
    return date(start // 12, start % 12 + 1, 1), month_end(date(last // 12, last % 12 + 1, 1))


def _last_quarter(today: date) -> Period:
    return _months(today, -((today.month - 1) % 3) - 3, 3)


OF_TERMS: Mapping[str, Callable[[Sequence[Term], date], Term | None]] = {
    "this_term": current_term,
    "last_term": term_before,
}
RELATIVE: Mapping[str, Callable[[date], Period]] = {
    "last_week": lambda today: _week(today, 1),
    "this_week": lambda today: (_week(today, 0)[0], today),
    "last_month": lambda today: _months(today, -1, 1),
    "this_month": lambda today: (today.replace(day=1), today),
    "last_30_days": lambda today: (today - timedelta(days=DAYS - 1), today),
    "last_quarter": _last_quarter,
    "last_12_months": lambda today: _months(today, -12, 12),
    "this_year": lambda today: (today.replace(month=1, day=1), today),
    "last_year": lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
}
NAMES: Mapping[str, str] = {
    "last_week": later("Last week"),
    "this_week": later("This week"),
    "last_month": later("Last month"),
    "this_month": later("This month"),
    "last_30_days": later("Last 30 days"),
    "last_quarter": later("Last quarter"),
    "last_12_months": later("Last 12 months"),
    "this_year": later("This year"),
    "last_year": later("Last year"),
    "this_term": later("This term"),
    "last_term": later("Last term"),
}


def choices(terms: Sequence[Term], today: date) -> dict[str, Period]:
    """The days of each relative period today by its key; those of terms where there are such."""
    periods = {key: period(today) for key, period in RELATIVE.items()}
    of_terms = {key: find(terms, today) for key, find in OF_TERMS.items()}
    return periods | {key: (term.first, term.last) for key, term in of_terms.items() if term is not None}


def relative_period(first: date, last: date, today: date, terms: Sequence[Term] = ()) -> str:
    """The key of the relative period that has these days today; FIXED: none has."""
    return next((key for key, period in choices(terms, today).items() if period == (first, last)), FIXED)
