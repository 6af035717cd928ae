"""The account and the scope of a request to the pages, by its session cookie."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response

from sync.server.auth import accounts
from sync.server.auth.accounts import Account
from sync.server.auth.scope import Principal, Scope, scope_of
from sync.server.dependencies import Services, ServicesDep
from sync.server.web.problems import Problem

COOKIE = "hearth"


def current_account(request: Request, services: ServicesDep) -> Account:
    """The signed-in account. Raises HTTPException 303 to the sign-in page; Problem 401 for a download by a program."""
    account = accounts.account_of_session(services.store, request.cookies.get(COOKIE, ""), services.now)
    if account is not None:
        return account
    is_download = request.url.path.endswith((".csv", ".json", ".xlsx", ".parquet"))
    if is_download and "text/html" not in request.headers.get("accept", ""):
        raise Problem(401, "Sign in first, at /login.", headers={"WWW-Authenticate": 'Session realm="hearth"'})
    raise HTTPException(303, headers={"Location": "/login"})


AccountDep = Annotated[Account, Depends(current_account)]


async def current_scope(account: AccountDep, services: ServicesDep) -> Scope:
    """What the signed-in account may see and change. Raises as :func:`current_account`."""
    return scope_of(Principal("account", account.id), services.organisation)


ScopeDep = Annotated[Scope, Depends(current_scope)]


def set_secret_cookie(response: Response, name: str, value: str, life_s: int, *, secure: bool) -> None:
    """Store a secret in the browser, out of reach of scripts and other sites. ``secure``: send it over TLS alone."""
    response.set_cookie(name, value, life_s, path="/", secure=secure, httponly=True, samesite="lax")


def is_secure(request: Request, services: Services) -> bool:
    """Whether the browser uses TLS, so that its cookies must never be sent without."""
    return request.url.scheme == "https" or services.settings.is_https
