"""Trusted reverse proxies, and the client that they forward a request for.

Each proxy appends its client's address to X-Forwarded-For. So the header is read from the right, as long as the proxy
that appended an entry is trusted; entries further left may be forged.
"""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """The addresses and networks (CIDR) of reverse proxies. Raises ValueError for malformed ones."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(address.strip(), strict=False) for address in addresses]

    def __contains__(self, host: str) -> bool:
        address = read_address(host)
        return address is not None and any(address in network for network in self._networks)

    def client(self, peer: str, forwarded_for: Sequence[str]) -> str:
        """The rightmost address that is not a trusted proxy's; the last valid one, if there is no such address.

        ``peer``: the address of the connection; ``forwarded_for``: the values of the header's lines.
        """
        host = peer
        for forwarded in reversed([item for line in forwarded_for for item in line.split(",")]):
            if host not in self:
                break
            address = read_address(_without_port(forwarded.strip()))
            if address is None:
                break
            host = str(address)
        return host


def read_address(host: str) -> Address | None:
    """Parse an address; IPv4 mapped into IPv6 becomes IPv4 (RFC 4291 §2.5.5.2). None: not an address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(text: str) -> str:
    """Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.partition(":")
    return host if colon and port.isdigit() else text
