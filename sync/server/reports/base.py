"""What a report is: a question, its columns, its rows, what they add up to. Pages, exports and the command work on any.

To add a report, write a module with a :class:`Report`, or a :class:`DailyReport` if it has a row for each day of a
venue, and add it to registry.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import urlencode

from sync.domain.events import SessionKind
from sync.ledger.store import Store
from sync.server.kiosks.inventory import Inventory
from sync.server.reports.picture_data import Picture
from sync.server.web.i18n import number_text, say
from sync.server.web.words import full_day_words, period_words

SMALLEST_COUNT = 10  # without a setting


@dataclass(frozen=True)
class ReportFilters:
    """What every report is filtered by: both days of a period and all between; None: all.

    ``venue`` and ``zone`` are names; a zone is one of that venue's. ``venues``: the names of several, and then
    ``venue`` is None; :meth:`includes` and :attr:`venue_names` know both. ``title``: of sessions.
    """

    first: date
    last: date
    venue: str | None = None
    zone: str | None = None
    kind: SessionKind | None = None
    smallest_count: int = SMALLEST_COUNT  # that is shown of protected figures
    venues: tuple[str, ...] = ()
    title: str | None = None

    def moved(self, first: date, last: date) -> "ReportFilters":
        """The same filters for another period."""
        return replace(self, first=first, last=last)

    @property
    def address(self) -> str:
        """The filters as the query of a URL."""
        choices = {"venue": self.venue or self.venues, "zone": self.zone, "kind": self.kind, "session": self.title}
        chosen = {name: value for name, value in choices.items() if value}
        return urlencode({"from": str(self.first), "to": str(self.last)} | chosen, doseq=True)

    @property
    def venue_names(self) -> tuple[str, ...] | None:
        """The names of the chosen venues; None: all."""
        return (self.venue,) if self.venue is not None else self.venues or None

    def includes(self, venue: str) -> bool:
        """Whether the venue with this name is chosen."""
        return self.venue_names is None or venue in self.venue_names

    @property
    def words(self) -> str:
        """The period: November 2026; 1 – 12 November 2026."""
        return period_words(self.first, self.last)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1


class DailyRow(Protocol):
    """What the rows of a daily report have besides their own figures: each is of one venue's day."""

    @property
    def day(self) -> date:
        """The venue's day, by its time zone."""

    @property
    def venue(self) -> str:
        """The venue's name."""

    @property
    def reported_up_to(self) -> str | None:
        """ISO 8601 with the venue's offset: everything before it is counted; None: a kiosk has never reported."""


def share(part: float, whole: float) -> float | None:
    """A share in per cent; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


Row = TypeVar("Row")
Day = TypeVar("Day", bound=DailyRow)
ColumnFormat = Literal["day", "text", "venue", "number", "reported_up_to", "moment"]


@dataclass(frozen=True)
class ReportColumn:
    """``key``: the row's field, and its name in CSV and JSON. ``heading``, ``unit`` and ``decimals`` are for pages.

    ``definition``: what exactly the figure is, one sentence. A number may be None: it is not known. ``share_of``: the
    fields of a row of which it is the share in per cent, the part and the whole; its total is that of their totals.
    ``labels``: the values of a text column that are ours, not somebody's name, with what people read for them. Heading,
    unit, definition and labels are English here, as in files for programs, which have the values themselves; pages and
    Excel have them in the reader's language.
    A ``moment`` is a datetime with the venue's offset, or None.
    """

    key: str
    heading: str
    format: ColumnFormat = "number"
    unit: str = ""
    decimals: int = 0
    is_totalled: bool = False
    definition: str = ""
    share_of: tuple[str, str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    def number(self, row: object) -> float:
        """The value of a numeric column in a row; 0 where it is not known."""
        value: float | None = getattr(row, self.key)
        return value or 0

    def text(self, number: float | None) -> str:
        """A number as pages show it: 1126 -> 1,126; 4.5 -> 4.50 h; None -> –. Its unit stays on its line."""
        if number is None:
            return "–"
        return number_text(number, self.decimals) + (f"\u00a0{say(self.unit)}" if self.unit else "")

    def cell(self, row: object) -> str:
        """The field of a row as pages show it."""
        value = getattr(row, self.key)
        if self.format == "number":
            return self.text(value)
        return full_day_words(value) if self.format == "day" else self.label(str(value))

    def value(self, row: object) -> object:
        """The field of a row as Excel shows it."""
        value = getattr(row, self.key)
        return self.label(value) if value in self.labels else value

    def label(self, value: str) -> str:
        """A text as pages show it: translated where it is one of ours."""
        return say(self.labels[value]) if value in self.labels else value


class Table(Protocol):
    """What is exported: rows under columns, those of a report or the visits behind it."""

    @property
    def title(self) -> str:
        """The title, which a workbook's sheet has."""

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        """The columns; each ``key`` is a field of the rows."""


