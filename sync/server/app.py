"""Builds the web application from its parts; building starts nothing."""

from fastapi import FastAPI

from sync.domain.clock import Clock
from sync.ledger.ledger import Ledger
from sync.server.api import enrol, feed, health, heartbeat, openapi, push
from sync.server.auth import account_pages
from sync.server.auth import pages as auth_pages
from sync.server.dependencies import Services
from sync.server.http.client_address import ForwardedClients
from sync.server.http.head_requests import HeadRequests
from sync.server.http.proxies import TrustedProxies
from sync.server.http.security_headers import SecurityHeaders
from sync.server.kiosks import organisation_pages, pairing_pages, venue_pages
from sync.server.kiosks import pages as kiosk_pages
from sync.server.organisation import read_organisation
from sync.server.planning import calendar_feed_pages, calendar_pages
from sync.server.planning import form_pages as planning_forms
from sync.server.planning import pages as planning_pages
from sync.server.rate_limit import RateLimiter
from sync.server.reports import export_pages, saved_pages, shared_pages, term_pages
from sync.server.reports import pages as report_pages
from sync.server.settings import ServerSettings
from sync.server.today import pages as today_pages
from sync.server.web import language_pages, problems, static_files
from sync.server.web.languages import ReaderLanguages
from sync.server.web.overload import Overload

ROUTES = (push, feed, enrol, heartbeat, health)
PAGES = (
    auth_pages,
    account_pages,
    today_pages,
    report_pages,
    export_pages,
    shared_pages,
    term_pages,
    saved_pages,
    kiosk_pages,
    pairing_pages,
    venue_pages,
    organisation_pages,
    planning_forms,
    planning_pages,
    calendar_pages,
    calendar_feed_pages,
    language_pages,
    static_files,
)


def build(ledger: Ledger, settings: ServerSettings, clock: Clock) -> FastAPI:
    """The application on an open ledger. FastAPI's docs pages are off: they load scripts from other hosts."""
    app = FastAPI(
        title="Hearth",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # such a redirect would use the host that the request names
    )
    organisation = read_organisation(ledger.store)
    limiter = RateLimiter(ledger.store, organisation.secret)
    app.state.services = Services(ledger, settings, clock, organisation.id, organisation.secret, limiter)
    routers = [module.router for module in (*ROUTES, *PAGES)]
    for router in routers:
        app.include_router(router)
    problems.install(app, routers)
    openapi.install(app)
    app.add_middleware(HeadRequests)
    app.add_middleware(Overload)
    app.add_middleware(ReaderLanguages)
    app.add_middleware(SecurityHeaders, is_https=settings.is_https)
    app.add_middleware(ForwardedClients, proxies=TrustedProxies(settings.trusted_proxies))
    return app
