"""Turns every error into a problem response: RFC 9457 problem+json for programs, a page for browsers."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.ledger.store import StorageError
from sync.protocol import PROBLEM
from sync.server.web.i18n import say
from sync.server.web.rendering import page

TYPES = "https://hearth.invalid/problems/"  # an identifier, not an address; about:blank where the status says enough
RETRY_STORAGE_S = 10

log = logging.getLogger("hearth.server")


class Problem(Exception):
    """An error response. ``name``: the end of its type, for programs; ``members``: RFC 9457's extension members."""

    def __init__(
        self,
        status: int,
        detail: str,
        name: str | None = None,
        members: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.name = name
        self.members = dict(members or {})
        self.headers = dict(headers or {})


def is_of_browser(request: Request) -> bool:
    """Whether the response should be a page rather than JSON."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def respond(request: Request, problem: Problem) -> Response:
    """The problem as a response: a page for a browser, JSON for a program."""
    if is_of_browser(request):
        response = page("problem.html", problem.status, code=problem.status, note=problem.detail)
        response.headers.update(problem.headers)
        return response
    body = {
        "type": TYPES + problem.name if problem.name else "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    return Response(msgspec.json.encode(body), problem.status, problem.headers, media_type=PROBLEM)


def install(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Handle every error of the app, which has these routers, this way."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        return respond(request, problem)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        detail = "; ".join(f"{_location(item['loc'])}: {item['msg']}" for item in error.errors())
        return respond(request, Problem(400, detail))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code < 400:
            return Response(status_code=error.status_code, headers=error.headers)
        headers = dict(error.headers or {})
        if error.status_code == 405:  # the framework names the methods of the path's first route only
            headers["Allow"] = ", ".join(_methods_of(request.url.path, (app, *routers)))
        return respond(request, Problem(error.status_code, _detail(request, error), headers=headers))

    @app.exception_handler(StorageError)
    @app.exception_handler(PoolTimeout)
    async def _storage(request: Request, error: Exception) -> Response:
        log.error("storage: %s", error)
        headers = {"Retry-After": str(RETRY_STORAGE_S)}
        return respond(request, Problem(503, say("The server can't write just now. Send it again."), headers=headers))

    app.add_middleware(UnhandledErrors)


def _methods_of(path: str, routers: Iterable[FastAPI | APIRouter]) -> list[str]:
    """The methods of a path (RFC 9110 §10.2.1); HEAD wherever GET is."""
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    methods = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


class UnhandledErrors:
    """ASGI middleware that turns unhandled exceptions into a 500 problem response; inside SecurityHeaders.

    A handler of Exception would be Starlette's outermost layer: it responds without our headers, and raises again so
    that the connection is closed. Where a response has begun, the exception is raised.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except ClientDisconnect:
            log.debug("a client hung up in the middle of its request")
        except Exception:
            if has_begun or scope["type"] != "http":
                raise
            log.exception("unhandled exception: %s %s", scope["method"], _route(scope))
            problem = Problem(
                500, say("Something went wrong here, and it is in the server's log. Send it again later.")
            )
            await respond(Request(scope), problem)(scope, receive, send)


def _route(scope: Scope) -> str:
    """The path's pattern, since the path itself may contain a one-time link, which must not be logged."""
    return str(getattr(scope.get("route"), "path", "?"))


def _location(path: tuple[int | str, ...]) -> str:
    return ".".join(map(str, path))


def _detail(request: Request, error: HTTPException) -> str:
    if error.status_code == 404:
        return say("There is nothing at {address}.", address=request.url.path)
    if error.status_code == 405:
        return say(
            "{method} is not something that {address} understands.", method=request.method, address=request.url.path
        )
    return str(error.detail)
