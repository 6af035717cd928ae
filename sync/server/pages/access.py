"""The pages before the pages: the first password, signing in, signing out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server import accounts, browsers, links
from sync.server.accounts import SESSION_LIFE_S
from sync.server.pages.forms import Filled
from sync.server.pages.reader import COOKIE, give_cookie, is_secure
from sync.server.pages.rendering import page
from sync.server.parts import Here, Parts
from sync.server.passwords import MIN_PASSWORD, Busy, NotAcceptable

router = APIRouter(include_in_schema=False)

# The same words for an unknown login, a wrong password and an account that rests: they tell a stranger nothing.
NO_MATCH = (
    "That login name and password don't fit together. After five wrong tries an account rests for a while: "
    "half a minute at first, then longer each time."
)
TOO_MANY = "Too many wrong tries from where you are. Try again in {minutes} min; a right one is not counted."
BUSY = "Many people are signing in at this moment. Wait a few seconds, then send it once more."
BUSY_S = 2
LINK_GONE = "This link has been used already, or is older than seven days. `hearth-server init` makes a new one."


@router.get("/login")
def show_login(parts: Here) -> Response:
    return page("login.html", note="", login="", is_new=not accounts.has_any(parts.store))


@router.post("/login")
def login(request: Request, parts: Here, filled: Filled) -> Response:
    """Wrong passwords are counted by address, or by browser where that has signed in before, and by account."""
    name, began = filled.get("login", ""), parts.clock.read()
    browser = browsers.known_as(parts.store, request.cookies.get(browsers.COOKIE, ""), links.fold_login(name))
    who = browser or (request.client.host if request.client else "")
    if wait := parts.logins.begin(who, began.up):
        return _again(parts, name, 429, TOO_MANY.format(minutes=-(-wait // 60_000)), -(-wait // 1000))
    try:
        token = accounts.sign_in(parts.store, name, filled.get("password", ""), began.at, is_known=browser is not None)
    except Busy:
        parts.logins.was_right(who, began.up)  # it was not looked at
        return _again(parts, name, 503, BUSY, BUSY_S)
    if token is None:
        return _again(parts, name, 403, NO_MATCH)
    parts.logins.was_right(who, began.up)
    return _inside(request, parts, name, token)


def _again(parts: Parts, name: str, status: int, note: str, wait_s: int | None = None) -> Response:
    """The same page once more, with a word why."""
    shown = page("login.html", status, note=note, login=name, is_new=not accounts.has_any(parts.store))
    if wait_s is not None:
        shown.headers["Retry-After"] = str(wait_s)
    return shown


def _inside(request: Request, parts: Parts, name: str, token: str) -> Response:
    inside, secure = RedirectResponse("/", 303), is_secure(request, parts)
    give_cookie(inside, COOKIE, token, SESSION_LIFE_S, secure=secure)
    mark = browsers.make_mark(parts.store, links.fold_login(name))
    give_cookie(inside, browsers.COOKIE, mark, browsers.LIFE_S, secure=secure)
    return inside


@router.post("/logout")
def logout(request: Request, parts: Here, _filled: Filled) -> Response:
    accounts.sign_out(parts.store, request.cookies.get(COOKIE, ""))
    outside = RedirectResponse("/login", 303)
    outside.delete_cookie(COOKIE)
    return outside


@router.get("/welcome/{token}")
def show_welcome(token: str, parts: Here) -> Response:
    """Looking does not use the link up: chat programs and mail filters look, too."""
    if not links.is_link(parts.store, token, parts.now):
        return page("link_gone.html", 410, note=LINK_GONE)
    return page("welcome.html", note="", login="", least=MIN_PASSWORD)


@router.post("/welcome/{token}")
def welcome(token: str, request: Request, parts: Here, filled: Filled) -> Response:
    name, password = filled.get("login", ""), filled.get("password", "")
    try:
        account = links.use_link(parts.store, token, name, password, parts.now)
    except NotAcceptable as why:
        return page("welcome.html", 400, note=str(why), login=name, least=MIN_PASSWORD)
    except links.LinkRefused:
        return page("link_gone.html", 410, note=LINK_GONE)
    except Busy:
        shown = page("welcome.html", 503, note=BUSY, login=name, least=MIN_PASSWORD)
        shown.headers["Retry-After"] = str(BUSY_S)
        return shown
    return _inside(request, parts, name, accounts.start_session(parts.store, account, parts.now))
