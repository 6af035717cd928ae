"""Accepts connections within the limits, and without a log line for each that is refused.

asyncio's own server accepts without limits; without descriptors it logs a traceback for each try, thousands a second.
"""

import asyncio
import socket
from collections.abc import Callable

from sync.server.http.connection_limits import Connections
from sync.server.http.protocol import LimitedProtocol

BACKLOG = 2048  # connections that wait to be accepted; the system may have a lower limit (net.core.somaxconn)
BATCH = 64  # connections accepted before existing ones are served again
PAUSE_S = 0.2  # after a try for which no descriptor was left
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
        self._tasks: set[asyncio.Task[object]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._is_open = False

    def open(self) -> None:
        """Start accepting."""
        self._listening.setblocking(False)
        self._listening.listen(BACKLOG)
        self._is_open = True
        self._resume()
        self._check()

    def close(self) -> None:
        """Stop accepting; open connections continue, with their time limits."""
        self._is_open = False
        self._loop.remove_reader(self._listening.fileno())

    def _resume(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._listening.fileno(), self._accept)

    def _check(self) -> None:
        self._connections.check()
        self._timers["check"] = self._loop.call_later(self._connections.limits.check_s, self._check)

    def _accept(self) -> None:
        for _ in range(BATCH):
            try:
                accepted, address = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no descriptors, or no memory for another one (accept(2))
                self._pause()
                return
            self._admit(accepted, str(address[0]))

    def _pause(self) -> None:
        self._connections.no_descriptors.happened(self._loop.time())
        self._connections.shed()
        self._loop.remove_reader(self._listening.fileno())
        self._timers["resume"] = self._loop.call_later(PAUSE_S, self._resume)

    def _admit(self, accepted: socket.socket, address: str) -> None:
        accepted.setblocking(False)
        if not self._connections.admit(address):
            _refuse(accepted)
            return
        protocol = self._make_protocol()
        self._connections.add(protocol, address)
        task = self._loop.create_task(self._connect(accepted, protocol))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, accepted: socket.socket, protocol: LimitedProtocol) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, accepted)
        except OSError:  # the client has closed it meanwhile
            self._connections.remove(protocol)
            accepted.close()


def _refuse(accepted: socket.socket) -> None:
    """Send 503 without waiting: a new connection's buffer has room for it."""
    try:
        accepted.send(BUSY)
    except OSError:
        pass  # the client has closed it, and needs no response
    finally:
        accepted.close()
