"""The storage report: pouches and lockers that are lost, and what was not handed back."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts
from sync.server.reports.daily_columns import NOT_BACK, REPORTED_UP_TO, VENUE
from sync.server.reports.day_counts import Measure
from sync.server.reports.picture_data import BarsOverTime
from sync.server.reports.selection import read_days_of_venues, reported_up_to, select_venues
from sync.server.web.i18n import counted, later, say
from sync.server.web.words import grouped

MEASURES: tuple[Measure, ...] = ("lost_pouches", "lost_lockers", "not_back")


class StorageRow(Struct, frozen=True):
    """One venue's day; the fields are those of COLUMNS."""

    day: date
    venue: str
    visits: int
    lost_pouches: int
    lost_lockers: int
    not_back: int
    reported_up_to: str | None


COLUMNS = (
    ReportColumn("day", later("Day"), "day", definition=later("The venue’s day of the check-in, by its own clocks.")),
    VENUE,
    ReportColumn(
        "visits", later("Visits"), is_totalled=True, definition=later("Check-ins on the day, less those taken back.")
    ),
    ReportColumn(
        "lost_pouches",
        later("Pouches lost"),
        is_totalled=True,
        definition=later("Pouches of these visits that a host has written down as lost, and nobody has found since."),
    ),
    ReportColumn(
        "lost_lockers",
        later("Lockers lost"),
        is_totalled=True,
        definition=later("Lockers of these visits that a host has taken out of use, and nobody has put back since."),
    ),
    ReportColumn(
        "not_back",
        later("Left open"),
        is_totalled=True,
        definition=NOT_BACK,
    ),
    REPORTED_UP_TO,
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[StorageRow]:
    """The rows by day and venue name, of days on which somebody came. Raises StorageError."""
    selection = select_venues(store, inventory, filters)
    reported = {venue.id: reported_up_to(inventory.kiosks, venue) for venue in selection.venues}
    return [
        StorageRow(
            day.day,
            day.venue.name,
            sum(part.visits for part in day.figures),
            **day.counts,
            reported_up_to=reported[day.venue.id],
        )
        for day in read_days_of_venues(store, selection, filters, MEASURES)
    ]


def _answer(rows: Sequence[StorageRow]) -> str:
    values = counts(COLUMNS, rows)
    lost = counted(
        "{number} pouch or locker is lost",
        "{number} pouches and lockers are lost",
        values["lost_pouches"] + values["lost_lockers"],
    )
    return counted(
        "{lost}, and {number} visit of {visits} is left open.",
        "{lost}, and {number} visits of {visits} are left open.",
        values["not_back"],
        lost=lost,
        visits=values["visits"],
    )


def _cards(rows: Sequence[StorageRow]) -> list[FigureCard]:
    values = counts(COLUMNS, rows)
    return [
        FigureCard(say("Pouches lost"), grouped(values["lost_pouches"]), say("and not found since")),
        FigureCard(say("Lockers lost"), grouped(values["lost_lockers"]), say("and not put back since")),
        FigureCard(
            say("Left open"), grouped(values["not_back"]), say("visits whose phone, pouch or locker is not back")
        ),
    ]


def _picture(rows: Sequence[StorageRow], filters: ReportFilters) -> BarsOverTime:
    counts = [(row.day, row.lost_pouches + row.lost_lockers) for row in rows]
    return BarsOverTime(say("Pouches and lockers lost"), counts, filters.first, filters.last)


STORAGE = DailyReport(
    "storage",
    later("Pouches and lockers"),
    later("What was lost, and what was not handed back?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(later("Lockers that jammed and later opened are not counted."),),
    charted="not_back",
)
