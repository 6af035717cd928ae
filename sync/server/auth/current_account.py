"""Who is reading: the account behind the cookie, or a way to the sign-in page."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from sync.server.auth import accounts
from sync.server.auth.accounts import Account
from sync.server.dependencies import Services, ServicesDep
from sync.server.web.problems import Problem

COOKIE = "hearth"


def reader(request: Request, services: ServicesDep) -> Account:
    """The account that is signed in. Sends a browser to sign in; raises Problem 401 where a program asks."""
    account = accounts.signed_in(services.store, request.cookies.get(COOKIE, ""), services.now)
    if account is not None:
        return account
    is_download = request.url.path.endswith((".csv", ".json"))
    if is_download and "text/html" not in request.headers.get("accept", ""):
        raise Problem(401, "Sign in first, at /login.", headers={"WWW-Authenticate": 'Session realm="hearth"'})
    raise HTTPException(303, headers={"Location": "/login"})


ReaderDep = Annotated[Account, Depends(reader)]


def give_cookie(response: Response, name: str, value: str, life_s: int, *, secure: bool) -> None:
    """Keep a secret in the browser, away from scripts and from other sites."""
    response.set_cookie(name, value, life_s, path="/", secure=secure, httponly=True, samesite="lax")


def is_secure(request: Request, services: Services) -> bool:
    """Whether the browser came over TLS, so that its cookies shall never travel without."""
    return request.url.scheme == "https" or services.settings.is_https
