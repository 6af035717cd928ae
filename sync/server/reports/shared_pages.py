"""The pages of shared reports: making a link, the list of links, and what a link shows to people without an account."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth.current_account import AccountDep, ScopeDep, is_secure
from sync.server.auth.pages import LINK_LIMIT, LINKS
from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_network
from sync.server.http.head_requests import is_head
from sync.server.kiosks.inventory import Inventory, read_inventory
from sync.server.rate_limit import Limit, Window
from sync.server.reports import funder_completeness, funder_report, pictures, shared_links, shared_reports
from sync.server.reports.base import ReportFilters
from sync.server.reports.disclosure import whole_months
from sync.server.reports.export_pages import MOST_WAITING, PDFS_WAIT, RETRY_PDF_S, pdf_response
from sync.server.reports.filters import InvalidFilters, checked_filters, read_filters
from sync.server.reports.funder_report import COLUMNS
from sync.server.reports.pass_days import ANYWHERE
from sync.server.reports.periods import latest_today
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_links import DEFAULT_LIFE, LIVES, OpenedLink
from sync.server.reports.shared_reports import ALL_VENUES, SharedReport, SharingRefused, may_share
from sync.server.web.forms import FormDep
from sync.server.web.i18n import language, later, say
from sync.server.web.languages import reading_in
from sync.server.web.overload import release_slot
from sync.server.web.own_address import own_address
from sync.server.web.problems import Problem
from sync.server.web.rendering import page
from sync.server.web.shown_once import forget_secret, redirect_with_secret, secret_of
from sync.server.web.venue_time import day_of
from sync.server.web.words import full_day_words, moment_words, period_words, sentence

router = APIRouter(include_in_schema=False)

MADE = "/shared-links/made"  # the page that shows a new link
PUBLIC = {  # of everything that a link shows
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
PDFS = Window(20, 10 * 60_000)  # of one link
NOTHING = later("Nobody came in this period, so there is nothing to share.")
TICK = later("Tick this box to share figures that are not complete.")
UNKNOWN = later("There is no such shared report.")
MANY_PDFS = later("This PDF was made many times just now. Try again later.")


@router.get("/shared-links")
def show_links(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    zone, now = ZoneInfo(services.settings.time_zone), services.now
    links = [
        (link, moment_words(link.made_at, zone, now), moment_words(link.expires_at, zone, now))
        for link in shared_links.listed(services.store, scope)
    ]
    return page(
        "shared_links.html",
        account=account,
        here="reports",
        open_links=[line for line in links if line[0].is_open(now)],
        ended_links=[line for line in links if not line[0].is_open(now)],
        is_ended=request.query_params.get("done") == "ended",
        may_end=bool(scope.permissions),
    )


@router.get("/shared-links/new")
def show_form(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    return _form(request, services, account, read_inventory(services.store, scope), {})


@router.post("/shared-links/new")
def make_link(request: Request, services: ServicesDep, account: AccountDep, scope: ScopeDep, form: FormDep) -> Response:
    inventory = read_inventory(services.store, scope)
    filters, _ = _filters(request, services, inventory)
    existing = shared_reports.find_report(services.store, inventory, filters)
    if existing is None and _is_incomplete(services, inventory, filters) and form.get("incomplete") != "yes":
        return _form(request, services, account, inventory, {"incomplete": say(TICK)})
    made = MadeBy(services.organisation, account.login, services.now, language())
    days = form.get("days", "")
    life = int(days) if days in map(str, LIVES) else DEFAULT_LIFE
    try:
        shared = shared_reports.share_report(services.store, inventory, filters, made)
        if shared is None:
            raise Problem(404, say(NOTHING))
        token = shared_links.make_link(services.store, scope, shared, made, life)
    except SharingRefused as error:
        raise Problem(403, sentence(str(error))) from error
    return redirect_with_secret(MADE, token, secure=is_secure(request, services))


@router.get(MADE)
def show_made(request: Request, services: ServicesDep, account: AccountDep) -> Response:
    """A link that was just made, once."""
    token, link, shared = secret_of(request), "", None
    opened = shared_links.open_link(services.store, token, services.now) if token else None
    if opened is not None:
        shared, link = opened.shared, f"{own_address(request, services)}/shared/{token}"
    response = page(
        "shared_link_made.html",
        account=account,
        here="reports",
        link=link,
        period=_period(shared.report.filters) if shared else "",
        place=shared.place if shared else "",
    )
    forget_secret(response, MADE)
    return response


@router.post("/shared-links/{link_id}/end")
def end_link(link_id: UUID, services: ServicesDep, scope: ScopeDep, _form: FormDep) -> Response:
    try:
        shared_links.revoke(services.store, scope, link_id, services.now)
    except SharingRefused as error:
        raise Problem(404, sentence(str(error))) from error
    return RedirectResponse("/shared-links?done=ended", 303)


@router.get("/shared-links/{report_id}")
def show_shared(report_id: UUID, services: ServicesDep, account: AccountDep, scope: ScopeDep) -> Response:
    """The stored report for signed-in accounts, as its links show it."""
    shared = shared_links.read_report(services.store, scope, report_id)
    if shared is None:
        raise Problem(404, say(UNKNOWN))
    return _shared_page(shared, services, "")


@router.get("/shared/{shared_token}")
def show_to_anybody(shared_token: str, request: Request, services: ServicesDep) -> Response:
    opened = shared_links.open_link(services.store, shared_token, services.now)
    if opened is None:
        return _gone(request, services)
    return _public(_shared_page(opened.shared, services, f"/shared/{shared_token}/report.pdf"))


@router.get("/shared/{shared_token}/report.pdf")
async def show_pdf(shared_token: str, request: Request, services: ServicesDep) -> Response:
    """Made in a thread that serves no page, as the funder's PDF is."""
    opened = await to_thread.run_sync(shared_links.open_link, services.store, shared_token, services.now)
    if opened is None:
        return await to_thread.run_sync(_gone, request, services)
    if is_head(request):
        return _public(pdf_response(request, opened.shared, services, PUBLIC))
    threads = services.pdf_threads
    if threads.statistics().tasks_waiting >= MOST_WAITING:
        raise Problem(503, say(PDFS_WAIT), headers={**PUBLIC, "Retry-After": str(RETRY_PDF_S)})
    release_slot(request)
    return await to_thread.run_sync(_pdf, request, opened, services, limiter=threads)


