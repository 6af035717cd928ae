"""What a report is: its columns, its rows, and what they add up to. Pages, exports and the command work on any report.

To add a report, write a module with a :class:`Report` and add it to registry.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Protocol
from urllib.parse import urlencode

from sync.ledger.store import Store
from sync.server.auth.scope import Scope


@dataclass(frozen=True)
class ReportFilters:
    """What every report is filtered by: both days of a period and all between; a venue's name, None: all venues."""

    first: date
    last: date
    venue: str | None = None

    def moved(self, first: date, last: date) -> "ReportFilters":
        """The same filters for another period."""
        return replace(self, first=first, last=last)

    @property
    def address(self) -> str:
        """The filters as the query of a URL."""
        fields = {"from": str(self.first), "to": str(self.last)} | ({"venue": self.venue} if self.venue else {})
        return urlencode(fields)


class ReportRow(Protocol):
    """What the row of every report has besides its own figures: it is of one venue's day."""

    @property
    def day(self) -> date:
        """The venue's day, by its time zone."""

    @property
    def venue(self) -> str:
        """The venue's name."""

    @property
    def reported_up_to(self) -> str | None:
        """ISO 8601 with the venue's offset: everything before it is counted; None: a kiosk has never reported."""


@dataclass(frozen=True)
class ReportColumn:
    """``key``: the row's field, and its name in CSV and JSON. ``heading``, ``unit`` and ``decimals`` are for pages."""

    key: str
    heading: str
    format: Literal["day", "venue", "number", "reported_up_to"] = "number"
    unit: str = ""
    decimals: int = 0
    is_totalled: bool = False

    def number(self, row: ReportRow) -> float:
        """The value of a numeric column in a row."""
        value: float = getattr(row, self.key)
        return value

    def text(self, number: float) -> str:
        """A number as pages show it: 1126 -> 1,126; 4.5 -> 4.50 h."""
        return f"{number:,.{self.decimals}f}" + (f" {self.unit}" if self.unit else "")

    def total(self, rows: Iterable[ReportRow]) -> float:
        """The sum over rows, rounded as they are, so that the shown rows add up to it."""
        total = sum(map(self.number, rows))
        return round(total, self.decimals) if self.decimals else total


@dataclass(frozen=True)
class Totals:
    """``values``: the totals of the totalled columns by key; ``days``: how many different days the rows have."""

    values: Mapping[str, float]
    days: int


@dataclass(frozen=True)
class FigureCard:
    """One large figure above the table, with its heading and a line about it. ``is_long``: in a smaller font."""

    heading: str
    figure: str
    about: str
    is_long: bool = False


@dataclass(frozen=True)
class Report:
    """One report. ``charted``: the key of the column that the chart shows and that venues are sorted by."""

    identifier: str
    title: str
    columns: tuple[ReportColumn, ...]
    charted: str
    rows: Callable[[Store, Scope, ReportFilters], Sequence[ReportRow]]
    cards: Callable[[Totals], Sequence[FigureCard]]

    def column(self, key: str) -> ReportColumn:
        """The column with this key."""
        return next(column for column in self.columns if column.key == key)

    def totals(self, rows: Sequence[ReportRow]) -> Totals:
        """What these rows add up to."""
        values = {column.key: column.total(rows) for column in self.columns if column.is_totalled}
        return Totals(values, len({row.day for row in rows}))
