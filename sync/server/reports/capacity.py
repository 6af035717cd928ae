"""The capacity report: how much of the seats was used, which sessions were full, who came beyond or was turned away."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports import rollups
from sync.server.reports.base import DailyReport, FigureCard, ReportColumn, ReportFilters, counts, share, totals
from sync.server.reports.daily_columns import REPORTED_UP_TO, VENUE
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import reported_up_to, select_venues
from sync.server.reports.session_uses import SeatQuery
from sync.server.web.i18n import counted, later, say
from sync.server.web.words import grouped, percent, weekday_words

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
    turned_away: int
    reported_up_to: str | None


COLUMNS = (
    ReportColumn(
        "day",
        later("Day"),
        "day",
        definition=later("The venue’s day, by its own clocks, on which a session was opened."),
    ),
    VENUE,
    ReportColumn("sessions", later("Sessions"), is_totalled=True, definition=later("Sessions that have closed.")),
    ReportColumn(
        "unlimited",
        later("No limit"),
        is_totalled=True,
        definition=later(
            "Those of them that had no capacity. Of them only the people beyond capacity and turned away are counted."
        ),
    ),
    ReportColumn(
        "full",
        later("Full"),
        is_totalled=True,
        definition=later("Sessions with a moment at which all of their seats were taken."),
    ),
    ReportColumn("seats", later("Seats"), is_totalled=True, definition=later("The sum of the sessions’ capacities.")),
    ReportColumn(
        "fullest",
        later("At the fullest"),
        is_totalled=True,
        definition=later(
            "Seats that were taken at the fullest moment of each session, added up over sessions. A party takes "
            "as many as it has people, from check-in to check-out, on a break too."
        ),
    ),
    ReportColumn(
        "fullest_share",
        later("of seats"),
        unit=PER_CENT,
        decimals=1,
        is_totalled=True,
        definition=later("Their share of all seats."),
        share_of=("fullest", "seats"),
    ),
    ReportColumn(
        "average",
        later("On average"),
        decimals=1,
        is_totalled=True,
        definition=later(
            "Seats that were taken on average over the time for which each session was open, added up over sessions."
        ),
    ),
    ReportColumn(
        "average_share",
        later("of seats"),
        unit=PER_CENT,
        decimals=1,
        is_totalled=True,
        definition=later("Their share of all seats."),
        share_of=("average", "seats"),
    ),
    ReportColumn(
        "over_capacity",
        later("Beyond capacity"),
        is_totalled=True,
        definition=later("People whom a host let in although the session was full. They take no seat."),
    ),
    ReportColumn(
        "turned_away",
        later("Turned away"),
        is_totalled=True,
        definition=later("People who wanted to come in and could not, as far as a host has noted them at the kiosk."),
    ),
    REPORTED_UP_TO,
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[CapacityRow]:
    """The rows by day and venue name, of days on which a session was opened that has closed. Raises StorageError."""
    selection = select_venues(store, inventory, filters)
    venues = {venue.id: venue for venue in selection.venues}
    query = SeatQuery(venues.keys(), filters.first, filters.last, selection.sessions)
    reported = {venue.id: reported_up_to(inventory.kiosks, venue) for venue in selection.venues}
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
            day.turned_away,
            reported[day.venue],
        )
        for day in days
    ]
    return sorted(result, key=lambda row: (row.day, row.venue))


def _answer(rows: Sequence[CapacityRow]) -> str:
    values, shares = counts(COLUMNS, rows), totals(COLUMNS, rows)
    limited = values["sessions"] - values["unlimited"]
    if not limited:
        return say("No session had a capacity, so how full they were can’t be said.")
    taken = say(
        "at the fullest moment {fullest} of the seats were taken, on average {average}",
        fullest=percent(shares["fullest_share"]),
        average=percent(shares["average_share"]),
    )
    if limited == 1 and values["full"]:
        return say("The only session with a capacity was full; {taken}.", taken=taken)
    if limited == 1:
        return say("The only session was not full; {taken}.", taken=taken)
    return counted(
        "{number} of {sessions} sessions with a capacity was full; {taken}.",
        "{number} of {sessions} sessions with a capacity were full; {taken}.",
        values["full"],
        sessions=limited,
        taken=taken,
    )


def _cards(rows: Sequence[CapacityRow]) -> list[FigureCard]:
    values, shares = counts(COLUMNS, rows), totals(COLUMNS, rows)
    limited, unlimited = values["sessions"] - values["unlimited"], values["unlimited"]
    about = counted("of {number} session", "of {number} sessions", limited)
    if unlimited:
        about = say("{of_sessions}, {unlimited} without a capacity", of_sessions=about, unlimited=unlimited)
    fullest, average = (percent(shares[key]) if values["seats"] else "–" for key in ("fullest_share", "average_share"))
    return [
        FigureCard(say("Full"), grouped(values["full"]), about),
        FigureCard(say("At the fullest"), fullest, say("of the seats were taken")),
        FigureCard(say("On average"), average, say("of the seats, while open")),
        FigureCard(say("Beyond capacity"), grouped(values["over_capacity"]), say("people let in by a host")),
        FigureCard(say("Turned away"), grouped(values["turned_away"]), say("people, as noted by hosts")),
    ]


def _picture(rows: Sequence[CapacityRow], filters: ReportFilters) -> LabelledBars:
    """By venue; of one venue by month, week or day would be many bars: by weekday."""
    labels = {row.venue for row in rows}
    taken, seats = Counter[str](), Counter[str]()
    is_one = len(labels) == 1
    for row in sorted(rows, key=lambda row: row.day.weekday() if is_one else row.venue):
        label = weekday_words(row.day.weekday()) if is_one else row.venue
        taken[label] += row.fullest
        seats[label] += row.seats
    bars = [(label, share(taken[label], seats[label])) for label in seats]
    by_weekday, by_venue = (
        later("Seats taken at the fullest moment, by weekday"),
        later("Seats taken at the fullest moment, by venue"),
    )
    return LabelledBars(
        say(by_weekday if is_one else by_venue), bars, say("% of the seats"), _answer(rows), is_share=True
    )


CAPACITY = DailyReport(
    "capacity",
    later("Seats"),
    later("How full was it?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(later("A session is counted once it has closed. Who was turned away is known only if a host noted it."),),
    charted="fullest_share",
)
