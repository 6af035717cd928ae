"""The pages before the pages: the first password, signing in, signing out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from sync.server import accounts, links
from sync.server.pages.forms import Filled
from sync.server.pages.reader import COOKIE, give_cookie
from sync.server.pages.rendering import page
from sync.server.parts import Here
from sync.server.passwords import MIN_PASSWORD, NotAcceptable

router = APIRouter(include_in_schema=False)

# The same words for an unknown login, a wrong password and an account that rests: they tell a stranger nothing.
NO_MATCH = (
    "That login name and password don't fit together. After five wrong tries an account rests for a while: "
    "half a minute at first, then longer each time."
)
LINK_GONE = "This link has been used already, or is older than seven days. `hearth-server init` makes a new one."


@router.get("/login")
def show_login(parts: Here) -> Response:
    return page("login.html", note="", login="", is_new=not accounts.has_any(parts.store))


@router.post("/login")
def login(request: Request, parts: Here, filled: Filled) -> Response:
    name = filled.get("login", "")
    token = accounts.sign_in(parts.store, name, filled.get("password", ""), parts.now)
    if token is None:
        return page("login.html", 403, note=NO_MATCH, login=name, is_new=not accounts.has_any(parts.store))
    inside = RedirectResponse("/", 303)
    give_cookie(inside, request, parts, token)
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
        links.use_link(parts.store, token, name, password, parts.now)
    except NotAcceptable as why:
        return page("welcome.html", 400, note=str(why), login=name, least=MIN_PASSWORD)
    except links.LinkRefused:
        return page("link_gone.html", 410, note=LINK_GONE)
    inside = RedirectResponse("/", 303)
    give_cookie(inside, request, parts, accounts.sign_in(parts.store, name, password, parts.now) or "")
    return inside