@dataclass(frozen=True)
class FigureCard:
    """One large figure above the table, with its heading and a line about it. ``is_long``: in a smaller font."""

    heading: str
    figure: str
    about: str
    is_long: bool = False


@dataclass(frozen=True)
class Report(Generic[Row]):
    """One report. ``question``: what it answers. ``notes``: what readers have to know of these figures."""

    identifier: str
    title: str
    question: str
    columns: tuple[ReportColumn, ...]
    rows: Callable[[Store, Inventory, ReportFilters], Sequence[Row]]
    cards: Callable[[Sequence[Row]], Sequence[FigureCard]]
    answer: Callable[[Sequence[Row]], str]
    picture: Callable[[Sequence[Row], ReportFilters], Picture] | None = None
    notes: tuple[str, ...] = ()
    is_protected: bool = False  # its figures could point at a person: see disclosure.py
    is_of_passes: bool = False  # and can't be added up over months: it comes for a month or a calendar year

    def column(self, key: str) -> ReportColumn:
        """The column with this key."""
        return next(column for column in self.columns if column.key == key)

    def totals(self, rows: Iterable[Row]) -> Mapping[str, float]:
        """What these rows add up to, by the column's key."""
        return totals(self.columns, rows)


@dataclass(frozen=True, kw_only=True)
class DailyReport(Report[Day]):
    """A report whose rows are of a venue's day: its page groups them by day, week or month, and by venue.

    ``charted``: the key of the column that venues are sorted by.
    """

    charted: str


AnyReport: TypeAlias = Report[Any]
AnyDailyReport: TypeAlias = DailyReport[Any]


def totals(columns: Iterable[ReportColumn], rows: Iterable[object]) -> Mapping[str, float]:
    """The sums of the totalled columns by key."""
    running = RunningTotals(columns)
    running.add_all(list(rows))
    return running.sums()


class RunningTotals:
    """The totals of rows that are read one by one, and not kept."""

    def __init__(self, columns: Iterable[ReportColumn]) -> None:
        self._columns = [column for column in columns if column.is_totalled]
        self._sums = {key: 0.0 for column in self._columns if column.share_of for key in column.share_of}
        self._totals: dict[str, float] = dict.fromkeys((column.key for column in self._columns), 0)

    def add(self, row: object) -> None:
        """Add a row."""
        for key in self._sums:
            self._sums[key] += getattr(row, key) or 0
        for column in self._columns:
            self._totals[column.key] += column.number(row)

    def add_all(self, rows: Sequence[object]) -> None:
        """Add many rows, several times faster than one by one."""
        for key in self._sums:
            self._sums[key] += _sum_of(key, rows)
        for column in self._columns:
            self._totals[column.key] += _sum_of(column.key, rows)

    def sums(self) -> Mapping[str, float]:
        """The sums by key, rounded as rows are, so that the shown ones add up to them; of a share what they give."""
        return {column.key: self._total(column) for column in self._columns}

    def _total(self, column: ReportColumn) -> float:
        if column.share_of:
            part, whole = (self._sums[key] for key in column.share_of)
            return share(part, whole) or 0.0
        total = self._totals[column.key]
        return round(total, column.decimals) if column.decimals else total


def _sum_of(key: str, rows: Sequence[object]) -> float:
    """The sum of a field; None is 0."""
    values = list(map(attrgetter(key), rows))
    return sum(value or 0 for value in values) if None in values else sum(values)


def counts(columns: Iterable[ReportColumn], rows: Iterable[object]) -> dict[str, int]:
    """The sums of the totalled columns that have whole numbers, by key."""
    whole = [column for column in columns if not column.decimals]
    return {key: int(total) for key, total in totals(whole, rows).items()}
