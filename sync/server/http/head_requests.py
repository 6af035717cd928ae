"""Answers HEAD wherever GET is answered, with the same headers and no body (RFC 9110 §9.3.2)."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

HEAD = "hearth.head"  # the key in a request's ASGI scope


class HeadRequests:
    """ASGI middleware: the routes see a GET, and uvicorn omits the body.

    A route whose body takes long makes none where :func:`is_head` says so; its headers lack the length then.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", HEAD: True}
        await self.app(scope, receive, send)


def is_head(request: Request) -> bool:
    """Whether the client asks for the headers alone."""
    return HEAD in request.scope
