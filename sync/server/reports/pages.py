"""The page of a report: completeness, the answer, figures beside those of the period before, a picture, tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import clocks as kiosk_clocks
from sync.server.kiosks import missing, naming
from sync.server.kiosks.completeness import SILENT_AFTER_MS, Completeness, completeness
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.kiosks.lookup import NotFound
from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.kiosks.words import clock_words, contact_words
from sync.server.reports import grouping, parquet, pictures, provisional, registry, rollups, saved_reports, visit_rows
from sync.server.reports.base import AnyDailyReport, AnyReport, DailyReport, DailyRow, FigureCard, ReportFilters
from sync.server.reports.disclosure import offered_filters, whole_months
from sync.server.reports.filters import read_filters
from sync.server.reports.grouping import Group, Grouping
from sync.server.reports.periods import latest_today, named_periods, period_before
from sync.server.reports.picture_data import Picture, beside
from sync.server.reports.pictures import DrawnPicture
from sync.server.reports.selection import select_venues
from sync.server.reports.terms import Term, read_terms
from sync.server.web.i18n import counted, later, list_text, say
from sync.server.web.rendering import page
from sync.server.web.venue_time import midnight
from sync.server.web.words import moment_words, period_words, sentence

router = APIRouter(include_in_schema=False)

PROTECTED = later(
    "These figures could point at a person: they come for whole months that are over, for a venue or all of them."
)
OF_PASSES = later(
    "These figures could point at a person: they come for a month or a calendar year that is over, for a venue or all "
    "of them."
)
MOST_NAMED = 3  # venues in a title
MOST_TITLES = 200  # of sessions to choose from
OF_VENUES = ("venue", "reported_up_to")  # formats of columns that a venue's line has beside its totals


@dataclass(frozen=True)
class ReportRequest:
    """The report to show, its filters, and the current time; ``now``: ms since 1970 UTC."""

    report: AnyReport
    filters: ReportFilters
    today: date
    now: int
    terms: Sequence[Term]

    @property
    def address(self) -> str:
        """The query of the URL of this report's downloads."""
        if self.report == registry.REPORTS[0]:
            return self.filters.address
        return f"{urlencode({'report': self.report.identifier})}&{self.filters.address}"

    def end(self, zone: ZoneInfo) -> int:
        """When the period ends in a time zone, in ms since 1970 UTC."""
        return midnight(self.filters.last + timedelta(days=1), zone)


@dataclass(frozen=True)
class VenueLine:
    """What a venue's rows add up to. ``values``: numbers by the column's key."""

    venue: str
    values: Mapping[str, float]
    reported: str
    is_late: bool


@dataclass(frozen=True)
class GroupedTable:
    """One page of the table by day, week or month. ``page`` counts from 1."""

    grouping: Grouping
    groups: Sequence[Group]
    page: int
    pages: int


@dataclass(frozen=True)
class PeriodBefore:
    """The period before, in words, and its figures."""

    period: str
    cards: Sequence[FigureCard]
    picture: Picture | None


@dataclass(frozen=True)
class PdfRefusal:
    """Why no PDF was made of the choices: the response's status, and a sentence by the field of the page."""

    status: int
    errors: Mapping[str, str]


