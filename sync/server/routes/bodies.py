"""Reading what a kiosk sent: never more than is allowed, packed or not."""

import gzip
import io
import zlib
from typing import TypeVar

import msgspec
from fastapi import Request

from sync.server.problems import Problem
from sync.validation import explain

MAX_MESSAGE_BYTES = 64 * 1024  # of a single JSON message; a heartbeat has some hundred bytes

T = TypeVar("T")


async def read_body(request: Request, limit: int) -> bytes:
    """The body as it travelled. Raises Problem 413 as soon as it is longer than ``limit``."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Problem(413, f"A request may have {limit:,} bytes.")
    return bytes(body)


async def read_message(request: Request, shape: type[T]) -> T:
    """The body as one JSON message of the protocol. Raises Problem 400 and 413."""
    body = unpack(
        await read_body(request, MAX_MESSAGE_BYTES), request.headers.get("content-encoding"), MAX_MESSAGE_BYTES
    )
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise Problem(400, f"Not a message that is understood here: {explain(error, shape)}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, f"Not a message that is understood here: {error}") from error


def unpack(body: bytes, encoding: str | None, limit: int) -> bytes:
    """The body as it was before Content-Encoding. Raises Problem 400, 413, 415."""
    match (encoding or "identity").strip().lower():
        case "identity":
            return body
        case "gzip" | "x-gzip":
            return _gunzip(body, limit) if body else b""
    raise Problem(415, f"Content-Encoding {encoding!r}: send gzip, or nothing.", headers={"Accept-Encoding": "gzip"})


def _gunzip(body: bytes, limit: int) -> bytes:
    """RFC 1952, several members too. Reads one byte past the limit and no further, so a bomb stays packed."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Problem(400, f"The gzip is broken: {error}") from error
    if len(plain) > limit:
        raise Problem(413, f"A request may have {limit:,} bytes unpacked. Send fewer entries at a time.")
    return plain
