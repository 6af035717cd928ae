"""Responses that go out as their pieces are made, however many these are."""

from collections.abc import AsyncIterator, Generator, Mapping

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

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
    return StreamingResponse(_all(first, pieces, threads), headers=dict(headers), media_type=media_type)


def headers_alone(media_type: str, headers: Mapping[str, str]) -> Response:
    """The response to a HEAD request for a body that would take long to make, so that its length is not known."""
    return StreamingResponse(iter(()), headers=dict(headers), media_type=media_type)


async def _all(first: bytes, pieces: Generator[bytes, None, None], threads: CapacityLimiter) -> AsyncIterator[bytes]:
    try:
        piece: bytes | None = first
        while piece is not None:
            if piece:
                yield piece
            piece = await to_thread.run_sync(next, pieces, None, limiter=threads)
    finally:
        pieces.close()
