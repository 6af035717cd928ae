"""A client that leaves a download whose file is not ready ends the work; one that closed its half alone reads on."""

import asyncio
import time
from collections.abc import Generator

from anyio import CapacityLimiter
from fastapi import Request
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from sync.server.http.connection_limits import Connections, Limits
from sync.server.http.protocol import LimitedProtocol
from sync.server.web.downloads import download

REQUEST = b"GET /report.xlsx HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"
MANY = 400  # pieces of 10 ms


class Pieces:
    """``made``: so many; ``is_closed``: whether the rest will not be asked for."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.made = 0
        self.is_closed = False

    def make(self) -> Generator[bytes, None, None]:
        """MANY of them."""
        try:
            for _ in range(MANY):
                self.made += 1
                time.sleep(0.01)  # the work of a piece
                yield self.piece
        finally:
            self.is_closed = True


async def leave(pieces: Pieces, *, reads: bool) -> bytes:
    """Ask for the pieces, and close the connection, or one half of it and read."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = download(Request(scope), pieces.make(), CapacityLimiter(1), "text/csv", {})
        await response(scope, receive, send)

    loop = asyncio.get_running_loop()
    connections = Connections(Limits(half_closed_s=0.2), 5, lambda _: False, loop.time)
    config = Config(app, log_config=None, lifespan="off")
    config.load()

    def make_protocol() -> LimitedProtocol:
        protocol = LimitedProtocol(config, ServerState(), {}, connections, loop)
        connections.add(protocol, "127.0.0.1")
        return protocol

    server = await loop.create_server(make_protocol, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        if reads:
            writer.write_eof()
        else:
            writer.close()
        reading = asyncio.create_task(reader.read())
        while not pieces.is_closed:
            connections.check()
            await asyncio.sleep(0.01)
        body = await reading
        writer.close()
        await writer.wait_closed()
    return head + body


def test_a_client_that_leaves_while_nothing_is_sent_ends_the_work() -> None:
    pieces = Pieces(b"")

    asyncio.run(leave(pieces, reads=False))

    assert pieces.made < MANY


def test_a_client_that_has_closed_its_half_reads_to_the_end() -> None:
    pieces = Pieces(b"row")

    answer = asyncio.run(leave(pieces, reads=True))

    assert pieces.made == MANY and answer.count(b"row") == MANY
