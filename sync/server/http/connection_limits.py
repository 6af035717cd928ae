"""How many connections the server holds, for whom, and which of them make room when there are too many.

A connection costs a descriptor and some memory as long as its client likes, unless the server limits it. The rules:

- Every connection has a turn: the client's (it has to send or to read something) or the server's. Only the client's
  turns have time limits; http_protocol.py keeps them.
- In all there are fewer connections than descriptors, and of one client no more than ``per_client``. A new connection
  always gets in: the oldest ones whose turn is the client's are closed for it. Since the oldest go first, an honest
  client, which sends at once what it has to send, is served even while others hold every place.
- Where every request is being worked on, a new connection is refused.
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
DROPPED_PART = 16  # of many connections a sixteenth is closed at once: they are looked through, which takes time
QUIET_S = 60.0  # without a further one, an overload is over

log = logging.getLogger("hearth.http")


@dataclass(frozen=True)
class Limits:
    """Times in seconds, rates in bytes a second. The figures for bodies follow Apache's mod_reqtimeout."""

    connections: int | None = None  # None: as many as the descriptors allow, and MOST at most
    per_client: int = 128  # of one address (IPv6: /64); many kiosks may share one behind a router
    headers_s: float = 20.0  # until a request's headers are complete
    idle_s: int = 5  # between two requests
    transfer_s: float = 30.0  # for a body or an answer, and longer only while ``least_rate`` is kept
    least_rate: int = 500
    longest_body_s: float = 300.0
    linger_s: float = 5.0  # for the client to read the last answer before the connection is closed
    look_s: float = 1.0  # between two looks at the time limits


class ConnectionState(IntEnum):
    """Whose turn it is on a connection; lower ones are dropped first."""

    CLOSING = 0  # the last answer was given
    IDLE = 1  # between two requests
    CLIENT = 2  # headers, a body or an answer's reader is awaited
    SERVER = 3  # never dropped


class ClientConnection(Protocol):
    """What has to be known of a connection here."""

    client: tuple[str, int] | None

    @property
    def turn(self) -> ConnectionState:
        """Whose turn it is."""

    @property
    def since(self) -> float:
        """When that turn began, in the event loop's time."""

    def look(self, now: float) -> bool:
        """Close the connection where its client has used up its time; returns whether it did."""

    def drop(self) -> None:
        """Close the connection at once."""


@lru_cache(maxsize=4096)
def client_group(address: str) -> str:
    """Whose connections are counted together: an IPv4 address, or the /64 that one IPv6 subscriber has (RFC 6177)."""
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
    """Allow this process as many descriptors as it may have and needs; returns how many connections that makes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY or soft >= DESCRIPTORS:
        return MOST
    return max(LEAST, soft - RESERVED, soft // 2)


class OverloadLog:
    """Something that may happen thousands of times a second: one line when it begins, one when it is over."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._count = 0
        self._began = self._last = 0.0

    def happened(self, now: float, count: int = 1) -> None:
        """Count it; the first is logged."""
        if not self._count:
            self._began = now
            log.warning("%s. Further ones are counted.", self._what)
        self._count += count
        self._last = now

    def look(self, now: float, quiet_s: float = QUIET_S) -> None:
        """Log how many there were, once there are no more."""
        if self._count and now - self._last >= quiet_s:
            if self._count > 1:
                log.warning("%s: %d in %.0f s; over now", self._what, self._count, self._last - self._began)
            self._count = 0


class Connections:
    """The connections of one server, which all live on one thread: the event loop's."""

    def __init__(self, limits: Limits, most: int, is_exempt: Callable[[str], bool], clock: Callable[[], float]) -> None:
        """``is_exempt``: addresses that speak for many clients and are not limited, such as a reverse proxy."""
        self.limits = limits
        self.most = most
        self._is_exempt = is_exempt
        self._clock = clock
        self._held: dict[ClientConnection, str] = {}
        self._groups: dict[str, dict[ClientConnection, None]] = {}  # in the order in which they came
        self._full = OverloadLog(f"All {most} connections are in use; the oldest that wait for their client are closed")
        self._greedy = OverloadLog(
            f"A client has {limits.per_client} connections; its oldest that wait for it are closed for new ones"
        )
        self._refused = OverloadLog("A connection was refused, because every other one is being served")
        self._slow = OverloadLog("A client was too slow with a request, or with reading an answer: closed")
        self.no_descriptors = OverloadLog("No descriptors are left for new connections")

    def __len__(self) -> int:
        return len(self._held)

    def admit(self, address: str) -> bool:
        """Make room for one more connection of this client; False where there is none to be had."""
        group, now = client_group(address), self._clock()
        own = self._groups.get(group, {})
        if len(own) >= self.limits.per_client and not self._is_exempt(address):
            self._greedy.happened(now)
            if not self._drop(own):
                self._refused.happened(now)
                return False
        if len(self._held) >= self.most:
            self._full.happened(now)
            if not self.shed():
                self._refused.happened(now)
                return False
        return True

    def hold(self, connection: ClientConnection, address: str) -> None:
        """Count a connection until it is lost."""
        group = client_group(address)
        self._held[connection] = group
        self._groups.setdefault(group, {})[connection] = None

    def lost(self, connection: ClientConnection) -> None:
        """Count it no more; harmless for one that is not counted."""
        group = self._held.pop(connection, None)
        if group is None:
            return
        del self._groups[group][connection]
        if not self._groups[group]:
            del self._groups[group]

    def shed(self) -> int:
        """Close some of the connections that wait for their client; returns how many."""
        return self._drop(self._held)

    def _drop(self, of: Iterable[ClientConnection]) -> int:
        waiting = [one for one in of if one.turn is not ConnectionState.SERVER]
        waiting.sort(key=lambda one: (one.turn > ConnectionState.IDLE, one.since))
        dropped = waiting[: max(1, len(waiting) // DROPPED_PART)]
        for connection in dropped:
            self.lost(connection)
            connection.drop()
        return len(dropped)

    def look(self) -> None:
        """Close the connections whose clients have used up their time, and log what is over."""
        now = self._clock()
        slow = sum(connection.look(now) for connection in list(self._held))
        if slow:
            self._slow.happened(now, slow)
        for overload in (self._full, self._greedy, self._refused, self._slow, self.no_descriptors):
            overload.look(now)
