"""Shared reports: what a coordinator shares with people outside is stored as it was.

The same period and place is always the same document. Its months are stored when they are first shared, so that facts
that arrive later change no document, and its figures are those of protected_sums.py. How many different people came
can't be added up over months: it is left out where another document says it of a period that overlaps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, and_, insert, select, true

from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.languages import LANGUAGES
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Venue
from sync.server.organisation import read_organisation
from sync.server.reports import feelings, funder_completeness, protected_months, shared_content
from sync.server.reports.base import ReportFilters
from sync.server.reports.disclosure import TOGETHER, is_month_or_year, month_end, shown_count
from sync.server.reports.feelings import FEELINGS
from sync.server.reports.funder_report import (
    COLUMNS,
    FunderReport,
    FunderSection,
    ProtectedFigures,
    ProtectedRow,
    section_of,
)
from sync.server.reports.pass_days import ANYWHERE
from sync.server.reports.people import PEOPLE, PeopleRow
from sync.server.reports.protected_months import first_day, month_number, threshold
from sync.server.reports.protected_sums import Cell, CountGroup, MonthNumber, ProtectedMonth, ProtectedSums, new_groups
from sync.server.reports.shared_content import MadeBy
from sync.server.web.i18n import language, later, say
from sync.server.web.languages import reading_in
from sync.server.web.words import period_words

ALL_VENUES = later("all venues")
SUMS = later("Counts of a venue’s month below {smallest} are part of a sum only where it does not give them away.")
EARLIER = later("Some of these months were shared before: their figures are the ones of that day.")
NOT_SAID = later(
    "How many different people came is not said here: another document says it of a period that overlaps, and the two "
    "together could point at a person."
)

_report = tables.shared_report.c


@dataclass(frozen=True)
class SharedReport:
    """A stored document. ``venue``: ANYWHERE for all; ``venue_name``: as it was then. ``reports``: by language."""

    id: UUID
    venue: UUID
    venue_name: str
    made: MadeBy
    reports: Mapping[str, FunderReport]

    @property
    def language(self) -> str:
        """The reader's language; its maker's, if it was made by a release that stored no other."""
        return language() if language() in self.reports else self.made.language

    @property
    def report(self) -> FunderReport:
        """The document in that language."""
        return self.reports[self.language]

    @property
    def place(self) -> str:
        """The venue's name, or words for all venues in the reader's language."""
        return say(ALL_VENUES) if self.venue == ANYWHERE else self.venue_name


class SharingRefused(UserError):
    """The scope does not allow it, or there is no such link within it; the text says which."""


class NotFinal(SharingRefused):
    """Facts of the period may still arrive, so that its figures are fixed only on purpose."""


def may_share(scope: Scope, venue: UUID) -> bool:
    """Whether the scope allows to make links to reports of a venue, or of ANYWHERE, and to fix figures."""
    return _allows(scope, Permission.MANAGE, venue)


def may_share_filters(inventory: Inventory, filters: ReportFilters) -> bool:
    """The same for the place of these filters."""
    return may_share(inventory.scope, _place_id(inventory, filters))


def _allows(scope: Scope, permission: Permission, venue: UUID) -> bool:
    return scope.allows_everywhere(permission) if venue == ANYWHERE else scope.allows(permission, venue)


def find_report(store: Store, inventory: Inventory, filters: ReportFilters) -> SharedReport | None:
    """The document of this period and place, if it was made before. Raises StorageError."""
    with store.reading() as connection:
        smallest = threshold(connection, filters.smallest_count)
        return _find(connection, _place_id(inventory, filters), replace(filters, smallest_count=smallest))


@dataclass(frozen=True)
class _Draft:
    """What a document is made of, as it is read before anything is stored.

    ``venue``: ANYWHERE for all. ``months``: as the visits give them now, from January of the period's first year on,
    which groups are made of. ``sentences``: how complete and final the figures are, by language.
    """

    filters: ReportFilters
    venue: UUID
    venues: Sequence[Venue]
    months: Sequence[ProtectedMonth]
    sentences: Mapping[str, Sequence[str]]
    people: Sequence[PeopleRow]
    organisation: str | None

    @property
    def venue_names(self) -> dict[UUID, str]:
        """The names of the venues by id."""
        return {venue.id: venue.name for venue in self.venues}


@dataclass(frozen=True)
class _FixedFigures:
    """The figures of the months that are stored. ``added``: the groups that the document stores.

    ``are_earlier``: whether some of them were stored with another document.
    """

    sums: ProtectedSums
    added: Sequence[CountGroup]
    are_earlier: bool


def share_report(
    store: Store, inventory: Inventory, filters: ReportFilters, made: MadeBy, *, fixes: bool = True
) -> SharedReport | None:
    """The document of a period that funder_report.choice_errors has accepted, which is stored if there is none yet.

    Its months are fixed by that. Who may see the place may make it once the figures are final. Before, it takes the
    permission to share, and ``fixes``: that they are to be fixed as they are. None if nothing took place.

    Raises SharingRefused, NotFinal, StorageError.
    """
    if (existing := find_report(store, inventory, filters)) is not None:
        return existing
    if not _allows(inventory.scope, Permission.VIEW, _place_id(inventory, filters)):
        raise SharingRefused(say("your account may not share reports of this place"))
    filters, months = _read_months(store, inventory, filters)
    if not any(month.is_active for month in months if month.month >= month_number(filters.first)):
        return None
    _check_final(inventory, filters, made.at, fixes=fixes)
    return _store_document(store, _read_draft(store, inventory, filters, months, made.at), made)


def _read_months(
    store: Store, inventory: Inventory, filters: ReportFilters
) -> tuple[ReportFilters, Sequence[ProtectedMonth]]:
    """The filters with the threshold of documents, and the months by it as the visits give them now."""
    with store.reading() as connection:
        filters = replace(filters, smallest_count=threshold(connection, filters.smallest_count))
        period = _since_january(filters)
        venues = _chosen_venues(inventory, filters)
        return filters, protected_months.read_current(connection, venues, *period, filters.smallest_count)


def _since_january(filters: ReportFilters) -> tuple[MonthNumber, MonthNumber]:
    """January of the period's first year, and the period's last month."""
    first = month_number(filters.first)
    return first - first % 12, month_number(filters.last)


def _check_final(inventory: Inventory, filters: ReportFilters, now: int, *, fixes: bool) -> None:
    """Raises NotFinal where facts may still arrive, unless the figures are to be fixed and the scope allows that."""
    if funder_completeness.assess_completeness(inventory, filters, now).is_final:
        return
    if not (fixes and may_share_filters(inventory, filters)):
        raise NotFinal(say("the figures of this period are not final yet"))


def _read_draft(
    store: Store, inventory: Inventory, filters: ReportFilters, months: Sequence[ProtectedMonth], now: int
) -> _Draft:
    return _Draft(
        filters,
        _place_id(inventory, filters),
        _chosen_venues(inventory, filters),
        months,
        _read_sentences(store, inventory, filters, now),
        PEOPLE.rows(store, inventory, filters),
        read_organisation(store).name,
    )


def _store_document(store: Store, draft: _Draft, made: MadeBy) -> SharedReport:
    """Store the draft with its months, unless the document was stored meanwhile. Returns the stored document."""
    with store.writing() as connection:
        if (existing := _find(connection, draft.venue, draft.filters)) is not None:
            return existing
        figures = _fix_months(connection, draft)
        says_people = not _is_people_said_elsewhere(connection, draft.venue, draft.filters)
        reports = _written_reports(draft, figures, says_people=says_people)
        shared = SharedReport(uuid7(made.at), draft.venue, draft.filters.venue or "", made, reports)
        _insert(connection, shared, draft.filters, figures.added, says_people=says_people)
    return shared


def _fix_months(connection: Connection, draft: _Draft) -> _FixedFigures:
    """Store the draft's months that no document has stored yet; the figures are of the stored ones."""
    first, smallest = month_number(draft.filters.first), draft.filters.smallest_count
    stored = protected_months.read_stored(connection, draft.venues, *_since_january(draft.filters))
    protected_months.store(connection, [month for month in draft.months if month.cell not in stored])
    months, groups = {month.cell: month for month in draft.months} | stored, protected_months.read_groups(connection)
    added = new_groups(months.values(), groups, smallest)
    in_period = {cell: month for cell, month in months.items() if month.month >= first}
    are_earlier = any(month.is_active for cell, month in stored.items() if cell in in_period)
    return _FixedFigures(ProtectedSums(in_period, [*groups, *added], smallest), added, are_earlier)


