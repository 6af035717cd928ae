"""The series report: what sessions of the same title had in common, such as those of a weekly series."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import FigureCard, Report, ReportColumn, ReportFilters
from sync.server.reports.picture_data import LabelledBars
from sync.server.reports.rollups import DayFigures
from sync.server.reports.selection import read_figures, select_venues
from sync.server.web.i18n import counted, later, say
from sync.server.web.words import grouped

HOUR_MS = 3_600_000
MOST = 60  # rows; what further titles have is added up in one
MOST_BARS = 12
OTHERS = later("Other sessions")
UNKNOWN = later("Session not known")


class SeriesRow(Struct, frozen=True):
    """The sessions of one ``title``, or of what is left over: OTHERS, UNKNOWN.

    Only ``is_left_over`` tells these apart from titles, as a session may be called the same.
    """

    title: str
    sessions: int
    visits: int
    people: int
    people_per_session: float | None  # None: no session was opened in the period
    phones: int
    phone_free_hours: float
    first: date
    last: date
    is_left_over: bool = False


COLUMNS = (
    ReportColumn(
        "title",
        later("Session"),
        "text",
        labels={OTHERS: OTHERS, UNKNOWN: UNKNOWN},
        definition=later("The title that a session has now; the sessions of a series share it."),
    ),
    ReportColumn(
        "sessions", later("Sessions"), is_totalled=True, definition=later("Sessions that were opened in the period.")
    ),
    *(ATTENDANCE.column(key) for key in ("visits", "people")),
    ReportColumn(
        "people_per_session", later("People a session"), decimals=1, definition=later("People divided by sessions.")
    ),
    *(ATTENDANCE.column(key) for key in ("phones", "phone_free_hours")),
    ReportColumn(
        "first", later("First day"), "day", definition=later("The first day of the period with such a session.")
    ),
    ReportColumn("last", later("Last day"), "day", definition=later("The last one.")),
)


def rows(store: Store, inventory: Inventory, filters: ReportFilters) -> list[SeriesRow]:
    """The rows by people, the most first; what is left over last. Raises StorageError."""
    by_title: dict[str, list[DayFigures]] = defaultdict(list)
    for figures in read_figures(store, select_venues(store, inventory, filters), filters):
        by_title[figures.title].append(figures)
    unknown = by_title.pop("", [])
    titles = sorted(by_title, key=lambda title: (-sum(figures.people for figures in by_title[title]), title))
    others = [figures for title in titles[MOST:] for figures in by_title[title]]
    result = [_row(title, by_title[title]) for title in titles[:MOST]]
    left_over = ((OTHERS, others), (UNKNOWN, unknown))
    return result + [_row(title, figures, is_left_over=True) for title, figures in left_over if figures]


def _row(title: str, figures: Sequence[DayFigures], *, is_left_over: bool = False) -> SeriesRow:
    sessions, people = sum(day.sessions for day in figures), sum(day.people for day in figures)
    return SeriesRow(
        title,
        sessions,
        sum(day.visits for day in figures),
        people,
        round(people / sessions, 1) if sessions else None,
        sum(day.phones for day in figures),
        round(sum(day.phone_free_ms for day in figures) / HOUR_MS, 2),
        min(day.day for day in figures),
        max(day.day for day in figures),
        is_left_over,
    )


def _titled(rows: Sequence[SeriesRow]) -> list[SeriesRow]:
    return [row for row in rows if not row.is_left_over]


def _answer(rows: Sequence[SeriesRow]) -> str:
    titled = _titled(rows)
    if not titled:
        return say("No session of this period has a title yet.")
    most = titled[0]
    people = counted("{number} person", "{number} people", most.people)
    return say(
        "Most came to {title}: {people} in {sessions}.",
        title=most.title,
        people=people,
        sessions=counted("{number} session", "{number} sessions", most.sessions),
    )


def _cards(rows: Sequence[SeriesRow]) -> list[FigureCard]:
    titled = _titled(rows)
    if not titled:
        return []
    fullest = max(titled, key=lambda row: row.people_per_session or 0)
    return [
        FigureCard(
            say("Titles"),
            grouped(len(titled)),
            counted("of {number} session", "of {number} sessions", sum(row.sessions for row in rows)),
        ),
        FigureCard(
            say("People a session"),
            SERIES.column("people_per_session").text(fullest.people_per_session),
            say("at most, in {title}", title=fullest.title),
        ),
    ]


def _picture(rows: Sequence[SeriesRow], filters: ReportFilters) -> LabelledBars:
    bars = [(row.title, float(row.people)) for row in _titled(rows)[:MOST_BARS]]
    return LabelledBars(say("People by session"), bars, say("people"), _answer(rows))


SERIES = Report(
    "series",
    later("Series"),
    later("Which sessions and series draw most people?"),
    COLUMNS,
    rows,
    _cards,
    _answer,
    _picture,
    notes=(
        later("A session whose title was changed counts under the new one. Titles that only look alike are two rows."),
    ),
)
