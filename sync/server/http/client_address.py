"""The client that a request is from: the address of its connection, or what a trusted proxy says of it."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.server.http.proxies import TrustedProxies

SCHEMES = ("http", "https")
CUSTOMER_BITS = 64  # of an IPv6 address: whoever has one has all that begin with the same (RFC 6177)


class ForwardedClients:
    """ASGI middleware: puts the client and the scheme that trusted proxies tell into the request."""

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self.app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connected = scope.get("client")
        if scope["type"] == "http" and connected and connected[0] in self._proxies:
            scope = {**scope, "client": (self._proxies.client(connected[0], _values(scope, b"x-forwarded-for")), 0)}
            schemes = [one.strip() for line in _values(scope, b"x-forwarded-proto") for one in line.split(",")]
            if schemes and schemes[-1] in SCHEMES:
                scope["scheme"] = schemes[-1]
        await self.app(scope, receive, send)


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def client_address(request: Request) -> str:
    """Whose request it is, for whatever is counted by address; empty where that is not known."""
    return request.client.host if request.client else ""


def client_network(request: Request) -> str:
    """Who is limited: an IPv4 address, the /64 of an IPv6 address."""
    return network_of(client_address(request))


def network_of(address: str) -> str:
    """The network that counts as one client; what is no IP address stands for itself."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(IPv6Network((int(ip), CUSTOMER_BITS), strict=False))