def _written_reports(draft: _Draft, figures: _FixedFigures, *, says_people: bool) -> dict[str, FunderReport]:
    """The document in every language."""
    reports = {}
    for code in LANGUAGES:
        with reading_in(code):
            reports[code] = _written_report(draft, figures, draft.sentences[code], says_people=says_people)
    return reports


def _written_report(
    draft: _Draft, figures: _FixedFigures, sentences: Sequence[str], *, says_people: bool
) -> FunderReport:
    """The document in the current language."""
    filters = draft.filters
    notes = [say(EARLIER)] if figures.are_earlier else []
    return FunderReport(
        filters,
        [*sentences, *notes, say(SUMS, smallest=filters.smallest_count)],
        protected_figures(figures.sums, draft.venue_names),
        [_feelings(figures.sums, filters), _people(draft.people, filters) if says_people else _no_people()],
        draft.organisation,
    )


def _read_sentences(store: Store, inventory: Inventory, filters: ReportFilters, now: int) -> dict[str, list[str]]:
    """How complete and final the figures are, by language."""
    sentences = {}
    for code in LANGUAGES:
        with reading_in(code):
            sentences[code] = funder_completeness.read_sentences(store, inventory, filters, now)
    return sentences


def protected_figures(figures: ProtectedSums, names: Mapping[UUID, str]) -> ProtectedFigures:
    """Attendance of all months of the figures; ``names``: of their venues."""
    active = [cell for cell, month in figures.months.items() if month.is_active]
    venues = sorted({venue for venue, _ in active}, key=lambda venue: names[venue])
    months = sorted({month for _, month in active})
    by_venue = [_row(names[venue], figures, [cell for cell in active if cell[0] == venue]) for venue in venues]
    by_month = [_row(month_words(month), figures, [cell for cell in active if cell[1] == month]) for month in months]
    return ProtectedFigures(
        _row(say(TOGETHER), figures, active),
        by_venue if len(by_venue) > 1 else (),
        by_month if len(by_month) > 1 else (),
    )