@router.get("/")
def show_report(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    return show(request, services, account, read_inventory(services.store, scope))


def show(
    request: Request, services: Services, account: Account, inventory: Inventory, refusal: PdfRefusal | None = None
) -> Response:
    """The page of the requested report and filters; ``refusal``: of a PDF of them, beside the fields."""
    today = latest_today(inventory.venues, services.settings.time_zone, services.now)
    typed = read_filters(request, inventory.venues, today, services.settings.smallest_count)
    errors, report = {**typed.errors, **(refusal.errors if refusal else {})}, registry.find_report(None)
    unread = set(typed.errors)
    try:
        report = registry.find_report(request.query_params.get("report"))
    except NotFound as error:
        errors["report"] = sentence(str(error))
        unread.add("report")
    filters = offered_filters(report, typed.filters, today)
    notice = say(OF_PASSES if report.is_of_passes else PROTECTED) if filters != typed.filters else ""
    requested = ReportRequest(report, filters, today, services.now, read_terms(services.store))
    try:
        rows = report.rows(services.store, inventory, filters)
    except NotFound as error:  # a zone that the venue has not
        errors["zone"], filters = sentence(str(error)), replace(filters, zone=None)
        unread.add("zone")
        requested = replace(requested, filters=filters)
        rows = report.rows(services.store, inventory, filters)
    values = _values(services, inventory, requested, rows)
    values |= _daily_values(request, requested, inventory.venues, rows)
    return page(
        "report.html",
        refusal.status if refusal else 400 if errors else 200,
        errors=errors,
        is_without_unread=bool(unread),
        is_pdf_refused=refusal is not None,
        typed={name: request.query_params.get(name, "") for name in typed.errors},
        notice=notice,
        account=account,
        here="reports",
        **values,
    )


def _values(
    services: Services, inventory: Inventory, requested: ReportRequest, rows: Sequence[object]
) -> dict[str, object]:
    """What the template shows."""
    report, filters = requested.report, requested.filters
    venues, kiosks = inventory.venues, inventory.kiosks
    before = _period_before(services, inventory, requested)
    reporting = [kiosk for kiosk in kiosks if filters.includes(kiosk.venue.name)]
    zones = {venue.name: venue.clock_zone for venue in venues}
    return {
        "report": report,
        "reports": registry.REPORTS,
        "has_visits": visit_rows.is_offered(report),
        "has_parquet": parquet.is_available(),
        "filters": filters,
        "address": requested.address,
        "saved": saved_reports.listed(services.store, inventory, requested.terms),
        "today": requested.today,
        "sharable": whole_months(filters, requested.today),
        "period": period_words(filters.first, filters.last),
        "place": _place(filters),
        "venues": venues,
        "kiosks": kiosks,
        "complete": _completeness(requested, reporting, zones),
        "reported": lambda kiosk: contact_words(kiosk.reported_up_to, kiosk, requested.now),
        "zone_names": naming.zone_names(kiosks),
        "missing": [
            *missing.sentences(missing.missing(services.store, inventory, venues=filters.venue_names)),
            *kiosk_clocks.sentences(services.store, reporting, requested.now),
        ],
        "provisional": _provisional(services, inventory, requested),
        "has_figures": bool(rows),
        "rows": rows,
        "answer": report.answer(rows),
        "cards": report.cards(rows),
        "picture": _picture(requested, rows, before),
        "clocks": clock_words(venues),
        "definitions": _definitions(report),
        "before": before,
        "named_periods": list(named_periods(requested.today, requested.terms)),
        "titles": [] if report.is_protected else _titles(services, venues, filters),
        "most_titles": MOST_TITLES,
    }


def _titles(services: Services, venues: Sequence[Venue], filters: ReportFilters) -> list[str]:
    """The titles of the period's sessions to choose from, and the chosen one; ``venues``: of the scope.

    More than MOST_TITLES say that there are further ones: then a title can be typed.
    """
    chosen = [venue for venue in venues if filters.includes(venue.name)]
    with services.store.reading() as connection:
        titles = rollups.read_titles(connection, chosen, filters.first, filters.last, MOST_TITLES + 1)
    return titles if filters.title is None or filters.title in titles else [filters.title, *titles]


def _definitions(report: AnyReport) -> list[tuple[str, str]]:
    """What each column is; columns that are the same of several things share a line."""
    headings: dict[str, list[str]] = defaultdict(list)
    for column in report.columns:
        if column.definition:
            headings[column.definition].append(say(column.heading))
    return [(", ".join(names), say(definition)) for definition, names in headings.items()]


def _place(filters: ReportFilters) -> str:
    """The chosen venues, by name while these are few, and the title of the sessions."""
    place = _venue_words(filters.venue_names)
    return place if filters.title is None else say(", ").join((place, filters.title))


def _venue_words(names: tuple[str, ...] | None) -> str:
    if names is None:
        return say("all venues")
    if len(names) <= MOST_NAMED:
        return list_text(list(names))
    return counted("{number} venue", "{number} venues", len(names))


def _provisional(services: Services, inventory: Inventory, requested: ReportRequest) -> list[str]:
    selection = select_venues(services.store, inventory, requested.filters)
    figures = provisional.read_provisional(services.store, selection, requested.filters)
    clocks = clock_words(list(selection.venues))
    return provisional.sentences(figures, selection.venues, clocks, requested.now, requested.today)


def _picture(requested: ReportRequest, rows: Sequence[object], before: PeriodBefore | None) -> DrawnPicture | None:
    if not rows or requested.report.picture is None:
        return None
    picture = requested.report.picture(rows, requested.filters)
    if before and before.picture:
        picture = beside(picture, before.picture)
    return pictures.draw(picture, requested.today)


def _daily_values(
    request: Request, requested: ReportRequest, venues: Sequence[Venue], rows: Sequence[DailyRow]
) -> dict[str, object]:
    """What the template shows of a daily report besides: the rows by venue, and by day, week or month."""
    report = requested.report
    if not isinstance(report, DailyReport):
        return {"table": None, "by_venue": ()}
    zones = {venue.name: venue.clock_zone for venue in venues}
    return {
        "venue_columns": [column for column in report.columns if column.is_totalled or column.format in OF_VENUES],
        "total_columns": [column for column in report.columns if column.is_totalled],
        "by_venue": _venue_lines(requested, report, rows, zones),
        "table": _grouped_table(request, requested, report, rows),
        "groupings": {choice: grouping.GROUPED_BY[choice] for choice in grouping.groupings(requested.terms)},
        "grouping_headings": grouping.HEADINGS,
    }


def _grouped_table(
    request: Request, requested: ReportRequest, report: AnyDailyReport, rows: Sequence[DailyRow]
) -> GroupedTable:
    filters, terms = requested.filters, requested.terms
    chosen = grouping.read_grouping(request.query_params.get("by", ""), filters.first, filters.last, terms)
    if chosen == "term":
        groups = grouping.group_by_term(report, rows, terms, filters)
    else:
        groups = grouping.group_rows(report, rows, chosen, filters, requested.today)
    pages = max(1, -(-len(groups) // grouping.LINES))
    number = request.query_params.get("page", "")
    page_number = min(max(int(number), 1), pages) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
    start = (page_number - 1) * grouping.LINES
    return GroupedTable(chosen, groups[start : start + grouping.LINES], page_number, pages)


def _period_before(services: Services, inventory: Inventory, requested: ReportRequest) -> PeriodBefore | None:
    """The figures of the period before; None where there are none, or none that may be shown."""
    report, filters = requested.report, requested.filters
    before = period_before(filters.first, filters.last)
    if before is None:
        return None
    moved = filters.moved(*before)
    rows = report.rows(services.store, inventory, moved)
    cards = report.cards(rows) if rows else []
    if not cards:
        return None
    picture = report.picture(rows, moved) if report.picture else None
    return PeriodBefore(period_words(*before), cards, picture)


def _completeness(requested: ReportRequest, kiosks: list[Kiosk], zones: Mapping[str, ZoneInfo]) -> Completeness:
    ends = [requested.end(zones[name]) for name in {kiosk.venue.name for kiosk in kiosks}]
    return completeness(kiosks, max(ends, default=requested.now), requested.now)


def _venue_lines(
    requested: ReportRequest, report: AnyDailyReport, rows: Sequence[DailyRow], zones: Mapping[str, ZoneInfo]
) -> list[VenueLine]:
    """A line for each venue, the highest charted total first; none where there is only one venue."""
    rows_by_venue: dict[str, list[DailyRow]] = defaultdict(list)
    for row in rows:
        rows_by_venue[row.venue].append(row)
    lines = [
        VenueLine(name, report.totals(venue_rows), *_reported(requested, venue_rows[0], zones[name]))
        for name, venue_rows in rows_by_venue.items()
    ]
    return sorted(lines, key=lambda line: (-line.values[report.charted], line.venue)) if len(lines) > 1 else []


def _reported(requested: ReportRequest, row: DailyRow, zone: ZoneInfo) -> tuple[str, bool]:
    """Up to when the row's venue has reported, as text, and whether that is late."""
    if row.reported_up_to is None:
        return say("never"), True
    at = int(datetime.fromisoformat(row.reported_up_to).timestamp() * 1000)
    due = min(requested.end(zone), requested.now - SILENT_AFTER_MS)
    return moment_words(at, zone, requested.now), at < due
