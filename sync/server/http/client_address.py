"""The client's address: of its connection, or as a trusted proxy forwards it."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.server.http.proxies import TrustedProxies

SCHEMES = ("http", "https")
CUSTOMER_BITS = 64  # of an IPv6 address: one customer has all addresses with this prefix (RFC 6177)


class ForwardedClients:
    """ASGI middleware: sets the request's client and scheme to those that trusted proxies forward."""

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self.app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        if scope["type"] == "http" and peer and peer[0] in self._proxies:
            scope = {**scope, "client": (self._proxies.client(peer[0], _values(scope, b"x-forwarded-for")), 0)}
            schemes = [scheme.strip() for line in _values(scope, b"x-forwarded-proto") for scheme in line.split(",")]
            if schemes and schemes[-1] in SCHEMES:
                scope["scheme"] = schemes[-1]
        await self.app(scope, receive, send)


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def client_address(request: Request) -> str:
    """The client's address; empty if it is unknown."""
    return request.client.host if request.client else ""


def client_network(request: Request) -> str:
    """The client's network for rate limits: an IPv4 address, or the /64 of an IPv6 address."""
    return network_of(client_address(request))


def network_of(address: str) -> str:
    """The network that counts as one client; text that is not an IP address is returned unchanged."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((int(ip), CUSTOMER_BITS), strict=False))
