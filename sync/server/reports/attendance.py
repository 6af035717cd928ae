"""The attendance report: sessions, visits, people and phone-free hours by day and venue."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, select

from sync.domain.visit import Visit
from sync.ledger import tables as ledger_tables
from sync.ledger.projections import read_visit
from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.missing import FIRST_KNOWN
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters, Totals
from sync.server.web.venue_time import day_of, iso, midnight
from sync.server.web.words import grouped, hours

HOUR_MS = 60 * 60 * 1000
LONG = 8  # characters of a figure; longer ones are shown smaller


class AttendanceRow(Struct, frozen=True):
    """One venue's day; the fields are those of COLUMNS."""

    day: date
    venue: str
    sessions: int
    visits: int
    people: int
    phones: int
    kept: int
    phone_free_hours: float  # rounded to two decimals
    estimated: int  # visits with an estimated time
    reported_up_to: str | None  # ISO 8601 with the venue's offset: all before it is counted


COLUMNS = (
    ReportColumn("day", "Day", "day"),
    ReportColumn("venue", "Venue", "venue"),
    ReportColumn("sessions", "Sessions", is_totalled=True),
    ReportColumn("visits", "Visits", is_totalled=True),
    ReportColumn("people", "People", is_totalled=True),
    ReportColumn("phones", "Phones", is_totalled=True),
    ReportColumn("kept", "Kept", is_totalled=True),
    ReportColumn("phone_free_hours", "Phone-free", unit="h", decimals=2, is_totalled=True),
    ReportColumn("estimated", "Estimated", is_totalled=True),
    ReportColumn("reported_up_to", "Reported up to", "reported_up_to"),
)


@dataclass(frozen=True)
class VenueDay:
    """What is counted of a venue's day."""

    sessions: int
    visits: list[Visit]


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[AttendanceRow]:
    """The rows by day and venue name. Raises StorageError.

    A day is the venue's own, of the check-in (of a session: of its opening). A voided visit is not counted, nor one
    whose check-in has not arrived yet; an open visit is counted, except in the hours. Times before FIRST_KNOWN are in
    no row: missing.py reports them.
    """
    kiosks = kiosk_repository.kiosks(store, scope)
    result = []
    for venue in kiosk_repository.venues(store, scope):
        if filters.venue not in (None, venue.name):
            continue
        reported_up_to = _reported_up_to(kiosks, venue)
        for day, counted in _days(store, venue, filters.first, filters.last).items():
            result.append(_row(counted, day, venue, reported_up_to))
    return sorted(result, key=lambda row: (row.day, row.venue))


def _days(store: Store, venue: Venue, first: date, last: date) -> dict[date, VenueDay]:
    zone = venue.clock_zone
    start, end = max(FIRST_KNOWN, midnight(first, zone)), midnight(last + timedelta(days=1), zone)
    with store.reading() as connection:
        sessions = Counter(day_of(at, zone) for at in _openings(connection, venue, start, end))
        visits: dict[date, list[Visit]] = defaultdict(list)
        for visit in _visits(connection, venue, start, end):
            visits[day_of(visit.checked_in or 0, zone)].append(visit)
    return {day: VenueDay(sessions[day], visits.get(day, [])) for day in {*sessions, *visits}}


def _openings(connection: Connection, venue: Venue, start: int, end: int) -> list[int]:
    session = ledger_tables.session.c
    query = select(session.opened).where(session.venue == venue.id, session.opened >= start, session.opened < end)
    return list(connection.execute(query).scalars())


def _visits(connection: Connection, venue: Venue, start: int, end: int) -> Iterable[Visit]:
    visit = ledger_tables.visit
    query = select(visit).where(visit.c.venue == venue.id)
    query = query.where(visit.c.checked_in >= start, visit.c.checked_in < end, visit.c.voided.is_(False))
    return map(read_visit, connection.execute(query))


def _row(counted: VenueDay, day: date, venue: Venue, reported_up_to: str | None) -> AttendanceRow:
    visits = counted.visits
    return AttendanceRow(
        day=day,
        venue=venue.name,
        sessions=counted.sessions,
        visits=len(visits),
        people=sum(visit.party_size for visit in visits),
        phones=sum(visit.phones for visit in visits),
        kept=sum(visit.kept for visit in visits),
        phone_free_hours=round(sum(visit.phone_free_people_ms for visit in visits) / HOUR_MS, 2),
        estimated=sum(visit.estimated for visit in visits),
        reported_up_to=reported_up_to,
    )


def _reported_up_to(kiosks: list[Kiosk], venue: Venue) -> str | None:
    """The time before which every paired kiosk of the venue has reported; None where one never has."""
    paired = [kiosk for kiosk in kiosks if kiosk.venue.id == venue.id and not kiosk.is_revoked]
    times = [kiosk.reported_up_to for kiosk in paired if kiosk.reported_up_to is not None]
    return iso(min(times), venue.clock_zone) if times and len(times) == len(paired) else None


def _cards(totals: Totals) -> list[FigureCard]:
    values = {key: int(value) for key, value in totals.values.items()}
    visits, estimated = grouped(values["visits"]), grouped(values["estimated"])
    phones = f"{grouped(values['phones'])} {'phone' if values['phones'] == 1 else 'phones'}"
    phone_free = hours(totals.values["phone_free_hours"])
    return [
        FigureCard(
            "Sessions", grouped(values["sessions"]), f"on {totals.days} {'day' if totals.days == 1 else 'days'}"
        ),
        FigureCard("Visits", visits, f"{phones} at rest, {grouped(values['kept'])} kept"),
        FigureCard("People", grouped(values["people"]), "each time they came"),
        FigureCard(
            "Phone-free time",
            phone_free,
            f"{estimated} of {visits} visits estimated" if values["estimated"] else "no visit estimated",
            is_long=len(phone_free) > LONG,
        ),
    ]


ATTENDANCE = Report("attendance", "Attendance", COLUMNS, charted="people", rows=rows, cards=_cards)
