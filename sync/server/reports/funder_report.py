"""What a coordinator hands to a funder: attendance, feelings and different people of finished months, protected.

Every count that leaves the organisation is protected: shared_reports.py makes and stores it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sync.server.reports.attendance import ATTENDANCE
from sync.server.reports.base import AnyReport, FigureCard, ReportColumn, ReportFilters
from sync.server.reports.disclosure import whole_months
from sync.server.reports.feelings import FEELINGS
from sync.server.reports.picture_data import Picture
from sync.server.web.i18n import later, say
from sync.server.web.words import full_day_words

COLUMNS = tuple(
    replace(ATTENDANCE.column(key), decimals=0)
    for key in ("sessions", "visits", "people", "phones", "kept", "phone_free_hours")
)
PROTECTED_BY = "people"  # the column whose count decides whether a row is hidden
WITH_PICTURE = (FEELINGS.identifier,)  # the other one's bars by venue are in its rows above
HIDDEN = "–"
ABOUT = {
    "sessions": later("that were opened"),
    "visits": later("each of one party"),
    "people": later("each time they came"),
    "phones": later("put away"),
    "kept": later("with their owners"),
    "phone_free_hours": later("of all people together"),
}


@dataclass(frozen=True)
class ProtectedRow:
    """The figures of a venue, a month, or everything; by the column's key, None: hidden."""

    label: str
    values: Mapping[str, float | None]

    def cells(self) -> list[str]:
        """As they are shown, in the order of COLUMNS."""
        return [column.text(self.values[column.key]) for column in COLUMNS]

    def share_of(self, rows: Sequence["ProtectedRow"]) -> float:
        """Its people in per cent of the row that has most of them; 0 where they are hidden: the length of its bar."""
        most = max((row.values[PROTECTED_BY] or 0 for row in rows), default=0)
        return round(100 * (self.values[PROTECTED_BY] or 0) / most, 1) if most else 0.0


@dataclass(frozen=True)
class FunderSection:
    """A protected report as it is: its question, its answer, its figures and its picture."""

    title: str
    answer: str
    cards: Sequence[FigureCard]
    picture: Picture | None
    notes: Sequence[str]
    definitions: Sequence[ReportColumn]


@dataclass(frozen=True)
class ProtectedFigures:
    """Attendance as it may be shared. ``by_venue`` is empty for one venue, ``by_month`` for one month."""

    whole: ProtectedRow
    by_venue: Sequence[ProtectedRow]
    by_month: Sequence[ProtectedRow]

    @property
    def cards(self) -> list[FigureCard]:
        """The figures of everything, with their headings."""
        return [
            FigureCard(say(column.heading), text, say(ABOUT[column.key]))
            for column, text in zip(COLUMNS, self.whole.cells(), strict=True)
        ]


@dataclass(frozen=True)
class FunderReport:
    """All of it. ``honesty``: how complete and how certain the figures are, in sentences.

    ``organisation``: whose report it is; None where its name is not known.
    """

    filters: ReportFilters
    honesty: Sequence[str]
    attendance: ProtectedFigures
    sections: Sequence[FunderSection]
    organisation: str | None = None


def choice_errors(filters: ReportFilters, today: date) -> dict[str, str]:
    """Why the PDF does not come for these filters, a sentence by the field of the page; empty: it does.

    It is for sharing outside, so it comes for whole months that are over, and for a venue or all of them.
    """
    offered, errors = whole_months(filters, today), dict[str, str]()
    if filters.first.day != 1:
        first = full_day_words(filters.first.replace(day=1))
        errors["from"] = say("The PDF is of whole months: it begins on the first day of one, such as {day}.", day=first)
    elif filters.first != offered.first:
        errors["from"] = say("The PDF is of months that are over, {months} at the latest.", months=offered.words)
    if filters.last > offered.last:
        last = full_day_words(offered.last)
        errors["to"] = say("The PDF is of months that are over: it ends on {day} at the latest.", day=last)
    elif filters.last != offered.last:
        last = full_day_words(offered.last)
        errors["to"] = say("The PDF is of whole months: it ends on the last day of one, such as {day}.", day=last)
    if filters.venues:
        errors["venue"] = say("The PDF is of a venue or of all of them, not of several.")
    if filters.zone is not None:
        errors["zone"] = say("The PDF is of a venue or of all of them, not of one zone.")
    if filters.kind is not None:
        errors["kind"] = say("The PDF is of all kinds of sessions.")
    if filters.title is not None:
        errors["session"] = say("The PDF is of all sessions.")
    return errors


def section_of(report: AnyReport, rows: Sequence[Any], filters: ReportFilters) -> FunderSection:
    """The section of a protected report with these rows."""
    has_picture = report.identifier in WITH_PICTURE and any(card.figure != HIDDEN for card in report.cards(rows))
    picture = report.picture(rows, filters) if has_picture and report.picture else None
    definitions = [column for column in report.columns if column.definition and column.format == "number"]
    return FunderSection(say(report.title), report.answer(rows), report.cards(rows), picture, report.notes, definitions)
