"""The attendance report: sessions, visits, people and phone-free hours by day and venue."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.reports import rollups
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters, Totals
from sync.server.reports.rollups import DayFigures
from sync.server.web.venue_time import iso
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


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[AttendanceRow]:
    """The rows by day and venue name. Raises StorageError.

    A day is the venue's own, of the check-in (of a session: of its opening). A voided visit is not counted, nor one
    whose check-in has not arrived yet; an open visit is counted, except in the hours. Times before FIRST_KNOWN are in
    no row: missing.py reports them.
    """
    kiosks = kiosk_repository.kiosks(store, scope)
    venues = {venue.id: venue for venue in kiosk_repository.venues(store, scope) if filters.venue in (None, venue.name)}
    reported_up_to = {venue.id: _reported_up_to(kiosks, venue) for venue in venues.values()}
    figures_by_day: dict[tuple[date, UUID], list[DayFigures]] = defaultdict(list)
    with store.reading() as connection:
        for figures in rollups.read_days(connection, venues.values(), filters.first, filters.last):
            figures_by_day[figures.day, figures.venue].append(figures)
    result = [
        _row(day, venues[venue].name, figures, reported_up_to[venue])
        for (day, venue), figures in figures_by_day.items()
    ]
    return sorted(result, key=lambda row: (row.day, row.venue))


def _row(day: date, venue: str, figures: list[DayFigures], reported_up_to: str | None) -> AttendanceRow:
    return AttendanceRow(
        day=day,
        venue=venue,
        sessions=sum(part.sessions for part in figures),
        visits=sum(part.visits for part in figures),
        people=sum(part.people for part in figures),
        phones=sum(part.phones for part in figures),
        kept=sum(part.kept for part in figures),
        phone_free_hours=round(sum(part.phone_free_ms for part in figures) / HOUR_MS, 2),
        estimated=sum(part.estimated for part in figures),
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
