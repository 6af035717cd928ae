"""The web application, put together from its parts; building it starts nothing."""

from fastapi import FastAPI

from sync.domain.clock import Clock
from sync.ledger.ledger import Ledger
from sync.server import openapi, problems
from sync.server.client_address import ForwardedClients
from sync.server.head_requests import HeadRequests
from sync.server.headers import SafeHeaders
from sync.server.organisation import read_secret
from sync.server.overload import Overload
from sync.server.pages import access, exports, fleet_page, report_page, static
from sync.server.parts import Parts
from sync.server.proxies import TrustedProxies
from sync.server.rate_limit import RateLimiter
from sync.server.routes import enrol, entries, feed, health, heartbeat
from sync.server.settings import Settings

ROUTES = (entries, feed, enrol, heartbeat, health)
PAGES = (access, report_page, exports, fleet_page, static)


def build(ledger: Ledger, settings: Settings, clock: Clock) -> FastAPI:
    """The server over an open ledger. No docs pages: FastAPI's own load their scripts from elsewhere."""
    app = FastAPI(
        title="Hearth",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # such a redirect would lead to whatever host the request names
    )
    secret = read_secret(ledger.store)
    app.state.parts = Parts(ledger, settings, clock, secret, RateLimiter(ledger.store, secret))
    routers = [part.router for part in (*ROUTES, *PAGES)]
    for router in routers:
        app.include_router(router)
    problems.install(app, routers)
    openapi.install(app)
    app.add_middleware(HeadRequests)
    app.add_middleware(Overload)
    app.add_middleware(SafeHeaders, is_https=settings.is_https)
    app.add_middleware(ForwardedClients, proxies=TrustedProxies(settings.trusted_proxies))
    return app
