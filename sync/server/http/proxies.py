"""Which reverse proxies are trusted, and which client they speak for.

X-Forwarded-For grows from left to right: each proxy appends the address that it was asked by. So it is read from the
right, as long as the one that speaks is trusted; what stands further left anybody may have written.
"""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """The addresses and networks (CIDR) of reverse proxies. Raises ValueError for what is neither."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(one.strip(), strict=False) for one in addresses]

    def __contains__(self, host: str) -> bool:
        address = read_address(host)
        return address is not None and any(address in network for network in self._networks)

    def client(self, connected: str, forwarded_for: Sequence[str]) -> str:
        """The rightmost address that is no trusted proxy; of proxies alone, or before what can't be read, the last."""
        host = connected
        for said in reversed([one for line in forwarded_for for one in line.split(",")]):
            if host not in self:
                break
            address = read_address(_without_port(said.strip()))
            if address is None:
                break
            host = str(address)
        return host


def read_address(host: str) -> Address | None:
    """An address as it is compared: IPv4 that is mapped into IPv6 is IPv4 (RFC 4291 §2.5.5.2). None: it is none."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(said: str) -> str:
    """Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if said.startswith("["):
        return said[1:].partition("]")[0]
    host, colon, port = said.partition(":")
    return host if colon and port.isdigit() else said