def _pdf(request: Request, opened: OpenedLink, services: Services) -> Response:
    if refusal := services.limiter.begin([Limit("shared PDF", str(opened.link), PDFS)], services.now):
        wait = str(-(-refusal.wait // 1000))
        raise Problem(429, say(MANY_PDFS), headers={**PUBLIC, "Retry-After": wait})
    return _public(pdf_response(request, opened.shared, services, PUBLIC))


def _gone(request: Request, services: Services) -> Response:
    """The same for every link that can't be read; limited by network, as other links are."""
    if refusal := services.limiter.begin([Limit(LINK_LIMIT, client_network(request), LINKS)], services.now):
        response = page("shared_gone.html", 429, wait_minutes=-(-refusal.wait // 60_000))
        response.headers["Retry-After"] = str(-(-refusal.wait // 1000))
        return _public(response)
    return _public(page("shared_gone.html", 404, wait_minutes=0))


def _public(response: Response) -> Response:
    response.headers.update(PUBLIC)
    return response


def _shared_page(shared: SharedReport, services: Services, paper: str) -> Response:
    """``paper``: the address of the PDF; empty: without it."""
    report = shared.report
    with reading_in(shared.language):
        drawn = [section.picture and pictures.draw(section.picture, report.filters.last) for section in report.sections]
        return page(
            "shared_report.html",
            report=report,
            columns=COLUMNS,
            period=_period(report.filters),
            place=shared.place,
            sections=list(zip(report.sections, drawn, strict=True)),
            made=full_day_words(_made_on(shared, services)),
            paper=paper,
        )


def _made_on(shared: SharedReport, services: Services) -> date:
    return day_of(shared.made.at, ZoneInfo(services.settings.time_zone))


def _period(filters: ReportFilters) -> str:
    return period_words(filters.first, filters.last)


def _form(
    request: Request, services: Services, account: AccountDep, inventory: Inventory, errors: dict[str, str]
) -> Response:
    filters, venue = _filters(request, services, inventory)
    existing = shared_reports.find_report(services.store, inventory, filters)
    return page(
        "shared_link_form.html",
        400 if errors else 200,
        account=account,
        here="reports",
        period=_period(filters),
        place=filters.venue or say(ALL_VENUES),
        address=filters.address,
        honesty=funder_completeness.read_sentences(services.store, inventory, filters, services.now),
        is_incomplete=existing is None and _is_incomplete(services, inventory, filters),
        existing=existing and full_day_words(_made_on(existing, services)),
        may_share=may_share(inventory.scope, venue),
        lives=LIVES,
        default_life=DEFAULT_LIFE,
        errors=errors,
    )


def _is_incomplete(services: Services, inventory: Inventory, filters: ReportFilters) -> bool:
    """Whether facts of this period may still arrive."""
    return not funder_completeness.assess_completeness(inventory, filters, services.now).is_final


def _filters(request: Request, services: Services, inventory: Inventory) -> tuple[ReportFilters, UUID]:
    """The period and place of the address, and the venue's id; to look at it, the nearest that can be shared.

    Raises Problem 400, 404.
    """
    venues = inventory.venues
    today = latest_today(venues, services.settings.time_zone, services.now)
    try:
        filters = checked_filters(read_filters(request, venues, today, services.settings.smallest_count))
    except InvalidFilters as error:
        raise Problem(400, sentence(str(error))) from error
    if request.method == "GET":
        filters = whole_months(filters, today)
    elif errors := funder_report.choice_errors(filters, today):
        raise Problem(400, " ".join(errors.values()))
    if not venues:
        raise Problem(404, say(NOTHING))
    return filters, next((venue.id for venue in venues if venue.name == filters.venue), ANYWHERE)
