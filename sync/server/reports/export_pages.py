"""The downloads of a report: the rows of the page or the visits behind it, in several formats; the funder's PDF."""

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Permission, Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.http.head_requests import is_head
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.kiosks.lookup import NotFound
from sync.server.reports import (
    exporters,
    funder_completeness,
    funder_report,
    json_export,
    number_formats,
    parquet,
    pdf,
    shared_reports,
    visit_rows,
    workbooks,
)
from sync.server.reports import pages as report_pages
from sync.server.reports.base import AnyReport, ReportFilters, Table
from sync.server.reports.disclosure import NotOffered, check_filters
from sync.server.reports.filters import InvalidFilters, checked_filters, read_filters
from sync.server.reports.pages import PdfRefusal
from sync.server.reports.parquet import ParquetUnavailable
from sync.server.reports.pdf import PdfUnavailable
from sync.server.reports.periods import latest_today
from sync.server.reports.registry import find_report
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_reports import ALL_VENUES, NotFinal, SharedReport, SharingRefused
from sync.server.reports.visit_rows import VISITS
from sync.server.web.downloads import download, headers_alone
from sync.server.web.forms import FormDep
from sync.server.web.i18n import language, later, say
from sync.server.web.languages import VARY, reading_in
from sync.server.web.overload import release_slot
from sync.server.web.problems import Problem, is_of_browser
from sync.server.web.rendering import page
from sync.server.web.venue_time import day_of
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)
NOTHING_TO_SHARE = later("Nobody came in this period, so there is nothing to share.")
MOST_WAITING = 5  # PDFs, each of which takes seconds
RETRY_PDF_S = 30
PDFS_WAIT = later("Several PDFs are waiting to be made already. Send it again in half a minute.")
PDF_TYPE = "application/pdf"
CSV_TYPE = "text/csv; charset=utf-8; header=present"
ROWS_OF_VISITS = "visits"  # what ``rows`` in the address asks for; none: the rows of the report


@dataclass(frozen=True)
class RequestedExport:
    """What a request asks for: a report by its filters, and ``rows`` under the columns of ``table``."""

    inventory: Inventory
    report: AnyReport
    filters: ReportFilters
    table: Table
    rows: Iterable[object]

    def headers(self, ending: str) -> dict[str, str]:
        """The header that names the file: hearth-attendance-visits-2026-11-01-2026-11-30.csv."""
        rows = f"-{ROWS_OF_VISITS}" if self.table is VISITS else ""
        name = f"hearth-{self.report.identifier}{rows}-{self.filters.first}-{self.filters.last}"
        return {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}


