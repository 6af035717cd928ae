"""A download holds no slot and no thread while its client reads, and ends with its client."""

import asyncio
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import suppress

import pytest
from anyio import CapacityLimiter
from fastapi import Request
from starlette.types import Message, Receive, Scope, Send

from sync.server.web.downloads import download
from sync.server.web.overload import Overload

REQUEST = {"type": "http", "method": "GET", "path": "/report.csv", "headers": [], "asgi": {"spec_version": "2.4"}}


class Pieces:
    """Numbered pieces; ``threads``: that made them; ``is_closed``: whether the rest will not be asked for."""

    def __init__(self, count: int) -> None:
        self.made = 0
        self.threads: set[int] = set()
        self.is_closed = False
        self.closing_thread = 0
        self.generator = self._make(count)

    def _make(self, count: int) -> Generator[bytes, None, None]:
        try:
            for number in range(count):
                self.made += 1
                self.threads.add(threading.get_ident())
                yield b"" if number % 2 else str(number).encode()
        finally:
            self.is_closed = True
            self.closing_thread = threading.get_ident()


def served(*downloads: Pieces) -> Overload:
    """An app with one slot that answers the first request with the first pieces, and so on."""
    following = iter(downloads)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = download(
            Request(scope), next(following).generator, CapacityLimiter(1), "text/csv", {"X-Name": "value"}
        )
        await response(scope, receive, send)

    return Overload(app, number=1)


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def body(app: Overload) -> bytes:
    messages = [message async for message in answer(app)]
    assert messages[0]["status"] == 200
    return b"".join(message.get("body", b"") for message in messages[1:])


async def answer(app: Overload) -> AsyncIterator[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    await app(dict(REQUEST), never, send)
    for message in messages:
        yield message


def test_the_pieces_arrive_in_their_order_and_are_made_beside_the_event_loop():
    pieces = Pieces(5)

    assert asyncio.run(body(served(pieces))) == b"024"
    assert pieces.is_closed
    assert len(pieces.threads - {threading.get_ident()}) == 1


def test_a_client_that_does_not_read_holds_no_slot_and_stops_the_work():
    async def run() -> None:
        pieces = Pieces(1000)
        app = served(pieces, Pieces(3))
        reads = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await reads.wait()

        stalled = asyncio.create_task(app(dict(REQUEST), never, send))
        while not pieces.made:
            await asyncio.sleep(0)
        await asyncio.sleep(0)

        assert await body(app) == b"02"
        assert pieces.made == 1
        reads.set()
        await stalled
        assert pieces.made == 1000 and pieces.is_closed

    asyncio.run(run())


def test_a_client_that_goes_away_closes_the_pieces():
    async def run() -> Pieces:
        pieces = Pieces(1000)

        async def send(message: Message) -> None:
            if pieces.made > 3:
                raise OSError("gone")

        with suppress(Exception):
            await served(pieces)(dict(REQUEST), never, send)
        return pieces

    pieces = asyncio.run(run())
    assert pieces.is_closed and pieces.made < 10
    assert pieces.closing_thread != threading.get_ident(), "what it takes to close a file is not the event loop's"


def test_an_error_before_the_first_piece_is_the_callers():
    def broken() -> Generator[bytes, None, None]:
        raise OSError("no space left")
        yield b""

    with pytest.raises(OSError, match="no space"):
        download(Request(REQUEST), broken(), CapacityLimiter(1), "text/csv", {})
