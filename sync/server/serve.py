"""The serving process: listens, prints its address, and shuts down cleanly on SIGTERM or SIGINT."""

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
from sync.server.passes.spreading import SpreadingThread
from sync.server.planning.calendar_fetch import FetchLimits
from sync.server.planning.calendar_thread import CalendarThread
from sync.server.reports.finished_file import remove_leftovers
from sync.server.reports.rollup_thread import RollupThread
from sync.server.settings import ServerSettings
from sync.server.storage import LOCK, check_file, open_ledger

LINGER_S = 5  # for requests that are in progress when the server stops


def serve(settings: ServerSettings, clock: Clock, limits: Limits | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises UserError."""
    with _locked(settings.place), _listen(*settings.address) as listening, _published(settings.place, listening):
        logs.start(logging.INFO, RepeatLimit())
        check_file(settings.place)
        if isinstance(settings.place, Path):
            remove_leftovers(settings.place)
        ledger = open_ledger(settings.place, clock)
        try:
            app = build(ledger, settings, clock)
            server = _Server(app, settings, listening, limits or Limits(), accounts.has_any(ledger.store))
            calendars = CalendarThread(ledger, FetchLimits(settings.allowed_networks))
            threads = RollupThread(ledger.store, clock), SpreadingThread(ledger), calendars
            for thread in threads:
                thread.start()
            try:
                _run(server, listening)
            finally:
                for thread in threads:
                    thread.stop()
        finally:
            ledger.store.close()


def _locked(place: Path | str) -> AbstractContextManager[None]:
    """Lock a data folder, which one server uses at a time; PostgreSQL may have many."""
    return locked(prepare(place), LOCK) if isinstance(place, Path) else nullcontext()


def _published(place: Path | str, listening: socket.socket) -> AbstractContextManager[None]:
    """Publish the address in the data folder, if there is one."""
    return server_address.published(place, _url(listening)) if isinstance(place, Path) else nullcontext()


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # send responses at once (no Nagle delay)
        return listening
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"{host}:{port}: the port is in use; choose another with --listen HOST:PORT") from error
        raise UserError(f"{host}:{port}: can't listen there ({error.strerror}); choose another: --listen") from error


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: None)  # uvicorn raises the signal again after it has stopped: ignore it
    gc.freeze()  # exclude long-lived objects from garbage collection
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's server, which prints its address once it listens and accepts connections within the limits."""

    def __init__(
        self, app: FastAPI, settings: ServerSettings, listening: socket.socket, limits: Limits, has_accounts: bool
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # paths may contain one-time links
                lifespan="off",
                ws="none",
                server_header=False,
                proxy_headers=False,  # ForwardedClients trusts the proxies of the settings only
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
        command_line.print_line(f"Hearth server at {_url(self._listening)}", now=True)
        if not self._has_accounts:
            command_line.print_line("Nobody can sign in yet: run `hearth-server init` for a one-time link.", now=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._listener is not None:
            self._listener.close()
        await super().shutdown(sockets)


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