@router.get("/report.csv")
def as_csv(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    export = _read(request, services, scope)
    pieces = _encoded(exporters.csv_lines(export.table, export.rows))
    return download(request, pieces, services.export_threads, CSV_TYPE, export.headers("csv"))


@router.get("/report.excel.csv")
def as_excel_csv(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    export = _read(request, services, scope)
    languages = request.query_params.get("lang") or request.headers.get("Accept-Language", "")
    number_format = number_formats.preferred_format(languages)
    pieces = _encoded(exporters.excel_csv_lines(export.table, export.rows, number_format))
    headers = {**export.headers("csv"), "Vary": VARY}
    return download(request, pieces, services.export_threads, CSV_TYPE, headers)


@router.get("/report.xlsx")
def as_workbook(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    export = _read(request, services, scope)
    pieces = workbooks.workbook_pieces(export.table, export.rows, _temporary_folder(services))
    return download(request, pieces, services.export_threads, workbooks.MEDIA_TYPE, export.headers("xlsx"))


@router.get("/report.parquet")
def as_parquet(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    try:
        parquet.check_available()
    except ParquetUnavailable as error:
        raise Problem(501, sentence(str(error))) from error
    export = _read(request, services, scope)
    pieces = parquet.parquet_pieces(export.table, export.rows, _temporary_folder(services))
    return download(request, pieces, services.export_threads, parquet.MEDIA_TYPE, export.headers("parquet"))


@router.get("/report.json")
def as_json(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    export = _read(request, services, scope)
    details = json_export.read_details(
        services.store, export.inventory, export.report, export.table, export.filters, now=services.now
    )
    pieces = _encoded(json_export.json_pieces(export.table, export.rows, details))
    return download(request, pieces, services.export_threads, "application/json", {})


def _encoded(lines: Iterator[str]) -> Generator[bytes, None, None]:
    for text in exporters.joined(lines):
        yield text.encode()


def _temporary_folder(services: Services) -> Path | None:
    """Beside the data, as the system's may be memory."""
    folder = services.settings.folder
    return folder if folder.is_dir() and os.access(folder, os.W_OK) else None


@router.get("/report.pdf")
async def as_pdf(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The document of these filters' period and place, whichever report is shown, as its links show it.

    It is stored if there is none yet. Made in a thread that serves no other page.
    """
    threads = services.pdf_threads
    if threads.statistics().tasks_waiting >= MOST_WAITING:
        raise Problem(503, say(PDFS_WAIT), headers={"Retry-After": str(RETRY_PDF_S)})
    release_slot(request)
    return await to_thread.run_sync(partial(_pdf, request, services, account, scope), limiter=threads)


def _pdf(request: Request, services: Services, account: Account, scope: Scope) -> Response:
    inventory = read_inventory(services.store, scope)
    filters, errors = _pdf_filters(request, services, inventory)
    if errors:
        return _refuse_pdf(request, services, account, inventory, PdfRefusal(400, errors))
    try:
        shared = _share(services, account, inventory, filters, fixes=False)
    except NotFinal as error:
        if not is_of_browser(request):
            raise Problem(409, sentence(str(error))) from error
        return _ask_to_fix(services, account, inventory, filters)
    except SharingRefused as error:
        return _refuse_pdf(request, services, account, inventory, PdfRefusal(403, {"venue": sentence(str(error))}))
    if shared is None:
        return _refuse_pdf(request, services, account, inventory, PdfRefusal(404, {"to": say(NOTHING_TO_SHARE)}))
    return pdf_response(request, shared, services, {})


def _pdf_filters(request: Request, services: Services, inventory: Inventory) -> tuple[ReportFilters, Mapping[str, str]]:
    """The requested period and place, of an account for one venue that one, and why no PDF comes for them by field."""
    venues = inventory.venues
    today = latest_today(venues, services.settings.time_zone, services.now)
    typed = read_filters(request, venues, today, services.settings.smallest_count)
    filters = typed.filters
    if len(venues) == 1 and filters.venue_names is None and not inventory.scope.allows_everywhere(Permission.VIEW):
        filters = replace(filters, venue=venues[0].name)
    return filters, typed.errors or funder_report.choice_errors(filters, today)


def _share(
    services: Services, account: Account, inventory: Inventory, filters: ReportFilters, *, fixes: bool
) -> SharedReport | None:
    made = MadeBy(services.organisation, account.login, services.now, language())
    return shared_reports.share_report(services.store, inventory, filters, made, fixes=fixes)


def pdf_response(request: Request, shared: SharedReport, services: Services, headers: Mapping[str, str]) -> Response:
    """A document as a PDF in the reader's language; none is made for HEAD. Raises Problem 503 with the ``headers``."""
    filters = shared.report.filters
    name = {"Content-Disposition": f'attachment; filename="hearth-{filters.first}-{filters.last}.pdf"'}
    headers_of_pdf = {**name, **headers, "Vary": VARY}
    if is_head(request):
        return headers_alone(PDF_TYPE, headers_of_pdf)
    try:
        with reading_in(shared.language):
            paper = pdf.to_pdf(shared.report, day_of(shared.made.at, ZoneInfo(services.settings.time_zone)))
    except PdfUnavailable as error:
        raise Problem(503, sentence(str(error)), headers={**headers, "Retry-After": str(RETRY_PDF_S)}) from error
    return Response(paper, headers=headers_of_pdf, media_type=PDF_TYPE)


@router.post("/report.pdf")
def fix_and_make_pdf(
    request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep, _form: FormDep
) -> Response:
    """Fixes figures that are not final, after which the PDF comes."""
    inventory = read_inventory(services.store, scope)
    filters, errors = _pdf_filters(request, services, inventory)
    if errors:
        return _refuse_pdf(request, services, account, inventory, PdfRefusal(400, errors))
    try:
        _share(services, account, inventory, filters, fixes=True)
    except SharingRefused as error:
        raise Problem(403, sentence(str(error))) from error
    return RedirectResponse(f"/report.pdf?{filters.address}", 303)


def _ask_to_fix(services: Services, account: Account, inventory: Inventory, filters: ReportFilters) -> Response:
    """The page that says what is missing, and makes the PDF all the same."""
    return page(
        "pdf_not_final.html",
        409,
        account=account,
        here="reports",
        period=filters.words,
        place=filters.venue or say(ALL_VENUES),
        address=filters.address,
        honesty=funder_completeness.read_sentences(services.store, inventory, filters, services.now),
        may_fix=shared_reports.may_share_filters(inventory, filters),
    )


def _refuse_pdf(
    request: Request, services: Services, account: Account, inventory: Inventory, refusal: PdfRefusal
) -> Response:
    """The page of the report with the errors beside its fields; for a program, which has no fields, Problem."""
    if not is_of_browser(request):
        raise Problem(refusal.status, " ".join(refusal.errors.values()))
    return report_pages.show(request, services, account, inventory, refusal)


def _read(request: Request, services: Services, scope: Scope) -> RequestedExport:
    """The requested report, its filters and rows. Raises Problem 400, 404."""
    inventory = read_inventory(services.store, scope)
    today = latest_today(inventory.venues, services.settings.time_zone, services.now)
    rows = request.query_params.get("rows", "")
    try:
        report = find_report(request.query_params.get("report"))
        filters = checked_filters(read_filters(request, inventory.venues, today, services.settings.smallest_count))
        if filters.zone is None and request.query_params.get("zone", "").strip():
            raise InvalidFilters("a zone is one of a venue; choose that alone with venue=")
        check_filters(report, filters, today)
        if not rows:
            return RequestedExport(inventory, report, filters, report, report.rows(services.store, inventory, filters))
        if rows != ROWS_OF_VISITS:
            raise InvalidFilters(f"a report has no rows of “{rows[:20]}”; there are: {ROWS_OF_VISITS}")
        visit_rows.check_offered(report)
        return RequestedExport(
            inventory, report, filters, VISITS, visit_rows.visit_rows(services.store, inventory, filters)
        )
    except (InvalidFilters, NotOffered) as error:
        raise Problem(400, sentence(str(error))) from error
    except NotFound as error:
        raise Problem(404, sentence(str(error))) from error
