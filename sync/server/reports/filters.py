"""Reads a report and its filters from the query of a URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar, get_args

from fastapi import Request

from sync.domain.events import SessionKind
from sync.server.kiosks.lookup import NotFound
from sync.server.kiosks.repository import Venue
from sync.server.reports.base import SMALLEST_COUNT, ReportFilters
from sync.server.reports.selection import choose_venues
from sync.server.web.days import NotADay, day_order, read_day
from sync.server.web.i18n import say
from sync.server.web.languages import current_reader
from sync.server.web.words import full_day_words, sentence

T = TypeVar("T")
DEFAULT_DAYS = 30
MAX_TITLE = 80  # characters of a session's


class InvalidFilters(ValueError):
    """The filters can't be read or contradict each other; the text says why."""


def default_filters(today: date) -> ReportFilters:
    """The last 30 days of all venues."""
    return ReportFilters(today - timedelta(days=DEFAULT_DAYS - 1), today)


@dataclass(frozen=True)
class TypedFilters:
    """The filters of a request; ``errors``: by the field that could not be read, in whose place the default is."""

    filters: ReportFilters
    errors: Mapping[str, str]


def read_filters(
    request: Request, venues: Sequence[Venue], today: date, smallest_count: int = SMALLEST_COUNT
) -> TypedFilters:
    """The filters of a request, with defaults for what it omits, or has wrong."""
    fields, default, errors = request.query_params, default_filters(today), dict[str, str]()
    order = day_order(current_reader().tags)

    def read(name: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = fields.get(name, "").strip()
        try:
            return parse(text) if text else otherwise
        except (NotADay, NotFound, InvalidFilters) as error:
            errors[name] = sentence(str(error))
            return otherwise

    last = read("to", lambda text: read_day(text, order), default.last)
    first = read("from", lambda text: read_day(text, order), min(default.first, last))
    if first > last:
        errors["to"] = say(
            "The period begins on {first}, after its end on {last}.",
            first=full_day_words(first),
            last=full_day_words(last),
        )
        last = max(first, default.last)
    venue: str | None = None
    several: tuple[str, ...] = ()
    try:
        venue, several = choose_venues(venues, fields.getlist("venue"))
    except NotFound as error:
        errors["venue"] = sentence(str(error))
    zone = fields.get("zone", "").strip() if venue else ""
    kind = read("kind", _kind, None)
    title = " ".join(fields.get("session", "").split())[:MAX_TITLE]
    filters = ReportFilters(first, last, venue, zone or None, kind, smallest_count, several, title or None)
    return TypedFilters(filters, errors)


def checked_filters(typed: TypedFilters) -> ReportFilters:
    """The filters where all could be read. Raises InvalidFilters."""
    if typed.errors:
        raise InvalidFilters(" ".join(typed.errors.values()))
    return typed.filters


def _kind(text: str) -> SessionKind | None:
    kind: SessionKind | None = next((kind for kind in get_args(SessionKind) if kind == text), None)
    if kind is None:
        raise InvalidFilters(
            say(
                "no session is of the kind “{kind}”; there are: {kinds}",
                kind=text[:20],
                kinds=", ".join(get_args(SessionKind)),
            )
        )
    return kind
