"""What a report is asked for: a period and a venue, as they stand in the address."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request

from sync.server.fleet import Venue
from sync.server.reports.attendance import FIRST_DAY, LAST_DAY, day_of

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


def read_query(request: Request, today: date) -> Query:
    """The query of an address; what it leaves out is as usual. Raises NotAQuery."""
    asked, default = request.query_params, usual(today)
    last = _day(asked.get("to", ""), default.last)
    first = _day(asked.get("from", ""), min(default.first, last))
    if first > last:
        raise NotAQuery(f"The period begins on {first}, after its end on {last}.")
    return Query(first, last, asked.get("venue") or None)


def _day(text: str, default: date) -> date:
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotAQuery(f"“{text[:20]}” is not a day. Days look like {default}.") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise NotAQuery(f"{day} is too far away.")
    return day


def today_of(venues: list[Venue], default_zone: str, now: int) -> date:
    """Today, where it is latest."""
    zones = {venue.time_zone for venue in venues} or {default_zone}
    return max(day_of(now, ZoneInfo(zone)) for zone in zones)
