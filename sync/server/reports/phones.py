"""The phones report: put away, kept, taken early, lost, not handed back; and who was let in beyond the capacity."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, totals
from sync.server.reports.day_counts import CountQuery, Measure
from sync.server.reports.picture_data import BarsOverTime
from sync.server.reports.rollups import DayFigures
from sync.server.reports.selection import read_figures, reported_up_to, select_venues
from sync.server.web.words import grouped

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
    ReportColumn("day", "Day", "day", definition="The venue’s day of the check-in, by its own clocks."),
    ReportColumn("venue", "Venue", "venue"),
    ReportColumn("phones", "Put away", is_totalled=True, definition="Phones that were put away."),
    ReportColumn("kept", "Kept", is_totalled=True, definition="Phones that stayed with their owners."),
    ReportColumn(
        "early",
        "Taken early",
        is_totalled=True,
        definition="Visits in which a phone was taken for good before the visit ended.",
    ),
    ReportColumn("lost_phones", "Lost", is_totalled=True, definition="Phones that a host has written down as lost."),
    ReportColumn(
        "not_back",
        "Not back",
        is_totalled=True,
        definition="Visits that have ended and of which a phone, a pouch or a locker is still not handed back.",
    ),
    ReportColumn(
        "over_capacity",
        "Beyond capacity",
        is_totalled=True,
        definition="People whom a host let in although the session was full.",
    ),
    ReportColumn(
        "reported_up_to",
        "Reported up to",
        "reported_up_to",
        definition="Every kiosk of the venue has sent what happened before this time.",
    ),
)


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[PhonesRow]:
    """The rows by day and venue name, of days on which somebody came. Raises StorageError."""
    kiosks = kiosk_repository.kiosks(store, scope)
    selection = select_venues(store, scope, filters)
    figures_by_day: dict[tuple[date, UUID], list[DayFigures]] = defaultdict(list)
    for figures in read_figures(store, selection, filters):
        if figures.visits:
            figures_by_day[figures.day, figures.venue].append(figures)
    result = []
    for venue in selection.venues:
        query = CountQuery(MEASURES, [venue.id], filters.first, filters.last, selection.zone, selection.kind)
        with store.reading() as connection:
            counts = rollups.read_counts(connection, [venue], query)
        reported = reported_up_to(kiosks, venue)
        result += [
            PhonesRow(
                day,
                venue.name,
                sum(part.phones for part in figures),
                sum(part.kept for part in figures),
                counts["early", day, 0],
                counts["lost_phones", day, 0],
                counts["not_back", day, 0],
                counts["over_capacity", day, 0],
                reported,
            )
            for (day, id), figures in figures_by_day.items()
            if id == venue.id
        ]
    return sorted(result, key=lambda row: (row.day, row.venue))


def _values(rows: Sequence[PhonesRow]) -> dict[str, int]:
    return {key: int(value) for key, value in totals(COLUMNS, rows).items()}


def _answer(rows: Sequence[PhonesRow]) -> str:
    values = _values(rows)
    phones, kept = values["phones"], values["kept"]
    share = f"{100 * phones / (phones + kept):.0f} % of them" if phones + kept else "none"
    return f"People brought {grouped(phones + kept)} phones and put {share} away."


def _cards(rows: Sequence[PhonesRow]) -> list[FigureCard]:
    values = _values(rows)
    return [
        FigureCard("Put away", grouped(values["phones"]), f"{grouped(values['kept'])} kept"),
        FigureCard("Taken early", grouped(values["early"]), "visits"),
        FigureCard("Not back", grouped(values["not_back"]), "visits whose phone, pouch or locker is open"),
        FigureCard("Lost", grouped(values["lost_phones"]), "phones"),
    ]


def _picture(rows: Sequence[PhonesRow], filters: ReportFilters) -> BarsOverTime:
    return BarsOverTime("Phones put away", [(row.day, row.phones) for row in rows], filters.first, filters.last)


PHONES = DailyReport(
    "phones",
    "Phones",
    "What became of the phones?",
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    charted="phones",
)
