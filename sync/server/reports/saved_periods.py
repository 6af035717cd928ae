"""The periods of saved reports: relative to the day on which one is opened, such as last month, or fixed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sync.server.reports.disclosure import month_end
from sync.server.reports.periods import DAYS
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
}


def relative_period(first: date, last: date, today: date) -> str:
    """The key of the relative period that has these days today; FIXED: none has."""
    return next((key for key, period in RELATIVE.items() if period(today) == (first, last)), FIXED)
