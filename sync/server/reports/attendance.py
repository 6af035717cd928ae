"""The attendance report: sessions, visits, people and phone-free hours by day and venue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts, totals
from sync.server.reports.daily_columns import KEPT, PUT_AWAY, REPORTED_UP_TO, VENUE
from sync.server.reports.picture_data import BarsOverTime
from sync.server.reports.rollups import DayFigures
from sync.server.reports.selection import read_figures, reported_up_to, select_venues
from sync.server.web.i18n import counted, later, say
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
    ReportColumn("day", later("Day"), "day", definition=later("The venue’s day, by its own clocks.")),
    VENUE,
    ReportColumn(
        "sessions", later("Sessions"), is_totalled=True, definition=later("Sessions that were opened on the day.")
    ),
    ReportColumn(
        "visits",
        later("Visits"),
        is_totalled=True,
        definition=later("Check-ins on the day, each of one party, less those that were taken back."),
    ),
    ReportColumn(
        "people", later("People"), is_totalled=True, definition=later("People of these parties, each time they came.")
    ),
    ReportColumn("phones", later("Phones"), is_totalled=True, definition=PUT_AWAY),
    KEPT,
    ReportColumn(
        "phone_free_hours",
        later("Phone-free"),
        unit=later("h"),
        decimals=2,
        is_totalled=True,
        definition=later("Over visits that have ended: people without a kept phone × the time that the phones rested."),
    ),
    ReportColumn(
        "estimated",
        later("Estimated"),
        is_totalled=True,
        definition=later("Visits with an estimated time, mostly because nobody checked them out."),
    ),
    REPORTED_UP_TO,
)

_FIGURES = attrgetter("sessions", "visits", "people", "phones", "kept", "phone_free_ms", "estimated")


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[AttendanceRow]:
    """The rows by day and venue name. Raises StorageError.

    A day is the venue's own, of the check-in (of a session: of its opening). A voided visit is not counted, nor one
    whose check-in has not arrived yet; an open visit is counted, except in the hours. Times before FIRST_KNOWN are in
    no row: missing.py reports them.
    """
    selection = select_venues(store, inventory, filters)
    venues = {venue.id: venue for venue in selection.venues}
    reported = {venue.id: reported_up_to(inventory.kiosks, venue) for venue in selection.venues}
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
    sums, values = totals(COLUMNS, rows), counts(COLUMNS, rows)
    visits, phone_free = values["visits"], hours(sums["phone_free_hours"])
    if values["estimated"]:
        estimated = say("{estimated} of {visits} visits estimated", estimated=values["estimated"], visits=visits)
    else:
        estimated = say("no visit estimated")
    return [
        FigureCard(say("Sessions"), grouped(values["sessions"]), _on_days(rows)),
        FigureCard(say("Visits"), grouped(visits), _phones(values["phones"], values["kept"])),
        FigureCard(say("People"), grouped(values["people"]), say("each time they came")),
        FigureCard(say("Phone-free time"), phone_free, estimated, is_long=len(phone_free) > LONG),
    ]


def _phones(phones: int, kept: int) -> str:
    return counted("{number} phone at rest, {kept} kept", "{number} phones at rest, {kept} kept", phones, kept=kept)


def _on_days(rows: Sequence[AttendanceRow]) -> str:
    return counted("on {number} day", "on {number} days", len({row.day for row in rows}))


def _answer(rows: Sequence[AttendanceRow]) -> str:
    sums = totals(COLUMNS, rows)
    people, visits = int(sums["people"]), int(sums["visits"])
    return say(
        "{people} came in {visits} {on_days}, and rested from their phones for {hours}.",
        people=counted("{number} person", "{number} people", people),
        visits=counted("{number} visit", "{number} visits", visits),
        on_days=_on_days(rows),
        hours=hours(sums["phone_free_hours"]),
    )


def _picture(rows: Sequence[AttendanceRow], filters: ReportFilters) -> BarsOverTime:
    return BarsOverTime(say("People"), [(row.day, row.people) for row in rows], filters.first, filters.last)


ATTENDANCE = DailyReport(
    "attendance",
    later("Attendance"),
    later("Who came, and for how long did phones rest?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    charted="people",
)
