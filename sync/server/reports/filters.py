"""What a report is asked for: a period and a venue, as they stand in the address."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request

from sync.server.kiosks.naming import find_venue
from sync.server.kiosks.repository import Venue
from sync.server.web.days import NotADay, read_day
from sync.server.web.venue_time import day_of
from sync.server.web.words import full_day_words

USUAL_DAYS = 30


class NotAQuery(ValueError):
    """The address asks for something that can't be; the text says what."""


@dataclass(frozen=True)
class Query:
    """A report's period, both days in it, and one venue's name or None for all."""

    first: date
    last: date
    venue: str | None

    @property
    def address(self) -> str:
        """The same query, to put after a question mark."""
        asked = {"from": str(self.first), "to": str(self.last)} | ({"venue": self.venue} if self.venue else {})
        return urlencode(asked)


def usual(today: date) -> Query:
    """The last 30 days, everywhere."""
    return Query(today - timedelta(days=USUAL_DAYS - 1), today, None)


def read_query(request: Request, venues: list[Venue], today: date) -> Query:
    """The query of an address; what it leaves out is as usual. Raises NotAQuery, NotFound."""
    asked, default = request.query_params, usual(today)
    last = _day(asked.get("to", ""), default.last)
    first = _day(asked.get("from", ""), min(default.first, last))
    if first > last:
        raise NotAQuery(f"the period begins on {full_day_words(first)}, after its end on {full_day_words(last)}")
    said = asked.get("venue", "").strip()
    return Query(first, last, find_venue(venues, said).name if said else None)


def _day(text: str, default: date) -> date:
    try:
        return read_day(text) if text else default
    except NotADay as why:
        raise NotAQuery(str(why)) from why


def today_of(venues: list[Venue], default_zone: str, now: int) -> date:
    """Today, where it is latest."""
    zones = {venue.time_zone for venue in venues} or {default_zone}
    return max(day_of(now, ZoneInfo(zone)) for zone in zones)
