"""The stays report: how long visits lasted."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports import rollups
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.day_counts import LONGEST_STAY, CountQuery
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.selection import select_venues
from sync.server.web.i18n import later, say
from sync.server.web.words import grouped

LIMITS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, LONGEST_STAY)  # quarters of an hour at which the rows begin
LENGTHS = (
    later("under 15 min"),
    later("15 min to 30 min"),
    later("30 min to 45 min"),
    later("45 min to 1 h"),
    later("1 h to 1 h 30 min"),
    later("1 h 30 min to 2 h"),
    later("2 h to 3 h"),
    later("3 h to 4 h"),
    later("4 h to 6 h"),
    later("6 h to 8 h"),
    later("8 h and more"),
)
GUESSED = later("Not known")


class StayRow(Struct, frozen=True):
    """Visits whose length is in a range; ``guessed``: of the row of visits whose end nobody saw."""

    length: str
    visits: int
    share: float | None  # per cent of the visits with a known length


COLUMNS = (
    ReportColumn(
        "length",
        later("Length"),
        "text",
        labels={text: text for text in (*LENGTHS, GUESSED)},
        definition=later("From the check-in to the check-out, breaks included."),
    ),
    ReportColumn("visits", later("Visits"), definition=later("Visits of that length that have ended.")),
    ReportColumn(
        "share", later("Share"), unit=later("%"), decimals=1, definition=later("Of the visits whose end somebody saw.")
    ),
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[StayRow]:
    """A row for each range of lengths, and one for visits with an estimated end. Raises StorageError."""
    selection = select_venues(store, inventory, filters)
    ids = [venue.id for venue in selection.venues]
    period = filters.first, filters.last
    query = CountQuery(("stay", "guessed_stay"), ids, *period, selection.sessions, is_by_day=False)
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
        StayRow(LENGTHS[place], visits[limit], round(100 * visits[limit] / total, 1) if total else None)
        for place, limit in enumerate(LIMITS)
    ]
    return [*known, StayRow(GUESSED, guessed, None)]


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
    if middle is None:
        return say("No end of a visit is known.")
    return say("A typical visit lasts {length}: half are shorter, half longer.", length=say(middle))


def _cards(rows: Sequence[StayRow]) -> list[FigureCard]:
    middle = _middle(rows)
    known = sum(row.visits for row in rows if row.length != GUESSED)
    guessed = sum(row.visits for row in rows if row.length == GUESSED)
    return [
        FigureCard(
            say("Visits with a known length"),
            grouped(known),
            say("of {visits} that have ended", visits=known + guessed),
        ),
        FigureCard(
            say("Typical length"),
            _unbroken(say(middle)) if middle else "–",
            say("half are shorter, half longer"),
            is_long=True,
        ),
    ]


def _unbroken(length: str) -> str:
    """A length in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) ", "\N{NO-BREAK SPACE}", length)


def _picture(rows: Sequence[StayRow], filters: ReportFilters) -> LabelledBars:
    bars = [(say(row.length), float(row.visits)) for row in rows if row.length != GUESSED]
    return LabelledBars(say("Visits by length"), bars, say("visits"), _answer(rows))


STAYS = Report(
    "stays",
    later("Length of stay"),
    later("How long do people stay?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later("Visits whose end is estimated are left out of the shares: their length says when a session closed."),
    ),
)
