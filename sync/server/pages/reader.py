"""Who is reading: the account behind the cookie, or a way to the sign-in page."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from sync.server import accounts
from sync.server.accounts import SESSION_LIFE_S, Account
from sync.server.parts import Here, Parts
from sync.server.problems import Problem

COOKIE = "hearth"


def reader(request: Request, parts: Here) -> Account:
    """The account that is signed in. Sends a browser to sign in; raises Problem 401 where a program asks."""
    account = accounts.signed_in(parts.store, request.cookies.get(COOKIE, ""), parts.now)
    if account is not None:
        return account
    is_download = request.url.path.endswith((".csv", ".json"))
    if is_download and "text/html" not in request.headers.get("accept", ""):
        raise Problem(401, "Sign in first, at /login.", headers={"WWW-Authenticate": 'Session realm="hearth"'})
    raise HTTPException(303, headers={"Location": "/login"})


Reader = Annotated[Account, Depends(reader)]


def give_cookie(response: Response, request: Request, parts: Parts, token: str) -> None:
    """Keep a web session in the browser."""
    secure = request.url.scheme == "https" or parts.settings.is_https
    response.set_cookie(COOKIE, token, SESSION_LIFE_S, path="/", secure=secure, httponly=True, samesite="lax")
