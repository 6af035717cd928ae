"""Where a request comes from, and which addresses count as one client."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from fastapi import Request

CUSTOMER_BITS = 64  # of an IPv6 address: whoever has one has all that begin with the same (RFC 6177)


def client_address(request: Request) -> str:
    """The address that the request comes from; empty where there is none (a Unix socket)."""
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