def month_words(month: MonthNumber) -> str:
    """November 2026."""
    first = first_day(month)
    return period_words(first, month_end(first))


def _row(label: str, figures: ProtectedSums, cells: Sequence[Cell]) -> ProtectedRow:
    values = {column.key: shown_count(figures.total(column.key, cells), figures.smallest) for column in COLUMNS}
    if values["people"] is None:
        values = dict.fromkeys(values)
    return ProtectedRow(label, values)


def _feelings(figures: ProtectedSums, filters: ReportFilters) -> FunderSection:
    row = feelings.protected_row(filters.venue or say(ALL_VENUES), figures, figures.months)
    return section_of(FEELINGS, [row], filters)


def _people(rows: Sequence[PeopleRow], filters: ReportFilters) -> FunderSection:
    """How many different people came. Their visits are left out: they add up over months."""
    whole = [PeopleRow(rows[-1].venue, rows[-1].people, None, None, None)] if rows else []
    section = section_of(PEOPLE, whole, filters)
    return replace(section, cards=section.cards[:1], definitions=[PEOPLE.column("people")])


def _no_people() -> FunderSection:
    return FunderSection(say(PEOPLE.title), say(NOT_SAID), (), None, (), ())


def _place_id(inventory: Inventory, filters: ReportFilters) -> UUID:
    """The id of the chosen venue; ANYWHERE for all."""
    return ANYWHERE if filters.venue is None else _chosen_venues(inventory, filters)[0].id


def _chosen_venues(inventory: Inventory, filters: ReportFilters) -> list[Venue]:
    return [venue for venue in inventory.venues if filters.includes(venue.name)]


def _is_people_said_elsewhere(connection: Connection, venue: UUID, filters: ReportFilters) -> bool:
    """Whether a document says how many different people came in another period that overlaps, or by another
    threshold. Months and calendar years may stand beside each other: see pass_protection.py."""
    same_place = true() if venue == ANYWHERE else _report.venue.in_([venue, ANYWHERE])
    overlaps = and_(_report.first <= filters.last, _report.last >= filters.first)
    query = select(_report.first, _report.last, _report.smallest).where(_report.says_people, same_place, overlaps)
    return any(
        row.smallest != filters.smallest_count
        or (
            (row.first, row.last) != (filters.first, filters.last)
            and not (is_month_or_year(row.first, row.last) and is_month_or_year(filters.first, filters.last))
        )
        for row in connection.execute(query)
    )


def _find(connection: Connection, venue: UUID, filters: ReportFilters) -> SharedReport | None:
    query = select(tables.shared_report).where(
        _report.venue == venue,
        _report.first == filters.first,
        _report.last == filters.last,
        _report.smallest == filters.smallest_count,
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else from_row(row)


def from_row(row: Row[tuple[object, ...]]) -> SharedReport:
    """The document of a row of the table."""
    reports, made = shared_content.from_json(row.content)
    return SharedReport(row.id, row.venue, row.place, made, reports)


def _insert(
    connection: Connection,
    shared: SharedReport,
    filters: ReportFilters,
    groups: Sequence[CountGroup],
    *,
    says_people: bool,
) -> None:
    connection.execute(
        insert(tables.shared_report).values(
            id=shared.id,
            venue=shared.venue,
            first=filters.first,
            last=filters.last,
            smallest=filters.smallest_count,
            place=shared.venue_name,
            made_at=shared.made.at,
            made_by=shared.made.login,
            says_people=says_people,
            groups=msgspec.to_builtins(groups),
            content=shared_content.to_json(shared.reports, shared.made),
        )
    )
