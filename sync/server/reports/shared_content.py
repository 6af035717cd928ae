"""The content of a shared report as it is stored, in every language: JSON that later releases can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec
from msgspec import Struct

from sync.languages import SOURCE
from sync.server.reports.base import FigureCard, ReportColumn, ReportFilters
from sync.server.reports.funder_report import COLUMNS, FunderReport, FunderSection, ProtectedFigures, ProtectedRow
from sync.server.reports.picture_data import LabelledBars


@dataclass(frozen=True)
class MadeBy:
    """Who made a document or a link and when. ``login``: a login name; ``at``: ms since 1970 UTC; ``language``:
    theirs."""

    organisation: UUID
    login: str
    at: int
    language: str = SOURCE


class StoredDefinition(Struct):
    """What a document says of a column; earlier releases stored all of the column."""

    key: str
    heading: str
    definition: str


class StoredSection(Struct):
    """As FunderSection, with the only kind of picture that such a section has."""

    title: str
    answer: str
    cards: list[FigureCard]
    picture: LabelledBars | None
    notes: list[str]
    definitions: list[StoredDefinition]


class StoredContent(Struct):
    """A document in one language; see FunderReport."""

    filters: ReportFilters
    honesty: list[str]
    attendance: ProtectedFigures
    sections: list[StoredSection]
    organisation: str | None = None


class SingleContent(StoredContent, kw_only=True):
    """What earlier releases stored: a document in its maker's language alone."""

    made: MadeBy


class StoredDocument(Struct):
    """``reports``: the same in each language, by its code."""

    made: MadeBy
    reports: dict[str, StoredContent]


def to_json(reports: Mapping[str, FunderReport], made: MadeBy) -> object:
    """What is stored, as values that json.dumps takes; ``reports``: by language."""
    contents = {
        code: StoredContent(
            report.filters,
            list(report.honesty),
            report.attendance,
            [_stored(section) for section in report.sections],
            report.organisation,
        )
        for code, report in reports.items()
    }
    return msgspec.to_builtins(StoredDocument(made, contents))


def from_json(stored: dict[str, object]) -> tuple[dict[str, FunderReport], MadeBy]:
    """The reports as they were, by language, and who made them."""
    if "reports" not in stored:
        content = msgspec.convert(stored, SingleContent)
        return {content.made.language: _report(content)}, content.made
    document = msgspec.convert(stored, StoredDocument)
    return {code: _report(content) for code, content in document.reports.items()}, document.made


def _report(content: StoredContent) -> FunderReport:
    sections = [
        FunderSection(
            section.title,
            section.answer,
            section.cards,
            section.picture,
            section.notes,
            [ReportColumn(item.key, item.heading, definition=item.definition) for item in section.definitions],
        )
        for section in content.sections
    ]
    attendance = _with_all_columns(content.attendance)
    return FunderReport(content.filters, content.honesty, attendance, sections, content.organisation)


def _stored(section: FunderSection) -> StoredSection:
    return StoredSection(
        section.title,
        section.answer,
        list(section.cards),
        section.picture if isinstance(section.picture, LabelledBars) else None,
        list(section.notes),
        [StoredDefinition(column.key, column.heading, column.definition) for column in section.definitions],
    )


def _with_all_columns(figures: ProtectedFigures) -> ProtectedFigures:
    """A column that a later release has added is hidden in what was stored before."""

    def with_all(row: ProtectedRow) -> ProtectedRow:
        return ProtectedRow(row.label, {column.key: row.values.get(column.key) for column in COLUMNS})

    by_venue, by_month = map(with_all, figures.by_venue), map(with_all, figures.by_month)
    return ProtectedFigures(with_all(figures.whole), [*by_venue], [*by_month])
