"""The coordinator's first page: how complete the figures are, then the figures, a picture, and the table."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from sync.server.auth.current_account import ReaderDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import missing, naming
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.completeness import SILENT_AFTER_MS, Completeness, completeness
from sync.server.kiosks.lookup import NotFound
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.kiosks.words import clock_words, told_words
from sync.server.reports import chart, query
from sync.server.reports.attendance import AttendanceRow, rows
from sync.server.reports.query import NotAQuery, Query
from sync.server.web.rendering import page
from sync.server.web.venue_time import midnight
from sync.server.web.words import day_words, moment_words, period_words, sentence

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Totals:
    """The sums of the rows, so that the table adds up to the cards."""

    sessions: int
    visits: int
    people: int
    phones: int
    kept: int
    phone_free_hours: float
    estimated: int
    days: int


@dataclass(frozen=True)
class ReportLine:
    """A row of the table, with what is said about it."""

    row: AttendanceRow
    day: str
    reported: str
    is_late: bool


@dataclass(frozen=True)
class VenueLine:
    """What a venue's days add up to."""

    venue: str
    totals: Totals
    reported: str
    is_late: bool


@router.get("/")
def report(request: Request, services: ServicesDep, reader: ReaderDep) -> Response:
    venues = kiosk_repository.venues(services.store)
    today = query.today_of(venues, services.settings.time_zone, services.now)
    note, asked = "", query.usual(today)
    try:
        asked = query.read_query(request, venues, today)
    except (NotAQuery, NotFound) as why:
        note = sentence(str(why))
    found = rows(services.store, asked.first, asked.last, asked.venue)
    values = _values(services, venues, asked, found, today)
    return page("report.html", 400 if note else 200, note=note, account=reader, here="reports", **values)


def _values(
    services: Services, venues: list[Venue], asked: Query, found: list[AttendanceRow], today: date
) -> dict[str, object]:
    kiosks = kiosk_repository.kiosks(services.store)
    zones = {venue.name: venue.clock_zone for venue in venues}
    mine = [kiosk for kiosk in kiosks if asked.venue in (None, kiosk.venue.name)]
    now = services.now
    return {
        "query": asked,
        "period": period_words(asked.first, asked.last),
        "place": asked.venue or "all venues",
        "venues": venues,
        "kiosks": kiosks,
        "complete": _complete(mine, asked, zones, now),
        "told": lambda kiosk: told_words(kiosk.reported_up_to, kiosk, now),
        "zone_names": naming.zone_names(kiosks),
        "missing": missing.sentences(missing.missing(services.store, asked.venue)),
        "totals": _totals(found),
        "chart": chart.people_by_day(found, asked.first, asked.last, today),
        "clocks": clock_words(venues),
        "by_venue": _by_venue(found, zones, asked, now),
        "lines": [_line(row, zones[row.venue], asked, today, now) for row in reversed(found)],
    }


def _complete(kiosks: list[Kiosk], asked: Query, zones: dict[str, ZoneInfo], now: int) -> Completeness:
    ends = [_end(asked, zones[name]) for name in {kiosk.venue.name for kiosk in kiosks}]
    return completeness(kiosks, max(ends, default=now), now)


def _end(asked: Query, zone: ZoneInfo) -> int:
    return midnight(asked.last + timedelta(days=1), zone)


def _totals(found: list[AttendanceRow]) -> Totals:
    return Totals(
        sessions=sum(row.sessions for row in found),
        visits=sum(row.visits for row in found),
        people=sum(row.people for row in found),
        phones=sum(row.phones for row in found),
        kept=sum(row.kept for row in found),
        phone_free_hours=round(sum(row.phone_free_hours for row in found), 2),
        estimated=sum(row.estimated for row in found),
        days=len({row.day for row in found}),
    )


def _by_venue(found: list[AttendanceRow], zones: dict[str, ZoneInfo], asked: Query, now: int) -> list[VenueLine]:
    """A line for each venue, those with most people first; none where there is only one venue."""
    mine: dict[str, list[AttendanceRow]] = defaultdict(list)
    for row in found:
        mine[row.venue].append(row)
    lines = [
        VenueLine(name, _totals(rows_), *_reported(rows_[0], zones[name], asked, now)) for name, rows_ in mine.items()
    ]
    return sorted(lines, key=lambda line: (-line.totals.people, line.venue)) if len(lines) > 1 else []


def _reported(row: AttendanceRow, zone: ZoneInfo, asked: Query, now: int) -> tuple[str, bool]:
    """Up to when its venue has reported, and whether that is late."""
    if row.reported_up_to is None:
        return "never", True
    at = int(datetime.fromisoformat(row.reported_up_to).timestamp() * 1000)
    return moment_words(at, zone, now), at < min(_end(asked, zone), now - SILENT_AFTER_MS)


def _line(row: AttendanceRow, zone: ZoneInfo, asked: Query, today: date, now: int) -> ReportLine:
    reported, is_late = _reported(row, zone, asked, now)
    return ReportLine(row, day_words(row.day, today), reported, is_late)
