"""Saved reports: the filters of a report under a name, shared by the organisation's accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.domain.events import SessionKind
from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.store import Store
from sync.names import compared, tidy
from sync.printable import is_printable
from sync.server import tables
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import lookup
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import Inventory
from sync.server.kiosks.repository import Venue
from sync.server.reports.base import AnyReport, ReportFilters
from sync.server.reports.disclosure import offered_filters, whole_months
from sync.server.reports.registry import REPORTS
from sync.server.reports.saved_periods import FIXED, NAMES, Period, choices
from sync.server.reports.terms import Term, terms_in
from sync.server.web.i18n import later, say

MAX_NAME = 80
MOST = 200  # saved reports of an organisation
NOT_A_NAME = later("Choose a name of 1 to {most} letters.")
TAKEN = later("A saved report is called “{name}” already.")
TOO_MANY = later("There are {most} saved reports: delete one first.")
REFUSED = later("Your account may look at this, and not change it.")
UNKNOWN = later("There is no such saved report.")
NO_PERIOD = later("Choose a period.")
NO_TERM = later("The report “{name}” is of a term, and there is none yet: add one under Organisation, Terms.")

_saved = tables.saved_report.c
_of_venue = tables.saved_report_venue.c


class NotSaved(UserError):
    """The report can't be saved, renamed or deleted so; the text says why."""


class NoTerm(UserError):
    """The saved report is of a term, and its organisation has none that fits."""


@dataclass(frozen=True)
class SavedChoice:
    """What is to be saved. ``period``: a key of NAMES, or FIXED for the days of the filters."""

    report: AnyReport
    filters: ReportFilters
    period: str


@dataclass(frozen=True)
class SavedReport:
    """``report``: its identifier. ``period``: a key of NAMES, or FIXED, which alone has ``first`` and ``last``.

    ``venues``: by name; none: all. ``zone_name``: of its only venue; None: all. ``terms``: of the organisation.
    """

    id: UUID
    name: str
    report: str
    period: str
    first: date | None
    last: date | None
    venues: tuple[Venue, ...]
    zone_name: str | None
    kind: SessionKind | None
    title: str | None
    terms: Sequence[Term] = ()

    @property
    def definition(self) -> AnyReport:
        """The report; the first one where a later release does not have it any more."""
        return next((report for report in REPORTS if report.identifier == self.report), REPORTS[0])

    def days(self, today: date) -> Period:
        """Its period as of a day. Raises NoTerm."""
        if self.first and self.last:
            return self.first, self.last
        period = choices(self.terms, today).get(self.period)
        if period is None:
            raise NoTerm(say(NO_TERM, name=self.name))
        return period

    def filters(self, today: date, smallest_count: int) -> ReportFilters:
        """The filters as of a day, as far as they are offered for this report. Raises NoTerm."""
        first, last = self.days(today)
        names = tuple(venue.name for venue in self.venues)
        venue, several = (names[0], ()) if len(names) == 1 else (None, names)
        filters = ReportFilters(first, last, venue, self.zone_name, self.kind, smallest_count, several, self.title)
        return offered_filters(self.definition, filters, today)

    def address(self, today: date) -> str:
        """The address of its page as of a day. Raises NoTerm."""
        query = self.filters(today, 1).address
        if self.definition != REPORTS[0]:
            query = f"{urlencode({'report': self.definition.identifier})}&{query}"
        return f"/?{query}"

    def paper_address(self, today: date) -> str:
        """The address of the funder's PDF of its period, or of the nearest months that have one. Raises NoTerm."""
        return f"/report.pdf?{whole_months(self.filters(today, 1), today).address}"


def may_change(scope: Scope, venues: Collection[Venue]) -> bool:
    """Whether the scope allows to save, rename and delete reports of these venues; none: of all."""
    if not venues:
        return scope.allows_everywhere(Permission.MANAGE)
    return all(scope.allows(Permission.MANAGE, venue.id) for venue in venues)


def save(store: Store, scope: Scope, name: str, choice: SavedChoice, now: int) -> None:
    """Save a report under a name that no other one has. ``now``: ms since 1970 UTC.

    Raises NotSaved, lookup.NotFound for a zone that the venue has not, StorageError.
    """
    report, filters, period = choice.report, choice.filters, choice.period
    if period not in NAMES and period != FIXED:
        raise NotSaved(say(NO_PERIOD))
    with store.writing() as connection:
        venues = _venues(connection, scope, filters)
        if not may_change(scope, venues):
            raise NotSaved(say(REFUSED))
        if connection.execute(select(func.count()).select_from(tables.saved_report)).scalar_one() >= MOST:
            raise NotSaved(say(TOO_MANY, most=MOST))
        values = {
            "id": uuid7(now),
            "name": _free_name(connection, name, None),
            "report": report.identifier,
            "period": period,
            "first": filters.first if period == FIXED else None,
            "last": filters.last if period == FIXED else None,
            "zone": _zone(connection, venues, filters),
            "kind": filters.kind,
            "title": filters.title,
        }
        connection.execute(insert(tables.saved_report).values(values))
        if venues:
            rows = [{"saved_report": values["id"], "venue": venue.id} for venue in venues]
            connection.execute(insert(tables.saved_report_venue), rows)


