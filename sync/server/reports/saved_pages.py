"""The pages of saved reports: the list, saving, renaming, deleting; and the addresses that open one as of today."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.current_account import AccountDep, ScopeDep
from sync.server.auth.scope import Scope
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.kiosks.lookup import NotFound
from sync.server.kiosks.repository import Venue
from sync.server.reports import saved_reports
from sync.server.reports.base import AnyReport, ReportFilters
from sync.server.reports.filters import InvalidFilters, checked_filters, read_filters
from sync.server.reports.periods import latest_today
from sync.server.reports.registry import find_report
from sync.server.reports.saved_periods import FIXED, NAMES, choices, relative_period
from sync.server.reports.saved_reports import NoTerm, NotSaved, SavedChoice, SavedReport
from sync.server.reports.terms import read_terms
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.words import sentence

router = APIRouter(include_in_schema=False)

DONE = {
    "saved": later("The report is saved. It is on the page of reports too."),
    "renamed": later("The report has another name."),
    "deleted": later("The saved report is deleted. Figures stay as they are."),
}


@router.get("/saved")
def show_saved(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    return _page(request, services, account, scope)


@router.post("/saved")
def save(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep) -> Response:
    """Save the report whose filters are in the address."""
    report, filters = _requested(request, services, read_inventory(services.store, scope))
    try:
        choice = SavedChoice(report, filters, form.get("period", ""))
        saved_reports.save(services.store, scope, form.get("name", ""), choice, services.now)
    except (NotSaved, NotFound) as error:
        return _page(request, services, account, scope, errors={"name": sentence(str(error))}, fields=form)
    return RedirectResponse("/saved?done=saved", 303)


@router.get("/saved/{saved_id}")
def open_saved(saved_id: UUID, services: ServicesDep, scope: ScopeDep) -> Response:
    """The report with its filters as of today."""
    return _redirect(services, scope, saved_id, SavedReport.address)


@router.get("/saved/{saved_id}/report.pdf")
def open_pdf(saved_id: UUID, services: ServicesDep, scope: ScopeDep) -> Response:
    """The funder's PDF of its period, or of the nearest months for which there is one."""
    return _redirect(services, scope, saved_id, SavedReport.paper_address)


def _redirect(
    services: Services, scope: Scope, saved_id: UUID, address_on: Callable[[SavedReport, date], str]
) -> Response:
    """To an address of the saved report as of today. Raises Problem 404, and 409 where its term is missing."""
    saved = _find(services, scope, saved_id)
    try:
        return RedirectResponse(
            address_on(saved, _today(services, kiosk_repository.venues(services.store, scope))), 303
        )
    except NoTerm as error:
        raise Problem(409, str(error)) from error


@router.post("/saved/{saved_id}/rename")
def rename(
    saved_id: UUID, request: Request, *, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep
) -> Response:
    try:
        saved_reports.rename(services.store, scope, saved_id, form.get("name", ""))
    except NotSaved as error:
        return _page(request, services, account, scope, errors={str(saved_id): str(error)}, fields=form)
    return RedirectResponse("/saved?done=renamed", 303)


@router.post("/saved/{saved_id}/delete")
def delete(
    saved_id: UUID, request: Request, *, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep
) -> Response:
    try:
        saved_reports.remove(services.store, scope, saved_id)
    except NotSaved as error:
        return _page(request, services, account, scope, errors={str(saved_id): str(error)})
    return RedirectResponse("/saved?done=deleted", 303)


def _page(
    request: Request,
    services: Services,
    account: AccountDep,
    scope: Scope,
    *,
    errors: dict[str, str] | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    """The list; and, where the address has filters, the form that saves them."""
    inventory = read_inventory(services.store, scope)
    today = _today(services, inventory.venues)
    terms = read_terms(services.store)
    has_filters = request.url.path == "/saved" and "from" in request.query_params
    report, filters = _requested(request, services, inventory) if has_filters else (None, None)
    return page(
        "saved_reports.html",
        400 if errors else 200,
        account=account,
        here="reports",
        done=say(DONE.get(request.query_params.get("done", ""), "")),
        errors=errors or {},
        fields=fields or {},
        report=report,
        filters=filters,
        query=request.url.query,
        periods=NAMES,
        offered=choices(terms, today),
        fixed=FIXED,
        chosen=relative_period(filters.first, filters.last, today, terms) if filters else "",
        lines=[
            (saved, _days(saved, today), saved_reports.may_change(scope, saved.venues))
            for saved in saved_reports.listed(services.store, inventory, terms)
        ],
    )


def _days(saved: SavedReport, today: date) -> str:
    try:
        return saved.filters(today, 1).words
    except NoTerm:
        return say("no term yet")


def _find(services: Services, scope: Scope, saved_id: UUID) -> SavedReport:
    try:
        return saved_reports.find(services.store, scope, saved_id)
    except NotSaved as error:
        raise Problem(404, str(error)) from error


def _requested(request: Request, services: Services, inventory: Inventory) -> tuple[AnyReport, ReportFilters]:
    """The report and filters of the address. Raises Problem 400, 404."""
    today = _today(services, inventory.venues)
    try:
        report = find_report(request.query_params.get("report"))
        return report, checked_filters(read_filters(request, inventory.venues, today))
    except InvalidFilters as error:
        raise Problem(400, sentence(str(error))) from error
    except NotFound as error:
        raise Problem(404, sentence(str(error))) from error


def _today(services: Services, venues: Iterable[Venue]) -> date:
    return latest_today(venues, services.settings.time_zone, services.now)
