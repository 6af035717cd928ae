"""Responses that go out as their pieces are made, however many these are."""

from collections.abc import AsyncIterator, Generator, Mapping

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sync.server.http.head_requests import is_head


def download(
    request: Request,
    pieces: Generator[bytes, None, None],
    threads: CapacityLimiter,
    media_type: str,
    headers: Mapping[str, str],
) -> Response:
    """A response of these pieces; an error before the first one is the caller's.

    The others are made in ``threads``, one at a time for each response, while the client takes the one before: without
    the request's slot (overload.py), which is released when the response begins. So a piece must not hold a database
    connection beyond its making. A client that goes away closes the pieces; for a HEAD request none is made.
    """
    if is_head(request):
        return headers_alone(media_type, headers)
    first = next(pieces, b"")
    return _Download(first, pieces, threads, media_type, headers)


def headers_alone(media_type: str, headers: Mapping[str, str]) -> Response:
    """The response to a HEAD request for a body that would take long to make, so that its length is not known."""
    return StreamingResponse(iter(()), headers=dict(headers), media_type=media_type)


class _Download(StreamingResponse):
    """A response that closes its pieces at its end, whatever that is."""

    def __init__(
        self,
        first: bytes,
        pieces: Generator[bytes, None, None],
        threads: CapacityLimiter,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(_all(first, pieces, threads), headers=dict(headers), media_type=media_type)
        self._pieces = pieces
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):  # closing finishes a workbook, which takes long: not on the event loop
                await to_thread.run_sync(self._pieces.close, limiter=self._threads)


async def _all(first: bytes, pieces: Generator[bytes, None, None], threads: CapacityLimiter) -> AsyncIterator[bytes]:
    piece: bytes | None = first
    while piece is not None:
        if piece:
            yield piece
        piece = await to_thread.run_sync(next, pieces, None, limiter=threads)
