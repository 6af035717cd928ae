"""The downloads of a report: the rows of the page, as CSV, CSV for Excel, a workbook and JSON; and the funder's PDF."""

import io
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from sync.server.auth.accounts import Account
from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import missing
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.lookup import NotFound
from sync.server.reports import exporters, funder_report, number_formats, pdf, workbooks
from sync.server.reports import pages as report_pages
from sync.server.reports.base import AnyReport, ReportFilters
from sync.server.reports.disclosure import NotOffered, check_filters
from sync.server.reports.filters import InvalidFilters, checked_filters, read_filters
from sync.server.reports.pages import PdfRefusal
from sync.server.reports.pdf import PdfUnavailable
from sync.server.reports.periods import latest_today
from sync.server.reports.registry import find_report
from sync.server.web.overload import release_slot
from sync.server.web.problems import Problem, is_of_browser
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)
NOTHING_TO_SHARE = "Nobody came in this period, so there is nothing to share."
MOST_WAITING = 5  # PDFs, each of which takes seconds
RETRY_PDF_S = 30
PDFS_WAIT = "Several PDFs are waiting to be made already. Send it again in half a minute."
CSV_TYPE = "text/csv; charset=utf-8; header=present"


@router.get("/report.csv")
def as_csv(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    report, filters = _read(request, services, scope)
    text = exporters.to_csv(report, report.rows(services.store, scope, filters))
    return Response(text, headers=_attachment(report, filters, "csv"), media_type=CSV_TYPE)


@router.get("/report.excel.csv")
def as_excel_csv(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    report, filters = _read(request, services, scope)
    languages = request.query_params.get("lang") or request.headers.get("Accept-Language", "")
    rows = report.rows(services.store, scope, filters)
    text = exporters.to_excel_csv(report, rows, number_formats.preferred_format(languages))
    headers = {**_attachment(report, filters, "csv"), "Vary": "Accept-Language"}
    return Response(text, headers=headers, media_type=CSV_TYPE)


@router.get("/report.xlsx")
def as_workbook(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    report, filters = _read(request, services, scope)
    rows = report.rows(services.store, scope, filters)
    file = io.BytesIO()
    workbooks.write_workbook(report, rows, file)
    return Response(file.getvalue(), headers=_attachment(report, filters, "xlsx"), media_type=workbooks.MEDIA_TYPE)


@router.get("/report.json")
def as_json(request: Request, services: ServicesDep, scope: ScopeDep) -> Response:
    report, filters = _read(request, services, scope)
    rows = report.rows(services.store, scope, filters)
    text = exporters.to_json(report, rows, missing.missing(services.store, scope, filters.venue))
    return Response(text, media_type="application/json")


@router.get("/report.pdf")
async def as_pdf(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The funder's report of these filters, whichever report is shown; made in a thread that serves no other page."""
    threads = services.pdf_threads
    if threads.statistics().tasks_waiting >= MOST_WAITING:
        raise Problem(503, PDFS_WAIT, headers={"Retry-After": str(RETRY_PDF_S)})
    release_slot(request)
    return await to_thread.run_sync(partial(_pdf, request, services, account, scope), limiter=threads)


def _pdf(request: Request, services: Services, account: Account, scope: Scope) -> Response:
    venues = kiosk_repository.venues(services.store, scope)
    today = latest_today(venues, services.settings.time_zone, services.now)
    typed = read_filters(request, venues, today, services.settings.smallest_count)
    filters, errors = typed.filters, typed.errors or funder_report.choice_errors(typed.filters, today)
    if errors:
        return _refuse_pdf(request, services, account, scope, PdfRefusal(400, errors))
    report = funder_report.read_funder_report(services.store, scope, filters, services.now)
    if report is None:
        return _refuse_pdf(request, services, account, scope, PdfRefusal(404, {"to": NOTHING_TO_SHARE}))
    try:
        paper = pdf.to_pdf(report, today)
    except PdfUnavailable as error:
        raise Problem(503, sentence(str(error)), headers={"Retry-After": str(RETRY_PDF_S)}) from error
    headers = {"Content-Disposition": f'attachment; filename="hearth-{filters.first}-{filters.last}.pdf"'}
    return Response(paper, headers=headers, media_type="application/pdf")


def _refuse_pdf(request: Request, services: Services, account: Account, scope: Scope, refusal: PdfRefusal) -> Response:
    """The page of the report with the errors beside its fields; for a program, which has no fields, Problem."""
    if not is_of_browser(request):
        raise Problem(refusal.status, " ".join(refusal.errors.values()))
    return report_pages.show(request, services, account, scope, refusal)


def _attachment(report: AnyReport, filters: ReportFilters, ending: str) -> dict[str, str]:
    name = f"hearth-{report.identifier}-{filters.first}-{filters.last}"
    return {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}


def _read(request: Request, services: Services, scope: Scope) -> tuple[AnyReport, ReportFilters]:
    """The requested report and its filters. Raises Problem 400, 404."""
    venues = kiosk_repository.venues(services.store, scope)
    today = latest_today(venues, services.settings.time_zone, services.now)
    try:
        report = find_report(request.query_params.get("report"))
        filters = checked_filters(read_filters(request, venues, today, services.settings.smallest_count))
        check_filters(report, filters, today)
        return report, filters
    except (InvalidFilters, NotOffered) as error:
        raise Problem(400, sentence(str(error))) from error
    except NotFound as error:
        raise Problem(404, sentence(str(error))) from error
