"""Accepts connections: within the limits, and without a word for each that finds no place.

asyncio's own loop accepts whatever comes; without descriptors it logs a traceback for each try, thousands a second.
"""

import asyncio
import socket
from collections.abc import Callable

from sync.server.http.connection_limits import Connections
from sync.server.http.protocol import LimitedProtocol

BACKLOG = 2048  # connections that wait to be accepted; the system may have a lower limit (net.core.somaxconn)
AT_ONCE = 64  # are accepted before those that are there are heard again
REST_S = 0.2  # after a try for which no descriptor was left
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nCache-Control: no-store\r\n"
    b"Connection: close\r\n\r\n"
)


class Listener:
    """One listening socket on the running event loop."""

    def __init__(
        self,
        listening: socket.socket,
        connections: Connections,
        make_protocol: Callable[[], LimitedProtocol],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listening = listening
        self._connections = connections
        self._make_protocol = make_protocol
        self._arrivals: set[asyncio.Task[object]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._is_open = False

    def open(self) -> None:
        """Begin to accept."""
        self._listening.setblocking(False)
        self._listening.listen(BACKLOG)
        self._is_open = True
        self._resume()
        self._look()

    def close(self) -> None:
        """Accept no more; the connections that are there go on, and keep their time limits."""
        self._is_open = False
        self._loop.remove_reader(self._listening.fileno())

    def _resume(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._listening.fileno(), self._accept)

    def _look(self) -> None:
        self._connections.look()
        self._timers["look"] = self._loop.call_later(self._connections.limits.look_s, self._look)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no descriptors, or no memory for another one (accept(2))
                self._rest()
                return
            self._take(accepted, str(address[0]))

    def _rest(self) -> None:
        self._connections.no_descriptors.happened(self._loop.time())
        self._connections.shed()
        self._loop.remove_reader(self._listening.fileno())
        self._timers["resume"] = self._loop.call_later(REST_S, self._resume)

    def _take(self, accepted: socket.socket, address: str) -> None:
        accepted.setblocking(False)
        if not self._connections.admit(address):
            _refuse(accepted)
            return
        protocol = self._make_protocol()
        self._connections.hold(protocol, address)
        arrival = self._loop.create_task(self._arrive(accepted, protocol))
        self._arrivals.add(arrival)
        arrival.add_done_callback(self._arrivals.discard)

    async def _arrive(self, accepted: socket.socket, protocol: LimitedProtocol) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, accepted)
        except OSError:  # it has gone in the meantime
            self._connections.lost(protocol)
            accepted.close()


def _refuse(accepted: socket.socket) -> None:
    """Without waiting for anything: a new connection's buffer has room for these few bytes."""
    try:
        accepted.send(BUSY)
    except OSError:
        pass  # it has gone already, which is what this is for
    finally:
        accepted.close()
