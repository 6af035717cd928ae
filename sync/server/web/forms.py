"""Forms that people send, taken only from our own pages.

A stranger's page can make a browser send a form here, and the browser adds our cookie by itself (CSRF). But a browser
also says where a form comes from, in headers that no page can forge: Sec-Fetch-Site over TLS and on this machine
(W3C Fetch Metadata), Origin everywhere (RFC 6454). So a form is taken when Sec-Fetch-Site says that it is ours or that
the person did it (``none``), or, where that header is absent, when Origin names this very host; with neither it is not.
The cookie is SameSite=Lax besides, so that a browser too old for these headers does not send it along.
"""

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_address
from sync.server.web.problems import Problem
from sync.server.web.request_bodies import MAX_MESSAGE_BYTES, read_body


async def read_form(request: Request, services: ServicesDep) -> dict[str, str]:
    """The fields of a form. Raises Problem 403 for a form from elsewhere, 413 for a huge one."""
    if not is_ours(request, services):
        raise Problem(403, "This form was not sent from Hearth's own page. Open the page again and send it from there.")
    async with services.messages.hold(client_address(request)) as reservation:
        body = await read_body(request, MAX_MESSAGE_BYTES, reservation)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def is_ours(request: Request, services: Services) -> bool:
    """Whether the browser says that the form is from our own page."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin in (request.headers.get("host"), urlsplit(services.settings.url).netloc)


FormDep = Annotated[dict[str, str], Depends(read_form)]
