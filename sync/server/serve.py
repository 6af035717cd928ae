"""The serving process: listens, says where, and stops cleanly when it is asked to."""

import asyncio
import errno
import gc
import logging
import signal
import socket
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from sync import command_line, logs
from sync.data_dir import locked, prepare
from sync.domain.clock import Clock
from sync.errors import UserError
from sync.server import server_address
from sync.server.app import build
from sync.server.auth import accounts
from sync.server.http.connection_limits import Connections, Limits, raise_descriptor_limit
from sync.server.http.listener import Listener
from sync.server.http.log_limits import RepeatLimit
from sync.server.http.protocol import LimitedProtocol
from sync.server.http.proxies import TrustedProxies
from sync.server.settings import ServerSettings
from sync.server.storage import LOCK, check_file, open_ledger

LINGER_S = 5  # for requests that are being answered when the server stops


def serve(settings: ServerSettings, clock: Clock, limits: Limits | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises UserError."""
    with _alone(settings.place), _listening(*settings.address) as listening, _leaving(settings.place, listening):
        logs.start(logging.INFO, RepeatLimit())
        check_file(settings.place)
        ledger = open_ledger(settings.place, clock)
        try:
            app = build(ledger, settings, clock)
            _run(_Announcing(app, settings, listening, limits or Limits(), accounts.has_any(ledger.store)), listening)
        finally:
            ledger.store.close()


def _alone(place: Path | str) -> AbstractContextManager[None]:
    """One server a folder; beside one PostgreSQL there may be many."""
    return locked(prepare(place), LOCK) if isinstance(place, Path) else nullcontext()


def _leaving(place: Path | str, listening: socket.socket) -> AbstractContextManager[None]:
    """PostgreSQL has no folder to leave the address in."""
    return server_address.published(place, _url(listening)) if isinstance(place, Path) else nullcontext()


def _listening(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers must not wait for an acknowledgement
        return listening
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"{host}:{port}: the port is in use; choose another with --listen HOST:PORT") from error
        raise UserError(f"{host}:{port}: can't listen there ({error.strerror}); choose another: --listen") from error


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: None)  # uvicorn raises the signal anew when it has stopped: it ends here
    gc.freeze()  # what lives as long as the server is not looked through for garbage at each push
    server.run(sockets=[listening])


class _Announcing(uvicorn.Server):
    """Says where it listens, as soon as it does; accepts connections within the limits."""

    def __init__(
        self, app: FastAPI, settings: ServerSettings, listening: socket.socket, limits: Limits, has_accounts: bool
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # a one-time link is in an address
                lifespan="off",
                ws="none",
                server_header=False,
                proxy_headers=False,  # proxies.py believes the proxies of the settings alone
                timeout_keep_alive=limits.idle_s,
                timeout_graceful_shutdown=LINGER_S,
            )
        )
        self._listening = listening
        self._limits = limits
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._has_accounts = has_accounts
        self._listener: Listener | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        loop, self.servers = asyncio.get_running_loop(), []
        most = self._limits.connections or raise_descriptor_limit()
        connections = Connections(self._limits, most, self._proxies.__contains__, loop.time)

        def make_protocol() -> LimitedProtocol:
            return LimitedProtocol(self.config, self.server_state, self.lifespan.state, connections, loop)

        self._listener = Listener(self._listening, connections, make_protocol)
        self._listener.open()
        self.started = True
        command_line.say(f"Hearth server at {_url(self._listening)}", now=True)
        if not self._has_accounts:
            command_line.say("Nobody can sign in yet: run `hearth-server init` for a one-time link.", now=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._listener is not None:
            self._listener.close()
        await super().shutdown(sockets)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
