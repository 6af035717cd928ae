"""The stays report: how long visits lasted."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.auth.scope import Scope
from sync.server.reports import rollups
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.day_counts import LONGEST_STAY, CountQuery
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import select_venues
from sync.server.web.words import grouped

LIMITS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, LONGEST_STAY)  # quarters of an hour at which the rows begin


class StayRow(Struct, frozen=True):
    """Visits whose length is in a range; ``guessed``: of the row of visits whose end nobody saw."""

    length: str
    visits: int
    share: float | None  # per cent of the visits with a known length


COLUMNS = (
    ReportColumn("length", "Length", "text", definition="From the check-in to the check-out, breaks included."),
    ReportColumn("visits", "Visits", definition="Visits of that length that have ended."),
    ReportColumn("share", "Share", unit="%", decimals=1, definition="Of the visits whose end somebody saw."),
)
GUESSED = "Not known"


def rows(store: Store, scope: Scope, filters: ReportFilters) -> list[StayRow]:
    """A row for each range of lengths, and one for visits with an estimated end. Raises StorageError."""
    selection = select_venues(store, scope, filters)
    ids = [venue.id for venue in selection.venues]
    period = filters.first, filters.last
    query = CountQuery(
        ("stay", "guessed_stay"), ids, *period, zone=selection.zone, kind=selection.kind, is_by_day=False
    )
    with store.reading() as connection:
        counts = rollups.read_counts(connection, selection.venues, query)
    visits: Counter[int] = Counter()
    guessed = 0
    for (measure, _, quarters), amount in counts.items():
        if measure == "stay":
            visits[max(limit for limit in LIMITS if limit <= quarters)] += amount
        else:
            guessed += amount
    total = visits.total()
    if not total and not guessed:
        return []
    known = [
        StayRow(_words(place), visits[limit], round(100 * visits[limit] / total, 1) if total else None)
        for place, limit in enumerate(LIMITS)
    ]
    return [*known, StayRow(GUESSED, guessed, None)]


def _words(place: int) -> str:
    first, last = LIMITS[place], LIMITS[place + 1] if place + 1 < len(LIMITS) else None
    if not first:
        return f"under {_length(LIMITS[1])}"
    return f"{_length(first)} and more" if last is None else f"{_length(first)} to {_length(last)}"


def _length(quarters: int) -> str:
    hours, minutes = divmod(15 * quarters, 60)
    return f"{hours} h {minutes:02} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"


def _middle(rows: Sequence[StayRow]) -> str | None:
    """The range in which the median is: half of the visits were as long or longer."""
    known = [row for row in rows if row.length != GUESSED]
    total, so_far = sum(row.visits for row in known), 0
    for row in known:
        so_far += row.visits
        if total and 2 * so_far >= total:
            return row.length
    return None


def _answer(rows: Sequence[StayRow]) -> str:
    middle = _middle(rows)
    return (
        f"A typical visit lasts {middle}: half are shorter, half longer." if middle else "No end of a visit is known."
    )


def _cards(rows: Sequence[StayRow]) -> list[FigureCard]:
    known = sum(row.visits for row in rows if row.length != GUESSED)
    guessed = sum(row.visits for row in rows if row.length == GUESSED)
    return [
        FigureCard("Visits with a known length", grouped(known), f"of {grouped(known + guessed)} that have ended"),
        FigureCard("Typical length", _middle(rows) or "–", "half are shorter, half longer", is_long=True),
    ]


def _picture(rows: Sequence[StayRow], filters: ReportFilters) -> LabelledBars:
    bars = [(row.length, float(row.visits)) for row in rows if row.length != GUESSED]
    return LabelledBars("Visits by length", bars, "visits", _answer(rows))


STAYS = Report(
    "stays",
    "Length of stay",
    "How long do people stay?",
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=("Visits whose end is estimated are left out of the shares: their length says when a session closed.",),
)
