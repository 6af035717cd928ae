"""The phones report: put away, kept, taken early, lost, not handed back; and who was let in beyond the capacity."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts
from sync.server.reports.daily_columns import KEPT, NOT_BACK, PUT_AWAY, REPORTED_UP_TO, VENUE
from sync.server.reports.day_counts import Measure
from sync.server.reports.picture_data import BarsOverTime
from sync.server.reports.selection import read_days_of_venues, reported_up_to, select_venues
from sync.server.web.i18n import counted, later, say
from sync.server.web.words import grouped, percent

MEASURES: tuple[Measure, ...] = ("early", "lost_phones", "not_back", "over_capacity")


class PhonesRow(Struct, frozen=True):
    """One venue's day; the fields are those of COLUMNS."""

    day: date
    venue: str
    phones: int
    kept: int
    early: int
    lost_phones: int
    not_back: int
    over_capacity: int
    reported_up_to: str | None


COLUMNS = (
    ReportColumn("day", later("Day"), "day", definition=later("The venue’s day of the check-in, by its own clocks.")),
    VENUE,
    ReportColumn("phones", later("Put away"), is_totalled=True, definition=PUT_AWAY),
    KEPT,
    ReportColumn(
        "early",
        later("Taken early"),
        is_totalled=True,
        definition=later("Visits in which a phone was taken for good before the visit ended."),
    ),
    ReportColumn(
        "lost_phones", later("Lost"), is_totalled=True, definition=later("Phones that a host has written down as lost.")
    ),
    ReportColumn(
        "not_back",
        later("Not back"),
        is_totalled=True,
        definition=NOT_BACK,
    ),
    ReportColumn(
        "over_capacity",
        later("Beyond capacity"),
        is_totalled=True,
        definition=later("People whom a host let in although the session was full."),
    ),
    REPORTED_UP_TO,
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[PhonesRow]:
    """The rows by day and venue name, of days on which somebody came. Raises StorageError."""
    selection = select_venues(store, inventory, filters)
    reported = {venue.id: reported_up_to(inventory.kiosks, venue) for venue in selection.venues}
    return [
        PhonesRow(
            day.day,
            day.venue.name,
            sum(part.phones for part in day.figures),
            sum(part.kept for part in day.figures),
            **day.counts,
            reported_up_to=reported[day.venue.id],
        )
        for day in read_days_of_venues(store, selection, filters, MEASURES)
    ]


def _answer(rows: Sequence[PhonesRow]) -> str:
    values = counts(COLUMNS, rows)
    phones, kept = values["phones"], values["kept"]
    if not phones + kept:
        return say("Nobody brought a phone.")
    share = percent(100 * phones / (phones + kept))
    return counted(
        "People brought {number} phone and put {share} of them away.",
        "People brought {number} phones and put {share} of them away.",
        phones + kept,
        share=share,
    )


def _cards(rows: Sequence[PhonesRow]) -> list[FigureCard]:
    values = counts(COLUMNS, rows)
    return [
        FigureCard(say("Put away"), grouped(values["phones"]), say("{number} kept", number=values["kept"])),
        FigureCard(say("Taken early"), grouped(values["early"]), say("visits")),
        FigureCard(say("Not back"), grouped(values["not_back"]), say("visits whose phone, pouch or locker is open")),
        FigureCard(say("Lost"), grouped(values["lost_phones"]), say("phones")),
    ]


def _picture(rows: Sequence[PhonesRow], filters: ReportFilters) -> BarsOverTime:
    return BarsOverTime(say("Phones put away"), [(row.day, row.phones) for row in rows], filters.first, filters.last)


PHONES = DailyReport(
    "phones",
    later("Phones"),
    later("What became of the phones?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    charted="phones",
)