def listed(store: Store, inventory: Inventory, terms: Sequence[Term]) -> Sequence[SavedReport]:
    """The saved reports of the inventory's venues and of all of them, by name. Raises StorageError."""
    with store.reading() as connection:
        reports = _read(connection, inventory.scope, inventory.all_venues, terms)
    return sorted(reports, key=lambda saved: compared(saved.name))


def find(store: Store, scope: Scope, saved: UUID) -> SavedReport:
    """The saved report with this id within the scope. Raises NotSaved, StorageError."""
    with store.reading() as connection:
        return _find(connection, scope, saved)


def rename(store: Store, scope: Scope, saved: UUID, name: str) -> None:
    """Raises NotSaved, StorageError."""
    with store.writing() as connection:
        _check_change(scope, _find(connection, scope, saved))
        values = {"name": _free_name(connection, name, saved)}
        connection.execute(update(tables.saved_report).where(_saved.id == saved).values(values))


def remove(store: Store, scope: Scope, saved: UUID) -> None:
    """Raises NotSaved, StorageError."""
    with store.writing() as connection:
        _check_change(scope, _find(connection, scope, saved))
        connection.execute(delete(tables.saved_report_venue).where(_of_venue.saved_report == saved))
        connection.execute(delete(tables.saved_report).where(_saved.id == saved))


def _check_change(scope: Scope, saved: SavedReport) -> None:
    if not may_change(scope, saved.venues):
        raise NotSaved(say(REFUSED))


def _free_name(connection: Connection, typed: str, own: UUID | None) -> str:
    """The name as it is stored; ``own``: the report that has it now."""
    name = tidy(typed)
    if not name or len(name) > MAX_NAME or not is_printable(name):
        raise NotSaved(say(NOT_A_NAME, most=MAX_NAME))
    for row in connection.execute(select(_saved.id, _saved.name)):
        if row.id != own and compared(row.name) == compared(name):
            raise NotSaved(say(TAKEN, name=row.name))
    return name


def _venues(connection: Connection, scope: Scope, filters: ReportFilters) -> list[Venue]:
    """The venues of the filters; none: all."""
    if filters.venue_names is None:
        return []
    return [venue for venue in kiosk_repository.venues_in(connection, scope) if filters.includes(venue.name)]


def _zone(connection: Connection, venues: Sequence[Venue], filters: ReportFilters) -> UUID | None:
    if len(venues) != 1 or filters.zone is None:
        return None
    zones = kiosk_repository.zones_in(connection, venues[0].id)
    return lookup.find("zone", zones, lambda zone: zone.name, filters.zone).id


def _find(connection: Connection, scope: Scope, id: UUID) -> SavedReport:
    reports = _read(connection, scope, kiosk_repository.all_venues(connection), terms_in(connection))
    saved = next((saved for saved in reports if saved.id == id), None)
    if saved is None:
        raise NotSaved(say(UNKNOWN))
    return saved


def _read(
    connection: Connection, scope: Scope, all_venues: Iterable[Venue], terms: Sequence[Term]
) -> list[SavedReport]:
    """Those whose venues are all in the scope."""
    venues = {venue.id: venue for venue in all_venues}
    of_report: dict[UUID, list[Venue]] = defaultdict(list)
    for row in connection.execute(select(tables.saved_report_venue)):
        of_report[row.saved_report].append(venues[row.venue])
    zone = tables.zone
    query = select(tables.saved_report, zone.c.name.label("zone_name"))
    query = query.join_from(tables.saved_report, zone, zone.c.id == _saved.zone, isouter=True)
    reports = [_from_row(row, of_report[row.id], terms) for row in connection.execute(query)]
    return [saved for saved in reports if all(scope.venues is None or v.id in scope.venues for v in saved.venues)]


def _from_row(row: Row[Any], venues: Sequence[Venue], terms: Sequence[Term]) -> SavedReport:
    kind: SessionKind | None = next((kind for kind in get_args(SessionKind) if kind == row.kind), None)
    return SavedReport(
        row.id,
        row.name,
        row.report,
        row.period,
        row.first,
        row.last,
        tuple(sorted(venues, key=lambda venue: venue.name)),
        row.zone_name,
        kind,
        row.title,
        terms,
    )
