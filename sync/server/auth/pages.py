"""The pages that sign in and out, and that accept a one-time link."""

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth import accounts, device_cookies, invitations, sign_in
from sync.server.auth.accounts import SESSION_LIFE_S, fold_login
from sync.server.auth.current_account import COOKIE, is_secure, set_secret_cookie
from sync.server.auth.invitations import Invitation
from sync.server.auth.passwords import MIN_PASSWORD, Busy, NotAcceptable
from sync.server.auth.sign_in import Credentials, TooManyTries
from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_network
from sync.server.rate_limit import Limit, Window
from sync.server.web.forms import FormDep
from sync.server.web.i18n import later, say
from sync.server.web.problems import Problem
from sync.server.web.rendering import page

router = APIRouter(include_in_schema=False)

# The same text for an unknown login, a wrong password and a lockout, so that it reveals nothing.
NO_MATCH = later(
    "That login name and password don't fit together. After five wrong tries from one place an account is closed to "
    "it for a while: half a minute at first, then longer each time."
)
TOO_MANY = later("Too many wrong tries from where you are. Try again in {minutes} min; a right one is not counted.")
TOO_MANY_AT_LOGIN = later(
    "Too many wrong tries for this login name from many places. Try again in {minutes} min, or sign in with a browser "
    "that you have used here before. Whoever runs the server can make you a link with `hearth-server account link`."
)
BUSY = later("Many people are signing in at this moment. Wait a few seconds, then send it once more.")
BUSY_S = 2
MOST_WAITING = 100  # unknown browsers that wait for a thread; each needs some milliseconds where no slot is free
LINK_LIMIT = "links"
LINKS = Window(60, 10 * 60_000)  # unusable links from one network


@router.get("/login")
def show_login(services: ServicesDep) -> Response:
    return page("login.html", note="", login="", is_new=not accounts.has_any(services.store))


@router.post("/login")
async def login(request: Request, services: ServicesDep, form: FormDep) -> Response:
    """Known and unknown browsers have separate threads, so that neither waits for the other."""
    name = form.get("login", "")
    cookie = request.cookies.get(device_cookies.COOKIE, "")
    browser = device_cookies.verify_device(services.secret, cookie, fold_login(name))
    if browser is not None:
        sign_in_from = partial(sign_in.from_known_browser, services.store, services.limiter, browser)
        threads = services.known_threads
    elif services.stranger_threads.statistics().tasks_waiting >= MOST_WAITING:
        raise Problem(503, say(BUSY), headers={"Retry-After": str(BUSY_S)})
    else:
        network = client_network(request)
        sign_in_from = partial(sign_in.from_stranger, services.store, services.limiter, network)
        threads = services.stranger_threads
    attempt = partial(sign_in_from, Credentials(name, form.get("password", "")), services.now)
    return await to_thread.run_sync(partial(_sign_in, request, services, name, attempt), limiter=threads)


def _sign_in(request: Request, services: Services, name: str, attempt: "partial[str | None]") -> Response:
    try:
        token = attempt()
    except TooManyTries as error:
        text = TOO_MANY_AT_LOGIN if error.at_login else TOO_MANY
        minutes, seconds = -(-error.wait // 60_000), -(-error.wait // 1000)
        return _login_page(services, name, 429, say(text, minutes=minutes), seconds)
    except Busy:
        return _login_page(services, name, 503, say(BUSY), BUSY_S)
    if token is None:
        return _login_page(services, name, 403, say(NO_MATCH))
    return _redirect_signed_in(request, services, name, token)


def _login_page(services: Services, name: str, status: int, note: str, wait_s: int | None = None) -> Response:
    """The form again, with a note why."""
    response = page("login.html", status, note=note, login=name, is_new=not accounts.has_any(services.store))
    if wait_s is not None:
        response.headers["Retry-After"] = str(wait_s)
    return response


def _redirect_signed_in(request: Request, services: Services, name: str, token: str) -> Response:
    response, secure = RedirectResponse("/today", 303), is_secure(request, services)
    set_secret_cookie(response, COOKIE, token, SESSION_LIFE_S, secure=secure)
    device = device_cookies.sign_device(services.secret, fold_login(name))
    set_secret_cookie(response, device_cookies.COOKIE, device, device_cookies.LIFE_S, secure=secure)
    return response


@router.post("/logout")
def logout(request: Request, services: ServicesDep, _form: FormDep) -> Response:
    accounts.sign_out(services.store, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/welcome/{token}")
def show_welcome(token: str, request: Request, services: ServicesDep) -> Response:
    """GET does not use the link up, since chat programs and mail filters open links too."""
    try:
        return _welcome_page(invitations.read_invitation(services.store, token, services.now))
    except invitations.InvitationRefused as error:
        return _refused_link_page(request, services, str(error))


@router.post("/welcome/{token}")
async def welcome(token: str, request: Request, services: ServicesDep, form: FormDep) -> Response:
    return await to_thread.run_sync(partial(_accept, token, request, services, form), limiter=services.known_threads)


def _accept(token: str, request: Request, services: Services, form: dict[str, str]) -> Response:
    name, password = form.get("login", ""), form.get("password", "")
    try:
        invitation = invitations.read_invitation(services.store, token, services.now)
        account, name = invitations.accept_invitation(services.store, token, name, password, services.now)
    except invitations.InvitationRefused as error:
        return _refused_link_page(request, services, str(error))
    except NotAcceptable as error:
        return _welcome_page(invitation, str(error), name, 400)
    except Busy:
        response = _welcome_page(invitation, say(BUSY), name, 503)
        response.headers["Retry-After"] = str(BUSY_S)
        return response
    return _redirect_signed_in(request, services, name, accounts.start_session(services.store, account, services.now))


def _welcome_page(invitation: Invitation, note: str = "", login: str = "", status: int = 200) -> Response:
    return page(
        "welcome.html",
        status,
        note=note,
        login=invitation.login or login,
        bound=invitation.login,
        is_new=invitation.is_new,
        min_length=MIN_PASSWORD,
    )


def _refused_link_page(request: Request, services: Services, reason: str) -> Response:
    """Unusable links are limited by network; usable ones are never refused."""
    if refusal := services.limiter.begin([Limit(LINK_LIMIT, client_network(request), LINKS)], services.now):
        minutes = -(-refusal.wait // 60_000)
        words = say("Too many wrong links from where you are. Wait {minutes} min.", minutes=minutes)
        response = page("link_gone.html", 429, note=words)
        response.headers["Retry-After"] = str(-(-refusal.wait // 1000))
        return response
    return page("link_gone.html", 410, note=reason)
