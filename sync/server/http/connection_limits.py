"""Limits the number of connections, in all and for each client, and selects which are closed when there are too many.

A connection costs a file descriptor and memory for as long as its client likes, unless the server limits it:

- Every connection has a turn: the client's (it has to send or to read something) or the server's. Only the client's
  turns have time limits; protocol.py enforces them.
- In all there are fewer connections than descriptors, and of one client at most ``per_client``. For a new connection
  the oldest ones whose turn is the client's are closed. Since the oldest are closed first, a client that sends its
  request at once is served even while others hold all other connections.
- Where every connection's turn is the server's, a new connection is refused.
"""

import logging
import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Protocol

MOST = 2048  # connections of one process
RESERVED = 256  # descriptors for the database, the log, and connections that are being closed
DESCRIPTORS = MOST + RESERVED
LEAST = 8
DROPPED_PART = 16  # of many connections a sixteenth is closed at once, since finding the oldest takes time
QUIET_S = 60.0  # without a further event an overload is over

log = logging.getLogger("hearth.http")


@dataclass(frozen=True)
class Limits:
    """Times in seconds, rates in bytes a second. The figures for bodies follow Apache's mod_reqtimeout."""

    connections: int | None = None  # None: as many as the descriptors allow, and MOST at most
    per_client: int = 128  # of one address (IPv6: /64); many kiosks may share one behind a router
    headers_s: float = 20.0  # until a request's headers are complete
    idle_s: int = 5  # between two requests
    transfer_s: float = 30.0  # for a body or a response, and longer only at ``least_rate`` or faster
    least_rate: int = 500
    longest_body_s: float = 300.0
    linger_s: float = 5.0  # for the client to read the last response before the connection is closed
    half_closed_s: float = 5.0  # of a client that has closed its half, while a response that has begun sends nothing
    check_s: float = 1.0  # between two checks of the time limits


class ConnectionState(IntEnum):
    """Whose turn it is on a connection; lower ones are dropped first."""

    CLOSING = 0  # the last response was sent
    IDLE = 1  # between two requests
    CLIENT = 2  # it has to send headers or a body, or to read a response
    SERVER = 3  # never dropped


class ClientConnection(Protocol):
    """What the limits need of a connection."""

    client: tuple[str, int] | None

    @property
    def turn(self) -> ConnectionState:
        """Whose turn it is."""

    @property
    def since(self) -> float:
        """When that turn began, in the event loop's time."""

    def check(self, now: float) -> bool:
        """Close the connection if its client has exceeded its time; returns whether it did."""

    def drop(self) -> None:
        """Close the connection at once."""


@lru_cache(maxsize=4096)
def client_group(address: str) -> str:
    """The group whose connections are counted together: an IPv4 address, or the /64 of an IPv6 address (RFC 6177)."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def raise_descriptor_limit() -> int:
    """Raise the limit of descriptors as far as needed and allowed; returns how many connections it permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        soft = target
    if soft == resource.RLIM_INFINITY or soft >= DESCRIPTORS:
        return MOST
    return max(LEAST, soft - RESERVED, soft // 2)


class OverloadLog:
    """Logs an event that may happen thousands of times a second: one line when it begins, one when it is over."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._count = 0
        self._began = self._last = 0.0

    def happened(self, now: float, count: int = 1) -> None:
        """Count it; the first is logged."""
        if not self._count:
            self._began = now
            log.warning("%s. Further ones are counted.", self._event)
        self._count += count
        self._last = now

    def check(self, now: float, quiet_s: float = QUIET_S) -> None:
        """Log the count after ``quiet_s`` seconds without a further event."""
        if self._count and now - self._last >= quiet_s:
            if self._count > 1:
                log.warning("%s: %d in %.0f s; over now", self._event, self._count, self._last - self._began)
            self._count = 0


class Connections:
    """The connections of one server. Used on the event loop's thread only."""

    def __init__(self, limits: Limits, most: int, is_exempt: Callable[[str], bool], clock: Callable[[], float]) -> None:
        """``is_exempt``: whether an address has no limit of its own, such as a reverse proxy's."""
        self.limits = limits
        self.most = most
        self._is_exempt = is_exempt
        self._clock = clock
        self._groups_by_connection: dict[ClientConnection, str] = {}
        self._connections_by_group: dict[str, dict[ClientConnection, None]] = {}  # in the order of their arrival
        self._full = OverloadLog(f"All {most} connections are in use; the oldest that wait for their client are closed")
        self._greedy = OverloadLog(
            f"A client has {limits.per_client} connections; its oldest that wait for it are closed for new ones"
        )
        self._refused = OverloadLog("A connection was refused, because every other one is being served")
        self._slow = OverloadLog("A client was too slow with a request, or with reading an answer: closed")
        self.no_descriptors = OverloadLog("No descriptors are left for new connections")

    def __len__(self) -> int:
        return len(self._groups_by_connection)

    def admit(self, address: str) -> bool:
        """Make room for one more connection of this client; False if that is impossible."""
        group, now = client_group(address), self._clock()
        own = self._connections_by_group.get(group, {})
        if len(own) >= self.limits.per_client and not self._is_exempt(address):
            self._greedy.happened(now)
            if not self._drop(own):
                self._refused.happened(now)
                return False
        if len(self._groups_by_connection) >= self.most:
            self._full.happened(now)
            if not self.shed():
                self._refused.happened(now)
                return False
        return True

    def add(self, connection: ClientConnection, address: str) -> None:
        """Count a connection until it is removed."""
        group = client_group(address)
        self._groups_by_connection[connection] = group
        self._connections_by_group.setdefault(group, {})[connection] = None

    def remove(self, connection: ClientConnection) -> None:
        """Stop counting a connection; harmless if it is not counted."""
        group = self._groups_by_connection.pop(connection, None)
        if group is None:
            return
        del self._connections_by_group[group][connection]
        if not self._connections_by_group[group]:
            del self._connections_by_group[group]

    def shed(self) -> int:
        """Close some of the connections that wait for their client; returns how many."""
        return self._drop(self._groups_by_connection)

    def _drop(self, connections: Iterable[ClientConnection]) -> int:
        waiting = [connection for connection in connections if connection.turn is not ConnectionState.SERVER]
        waiting.sort(key=lambda connection: (connection.turn > ConnectionState.IDLE, connection.since))
        dropped = waiting[: max(1, len(waiting) // DROPPED_PART)]
        for connection in dropped:
            self.remove(connection)
            connection.drop()
        return len(dropped)

    def check(self) -> None:
        """Close the connections whose clients have exceeded their time, and log overloads that are over."""
        now = self._clock()
        slow = sum(connection.check(now) for connection in list(self._groups_by_connection))
        if slow:
            self._slow.happened(now, slow)
        for overload in (self._full, self._greedy, self._refused, self._slow, self.no_descriptors):
            overload.check(now)
