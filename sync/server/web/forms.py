"""Reads forms, and accepts them only from our own pages (protection against CSRF).

A browser states where a form comes from in headers that pages can't forge: Sec-Fetch-Site over TLS and on localhost
(W3C Fetch Metadata), Origin everywhere (RFC 6454). A form is accepted when Sec-Fetch-Site is ``same-origin`` or
``none`` (the user's own action) or, without that header, when Origin names this host; with neither it is refused. The
cookies are SameSite=Lax besides, so that a browser too old for these headers does not send them along.
"""

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_address
from sync.server.web.i18n import say
from sync.server.web.problems import Problem
from sync.server.web.request_bodies import MAX_MESSAGE_BYTES, read_body


async def read_form(request: Request, services: ServicesDep) -> dict[str, str]:
    """The fields of a form. Raises Problem 403 for a form of another origin, 413 for one that is too large."""
    if not is_ours(request, services):
        raise Problem(
            403, say("This form was not sent from Hearth's own page. Open the page again and send it from there.")
        )
    async with services.messages.hold(client_address(request)) as reservation:
        body = await read_body(request, MAX_MESSAGE_BYTES, reservation)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def is_ours(request: Request, services: Services) -> bool:
    """Whether the form is from our own origin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin in (request.headers.get("host"), urlsplit(services.settings.url).netloc)


FormDep = Annotated[dict[str, str], Depends(read_form)]
