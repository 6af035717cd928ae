"""The attendance report: sessions, visits, people and phone-free hours by day and venue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts, totals
from sync.server.reports.daily_columns import KEPT, PUT_AWAY, REPORTED_UP_TO, VENUE
from sync.server.reports.picture_data import BarsOverTime
from sync.server.reports.rollups import DayFigures
from sync.server.reports.selection import read_figures, reported_up_to, select_venues
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
    ReportColumn("day", "Day", "day", definition="The venue’s day, by its own clocks."),
    VENUE,
    ReportColumn("sessions", "Sessions", is_totalled=True, definition="Sessions that were opened on the day."),
    ReportColumn(
        "visits",
        "Visits",
        is_totalled=True,
        definition="Check-ins on the day, each of one party, less those that were taken back.",
    ),
    ReportColumn("people", "People", is_totalled=True, definition="People of these parties, each time they came."),
    ReportColumn("phones", "Phones", is_totalled=True, definition=PUT_AWAY),
    KEPT,
    ReportColumn(
        "phone_free_hours",
        "Phone-free",
        unit="h",
        decimals=2,
        is_totalled=True,
        definition="Over visits that have ended: people without a kept phone × the time that the phones rested.",
    ),
    ReportColumn(
        "estimated",
        "Estimated",
        is_totalled=True,
        definition="Visits with an estimated time, mostly because nobody checked them out.",
    ),
    REPORTED_UP_TO,
)

_FIGURES = attrgetter("sessions", "visits", "people", "phones", "kept", "phone_free_ms", "estimated")


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[AttendanceRow]:
    """The rows by day and venue name. Raises StorageError.

    A day is the venue's own, of the check-in (of a session: of its opening). A voided visit is not counted, nor one
    whose check-in has not arrived yet; an open visit is counted, except in the hours. Times before FIRST_KNOWN are in
    no row: missing.py reports them.
    """
    kiosks = kiosk_repository.kiosks(store, scope)
    selection = select_venues(store, scope, filters)
    venues = {venue.id: venue for venue in selection.venues}
    reported = {venue.id: reported_up_to(kiosks, venue) for venue in selection.venues}
    figures_by_day: dict[tuple[date, UUID], list[DayFigures]] = defaultdict(list)
    for figures in read_figures(store, selection, filters):
        figures_by_day[figures.day, figures.venue].append(figures)
    result = [
        _row(day, venues[venue].name, figures, reported[venue]) for (day, venue), figures in figures_by_day.items()
    ]
    return sorted(result, key=lambda row: (row.day, row.venue))


def _row(day: date, venue: str, figures: list[DayFigures], reported_up_to: str | None) -> AttendanceRow:
    sums = _FIGURES(figures[0]) if len(figures) == 1 else tuple(map(sum, zip(*map(_FIGURES, figures), strict=True)))
    sessions, visits, people, phones, kept, phone_free_ms, estimated = sums
    phone_free_hours = round(phone_free_ms / HOUR_MS, 2)
    return AttendanceRow(
        day, venue, sessions, visits, people, phones, kept, phone_free_hours, estimated, reported_up_to
    )


def _cards(rows: Sequence[AttendanceRow]) -> list[FigureCard]:
    sums = totals(COLUMNS, rows)
    values = counts(COLUMNS, rows)
    visits, estimated = grouped(values["visits"]), grouped(values["estimated"])
    phones = f"{grouped(values['phones'])} {'phone' if values['phones'] == 1 else 'phones'}"
    phone_free = hours(sums["phone_free_hours"])
    return [
        FigureCard("Sessions", grouped(values["sessions"]), _on_days(rows)),
        FigureCard("Visits", visits, f"{phones} at rest, {grouped(values['kept'])} kept"),
        FigureCard("People", grouped(values["people"]), "each time they came"),
        FigureCard(
            "Phone-free time",
            phone_free,
            f"{estimated} of {visits} visits estimated" if values["estimated"] else "no visit estimated",
            is_long=len(phone_free) > LONG,
        ),
    ]


def _on_days(rows: Sequence[AttendanceRow]) -> str:
    days = len({row.day for row in rows})
    return f"on {days} {'day' if days == 1 else 'days'}"


def _answer(rows: Sequence[AttendanceRow]) -> str:
    sums = totals(COLUMNS, rows)
    people, visits = int(sums["people"]), int(sums["visits"])
    return (
        f"{grouped(people)} {'person' if people == 1 else 'people'} came in {grouped(visits)} "
        f"{'visit' if visits == 1 else 'visits'} {_on_days(rows)}, and rested from their phones for "
        f"{hours(sums['phone_free_hours'])}."
    )


def _picture(rows: Sequence[AttendanceRow], filters: ReportFilters) -> BarsOverTime:
    return BarsOverTime("People", [(row.day, row.people) for row in rows], filters.first, filters.last)


ATTENDANCE = DailyReport(
    "attendance",
    "Attendance",
    "Who came, and for how long did phones rest?",
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    charted="people",
)
