"""The pages before the pages: the first password, signing in, signing out."""

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server.auth import accounts, device_cookies, invitations, sign_in
from sync.server.auth.accounts import SESSION_LIFE_S, fold_login
from sync.server.auth.current_account import COOKIE, give_cookie, is_secure
from sync.server.auth.passwords import MIN_PASSWORD, Busy, NotAcceptable
from sync.server.auth.sign_in import Credentials, TooManyTries
from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_network
from sync.server.rate_limit import Limit, Window
from sync.server.web.forms import FormDep
from sync.server.web.problems import Problem
from sync.server.web.rendering import page

router = APIRouter(include_in_schema=False)

# The same words for an unknown login, a wrong password and a lockout: they tell a stranger nothing.
NO_MATCH = (
    "That login name and password don't fit together. After five wrong tries from one place an account is closed to "
    "it for a while: half a minute at first, then longer each time."
)
TOO_MANY = "Too many wrong tries from where you are. Try again in {minutes} min; a right one is not counted."
TOO_MANY_AT_LOGIN = (
    "Too many wrong tries for this login name from many places. Try again in {minutes} min, or sign in with a browser "
    "that you have used here before. Whoever runs the server can make you a link with `hearth-server account link`."
)
BUSY = "Many people are signing in at this moment. Wait a few seconds, then send it once more."
BUSY_S = 2
MOST_WAITING = 100  # strangers who wait for a thread; each takes some milliseconds where no slot is free
LINKS = Window(60, 10 * 60_000)  # one-time links of one network that are no links


@router.get("/login")
def show_login(services: ServicesDep) -> Response:
    return page("login.html", note="", login="", is_new=not accounts.has_any(services.store))


@router.post("/login")
async def login(request: Request, services: ServicesDep, filled: FormDep) -> Response:
    """Known browsers and strangers each have threads of their own, so that neither waits for the other."""
    name = filled.get("login", "")
    browser = device_cookies.login_of_device(
        services.secret, request.cookies.get(device_cookies.COOKIE, ""), fold_login(name)
    )
    if browser is not None:
        how, threads = partial(sign_in.from_known_browser, services.store, services.limiter, browser), services.known
    elif services.strangers.statistics().tasks_waiting >= MOST_WAITING:
        raise Problem(503, BUSY, headers={"Retry-After": str(BUSY_S)})
    else:
        network = client_network(request)
        how, threads = partial(sign_in.from_stranger, services.store, services.limiter, network), services.strangers
    asked = partial(how, Credentials(name, filled.get("password", "")), services.now)
    return await to_thread.run_sync(partial(_signed_in, request, services, name, asked), limiter=threads)


def _signed_in(request: Request, services: Services, name: str, ask: "partial[str | None]") -> Response:
    try:
        token = ask()
    except TooManyTries as why:
        words = TOO_MANY_AT_LOGIN if why.at_login else TOO_MANY
        return _again(services, name, 429, words.format(minutes=-(-why.wait // 60_000)), -(-why.wait // 1000))
    except Busy:
        return _again(services, name, 503, BUSY, BUSY_S)
    return _again(services, name, 403, NO_MATCH) if token is None else _inside(request, services, name, token)


def _again(services: Services, name: str, status: int, note: str, wait_s: int | None = None) -> Response:
    """The same page once more, with a word why."""
    shown = page("login.html", status, note=note, login=name, is_new=not accounts.has_any(services.store))
    if wait_s is not None:
        shown.headers["Retry-After"] = str(wait_s)
    return shown


def _inside(request: Request, services: Services, name: str, token: str) -> Response:
    inside, secure = RedirectResponse("/", 303), is_secure(request, services)
    give_cookie(inside, COOKIE, token, SESSION_LIFE_S, secure=secure)
    mark = device_cookies.sign_device(services.secret, fold_login(name))
    give_cookie(inside, device_cookies.COOKIE, mark, device_cookies.LIFE_S, secure=secure)
    return inside


@router.post("/logout")
def logout(request: Request, services: ServicesDep, _filled: FormDep) -> Response:
    accounts.sign_out(services.store, request.cookies.get(COOKIE, ""))
    outside = RedirectResponse("/login", 303)
    outside.delete_cookie(COOKIE)
    return outside


@router.get("/welcome/{token}")
def show_welcome(token: str, request: Request, services: ServicesDep) -> Response:
    """Looking does not use the link up: chat programs and mail filters look, too."""
    try:
        return _welcome(invitations.read_invitation(services.store, token, services.now))
    except invitations.InvitationRefused as why:
        return _no_link(request, services, str(why))


@router.post("/welcome/{token}")
async def welcome(token: str, request: Request, services: ServicesDep, filled: FormDep) -> Response:
    return await to_thread.run_sync(partial(_use_link, token, request, services, filled), limiter=services.known)


def _use_link(token: str, request: Request, services: Services, filled: dict[str, str]) -> Response:
    name, password = filled.get("login", ""), filled.get("password", "")
    try:
        link = invitations.read_invitation(services.store, token, services.now)
        account, name = invitations.accept_invitation(services.store, token, name, password, services.now)
    except invitations.InvitationRefused as why:
        return _no_link(request, services, str(why))
    except NotAcceptable as why:
        return _welcome(link, str(why), name, 400)
    except Busy:
        shown = _welcome(link, BUSY, name, 503)
        shown.headers["Retry-After"] = str(BUSY_S)
        return shown
    return _inside(request, services, name, accounts.start_session(services.store, account, services.now))


def _welcome(link: invitations.Invitation, note: str = "", login: str = "", status: int = 200) -> Response:
    return page("welcome.html", status, note=note, login=link.login or login, bound=link.login, least=MIN_PASSWORD)


def _no_link(request: Request, services: Services, why: str) -> Response:
    """A link that is none counts for its network; one that can be used is never refused."""
    if refusal := services.limiter.begin([Limit("links", client_network(request), LINKS)], services.now):
        minutes = -(-refusal.wait // 60_000)
        shown = page("link_gone.html", 429, note=f"Too many wrong links from where you are. Wait {minutes} min.")
        shown.headers["Retry-After"] = str(-(-refusal.wait // 1000))
        return shown
    return page("link_gone.html", 410, note=why)
