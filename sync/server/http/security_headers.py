"""Headers that keep a browser careful, on every response."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # A one-time link must not travel to others. The stricter "no-referrer" makes browsers send "Origin: null" with our
    # own forms (Fetch standard, "append a request Origin header"), and pages/forms.py could not tell them any more.
    "Referrer-Policy": "same-origin",
}
# Only where `public_url` is https: it would lock browsers out of a server that speaks plain HTTP (RFC 6797).
TLS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """ASGI middleware; what a route set itself stays."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self._headers = {**HEADERS, **(TLS_ALONE if is_https else {}), "Cache-Control": "no-store"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
