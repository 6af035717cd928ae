"""Reads a report and its filters from the query of a URL."""

from datetime import date, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from fastapi import Request

from sync.domain.events import SessionKind
from sync.server.kiosks.naming import find_venue
from sync.server.kiosks.repository import Venue
from sync.server.reports.base import SMALLEST_COUNT, ReportFilters
from sync.server.web.days import NotADay, read_day
from sync.server.web.venue_time import day_of
from sync.server.web.words import full_day_words

DEFAULT_DAYS = 30


class InvalidFilters(ValueError):
    """The filters can't be read or contradict each other; the text says why."""


def default_filters(today: date) -> ReportFilters:
    """The last 30 days of all venues."""
    return ReportFilters(today - timedelta(days=DEFAULT_DAYS - 1), today)


def read_filters(
    request: Request, venues: list[Venue], today: date, smallest_count: int = SMALLEST_COUNT
) -> ReportFilters:
    """The filters of a request, with defaults for what it omits. Raises InvalidFilters, lookup.NotFound."""
    fields, default = request.query_params, default_filters(today)
    last = _day(fields.get("to", ""), default.last)
    first = _day(fields.get("from", ""), min(default.first, last))
    if first > last:
        raise InvalidFilters(f"the period begins on {full_day_words(first)}, after its end on {full_day_words(last)}")
    name = fields.get("venue", "").strip()
    venue = find_venue(venues, name).name if name else None
    zone = fields.get("zone", "").strip() or None
    return ReportFilters(first, last, venue, zone if venue else None, _kind(fields.get("kind", "")), smallest_count)


def _kind(text: str) -> SessionKind | None:
    kind = next((kind for kind in get_args(SessionKind) if kind == text), None)
    if text and kind is None:
        raise InvalidFilters(f"no session is of the kind “{text[:20]}”; there are: {', '.join(get_args(SessionKind))}")
    return kind


def _day(text: str, default: date) -> date:
    try:
        return read_day(text) if text else default
    except NotADay as error:
        raise InvalidFilters(str(error)) from error


def latest_today(venues: list[Venue], default_zone: str, now: int) -> date:
    """Today, in the venue where the date is latest; ``now``: ms since 1970 UTC."""
    zones = {venue.time_zone for venue in venues} or {default_zone}
    return max(day_of(now, ZoneInfo(zone)) for zone in zones)
