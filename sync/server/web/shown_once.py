"""Hands a new secret to the page after a redirect: by a cookie that only this page's address gets, for some minutes.

So a page can be loaded again without making another secret, and no address, log or table has the secret in clear.
"""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

COOKIE = "hearth-once"
LIFE_S = 15 * 60


def redirect_with_secret(address: str, secret: str, *, secure: bool) -> Response:
    """A redirect to the page that shows the secret. ``secure``: send the cookie over TLS alone."""
    response = RedirectResponse(address, 303)
    response.set_cookie(COOKIE, secret, LIFE_S, path=address, secure=secure, httponly=True, samesite="strict")
    return response


def secret_of(request: Request) -> str | None:
    """The secret that this page is to show; None: it was shown, or is too old."""
    return request.cookies.get(COOKIE)


def forget_secret(response: Response, address: str) -> None:
    """Show it no more at this address."""
    response.delete_cookie(COOKIE, path=address)
