"""The capacity report: how much of the seats was used, which sessions were full, who was let in beyond them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts, share, totals
from sync.server.reports.daily_columns import REPORTED_UP_TO, VENUE
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import reported_up_to, select_venues
from sync.server.reports.session_uses import SeatQuery
from sync.server.web.words import grouped

PER_CENT = "%"


class CapacityRow(Struct, frozen=True):
    """One venue's day; the fields are those of COLUMNS."""

    day: date
    venue: str
    sessions: int
    unlimited: int
    full: int
    seats: int
    fullest: int
    fullest_share: float | None
    average: float
    average_share: float | None
    over_capacity: int
    reported_up_to: str | None


COLUMNS = (
    ReportColumn("day", "Day", "day", definition="The venue’s day, by its own clocks, on which a session was opened."),
    VENUE,
    ReportColumn("sessions", "Sessions", is_totalled=True, definition="Sessions that have closed."),
    ReportColumn(
        "unlimited",
        "No limit",
        is_totalled=True,
        definition="Those of them that had no capacity. They are in no other column but the last.",
    ),
    ReportColumn(
        "full", "Full", is_totalled=True, definition="Sessions with a moment at which all of their seats were taken."
    ),
    ReportColumn("seats", "Seats", is_totalled=True, definition="The sum of the sessions’ capacities."),
    ReportColumn(
        "fullest",
        "At the fullest",
        is_totalled=True,
        definition="Seats that were taken at the fullest moment of each session, added up over sessions. A party takes "
        "as many as it has people, from check-in to check-out, on a break too.",
    ),
    ReportColumn(
        "fullest_share",
        "of seats",
        unit=PER_CENT,
        decimals=1,
        is_totalled=True,
        definition="Their share of all seats.",
        share_of=("fullest", "seats"),
    ),
    ReportColumn(
        "average",
        "On average",
        decimals=1,
        is_totalled=True,
        definition="Seats that were taken on average over the time for which each session was open, added up over "
        "sessions.",
    ),
    ReportColumn(
        "average_share",
        "of seats",
        unit=PER_CENT,
        decimals=1,
        is_totalled=True,
        definition="Their share of all seats.",
        share_of=("average", "seats"),
    ),
    ReportColumn(
        "over_capacity",
        "Beyond capacity",
        is_totalled=True,
        definition="People whom a host let in although the session was full. They take no seat.",
    ),
    REPORTED_UP_TO,
)


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[CapacityRow]:
    """The rows by day and venue name, of days on which a session was opened that has closed. Raises StorageError."""
    kiosks = kiosk_repository.kiosks(store, scope)
    selection = select_venues(store, scope, filters)
    venues = {venue.id: venue for venue in selection.venues}
    query = SeatQuery(venues.keys(), filters.first, filters.last, selection.zone, selection.kind)
    reported = {venue.id: reported_up_to(kiosks, venue) for venue in selection.venues}
    with store.reading() as connection:
        days = rollups.read_seats(connection, selection.venues, query)
    result = [
        CapacityRow(
            day.day,
            venues[day.venue].name,
            day.sessions,
            day.unlimited,
            day.full,
            day.seats,
            day.fullest,
            share(day.fullest, day.seats),
            round(day.average, 1),
            share(round(day.average, 1), day.seats),
            day.over_capacity,
            reported[day.venue],
        )
        for day in days
    ]
    return sorted(result, key=lambda row: (row.day, row.venue))


def _answer(rows: Sequence[CapacityRow]) -> str:
    values = counts(COLUMNS, rows)
    limited = values["sessions"] - values["unlimited"]
    if not limited:
        return "No session had a capacity, so how full they were can’t be said."
    full, all_values = values["full"], totals(COLUMNS, rows)
    sessions = "the only session" if limited == 1 else f"{grouped(limited)} sessions with a capacity"
    was_full = f"{grouped(full)} of {sessions} {'was' if full == 1 else 'were'} full"
    if limited == 1:
        was_full = "The only session with a capacity was full" if full else "The only session was not full"
    return (
        f"{was_full}; at the fullest moment {all_values['fullest_share']:.0f} % of the seats were taken, on average "
        f"{all_values['average_share']:.0f} %."
    )


def _cards(rows: Sequence[CapacityRow]) -> list[FigureCard]:
    values, all_values = counts(COLUMNS, rows), totals(COLUMNS, rows)
    limited = values["sessions"] - values["unlimited"]
    is_known = values["seats"] > 0
    unlimited = f", {grouped(values['unlimited'])} without a capacity" if values["unlimited"] else ""
    return [
        FigureCard("Full", grouped(values["full"]), f"of {grouped(limited)} sessions{unlimited}"),
        FigureCard(
            "At the fullest", f"{all_values['fullest_share']:.0f} %" if is_known else "–", "of the seats were taken"
        ),
        FigureCard(
            "On average", f"{all_values['average_share']:.0f} %" if is_known else "–", "of the seats, while open"
        ),
        FigureCard("Beyond capacity", grouped(values["over_capacity"]), "people let in by a host"),
    ]


def _picture(rows: Sequence[CapacityRow], filters: ReportFilters) -> LabelledBars:
    """By venue; of one venue by month, week or day would be many bars: by weekday."""
    labels = {row.venue for row in rows}
    taken, seats = Counter[str](), Counter[str]()
    is_one = len(labels) == 1
    for row in sorted(rows, key=lambda row: row.day.weekday() if is_one else row.venue):
        label = f"{row.day:%A}" if is_one else row.venue
        taken[label] += row.fullest
        seats[label] += row.seats
    bars = [(label, share(taken[label], seats[label])) for label in seats]
    title = "Seats taken at the fullest moment, by weekday" if is_one else "Seats taken at the fullest moment, by venue"
    return LabelledBars(title, bars, "% of the seats", _answer(rows))


CAPACITY = DailyReport(
    "capacity",
    "Seats",
    "How full was it?",
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=("A session is counted once it has closed. How many people were turned away is not known.",),
    charted="fullest_share",
)
