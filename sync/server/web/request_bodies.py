"""Reads request bodies within limits of size, as sent and decompressed, and of memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, TypeVar

import msgspec
from fastapi import Request

from sync.protocol import MAX_LINE_BYTES, MAX_PLAIN_BYTES
from sync.server.http.client_address import client_address
from sync.server.http.memory_budget import MemoryBudget, OverBudget, Reservation
from sync.server.web.problems import Problem
from sync.validation import explain

MAX_MESSAGE_BYTES = 64 * 1024  # of a single JSON message; a heartbeat has some hundred bytes
MAX_ENTRIES = 100_000  # more than a valid body of MAX_PLAIN_BYTES can have
PART_BYTES, PART_LINES = 1024 * 1024, 1000  # of a push are decompressed, decoded and stored at once
MIN_PART_BYTES = 128 * 1024  # more than a line
BLOCK = 64 * 1024
COPIES = 2  # of a body while it is assembled
WEIGHT = 8  # bytes of memory for each decompressed byte while it is stored; test_memory.py measures it
RETRY_S = 2

T = TypeVar("T")


async def read_body(request: Request, limit: int, reservation: Reservation) -> bytes:
    """The body as sent. Raises Problem 413 as soon as it is longer than ``limit`` bytes, 429 without memory for it."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > limit:
            raise Problem(413, f"A request may have {limit:,} bytes.")
        await reserve(reservation, COPIES * len(chunk))
        body += chunk
    return bytes(body)


async def reserve(reservation: Reservation, amount: int) -> None:
    """Reserve memory for the request, in bytes. Raises Problem 429."""
    try:
        await reservation.grow(amount)
    except OverBudget as error:
        detail = "Just now more is being read than there is memory for. Send it again later."
        raise Problem(429, detail, "over-budget", headers={"Retry-After": str(RETRY_S)}) from error


async def read_message(request: Request, shape: type[T], budget: MemoryBudget) -> T:
    """Decode the body as one JSON message of the protocol. Raises Problem 400, 413, 415 and 429."""
    async with budget.hold(client_address(request)) as reservation:
        body = await read_body(request, MAX_MESSAGE_BYTES, reservation)
        plain = unpack(body, request.headers.get("content-encoding"), MAX_MESSAGE_BYTES)
        try:
            return msgspec.json.decode(plain, type=shape)
        except msgspec.DecodeError as error:
            raise Problem(400, f"Not a message that is understood here: {explain(error, shape)}") from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise Problem(400, f"Not a message that is understood here: {error}") from error


def part_bytes(body: bytes, encoding: str | None) -> int:
    """How many decompressed bytes to hold in memory at once: as many as the body declares, within limits.

    gzip declares its size at its end (RFC 1952 §2.3.1, ISIZE); one that declares too little is read in smaller parts.
    """
    declared = int.from_bytes(body[-4:], "little") if _is_gzip(encoding) else len(body)
    return max(MIN_PART_BYTES, min(PART_BYTES, declared + 1))


def read_parts(body: bytes, encoding: str | None, max_bytes: int) -> Iterator[list[bytes]]:
    """The lines of a push, without blank ones, in lists of at most PART_LINES lines and ``max_bytes`` bytes.

    Raises Problem 400, 413 and 415, possibly after some parts: so a body of several parts is validated first.
    """
    lines: list[bytes] = []
    size = 0
    for line in _lines(body, encoding):
        if len(line) > MAX_LINE_BYTES:
            raise Problem(413, f"An entry may have {MAX_LINE_BYTES:,} bytes.")
        if lines and (size + len(line) > max_bytes or len(lines) == PART_LINES):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield lines


def _lines(body: bytes, encoding: str | None) -> Iterator[bytes]:
    rest, total, count, is_too_long = b"", 0, 0, False
    for block in _blocks(body, encoding):
        total += len(block)
        if total > MAX_PLAIN_BYTES:
            raise Problem(413, f"A request may have {MAX_PLAIN_BYTES:,} bytes unpacked. Send fewer entries at a time.")
        *whole, rest = (rest + block).split(b"\n")
        count += len(whole)
        if count > MAX_ENTRIES:
            raise Problem(413, f"A request may have {MAX_ENTRIES:,} entries. Send fewer at a time.")
        yield from filter(None, map(bytes.strip, whole))  # to JSON, \r is white space
        if len(rest) > MAX_LINE_BYTES + BLOCK:
            rest, is_too_long = b"", True  # drop it, and go on counting
    if is_too_long:
        raise Problem(413, f"An entry may have {MAX_LINE_BYTES:,} bytes.")
    if rest := rest.strip():
        yield rest


def _blocks(body: bytes, encoding: str | None) -> Iterator[bytes]:
    if not _is_gzip(encoding) or not body:
        yield from _read_blocks(io.BytesIO(unpack(body, encoding, MAX_PLAIN_BYTES)))
        return
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            yield from _read_blocks(file)
    except (EOFError, OSError, zlib.error) as error:
        raise Problem(400, f"The gzip is broken: {error}") from error


def _read_blocks(file: "BinaryIO | gzip.GzipFile") -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _is_gzip(encoding: str | None) -> bool:
    return (encoding or "").strip().lower() in ("gzip", "x-gzip")


def unpack(body: bytes, encoding: str | None, limit: int) -> bytes:
    """The body without its Content-Encoding, at most ``limit`` bytes. Raises Problem 400, 413, 415."""
    match (encoding or "identity").strip().lower():
        case "identity":
            return body
        case "gzip" | "x-gzip":
            return _gunzip(body, limit) if body else b""
    raise Problem(415, f"Content-Encoding {encoding!r}: send gzip, or nothing.", headers={"Accept-Encoding": "gzip"})


def _gunzip(body: bytes, limit: int) -> bytes:
    """Decompress gzip (RFC 1952, several members too), at most one byte beyond the limit: no decompression bombs."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            plain = file.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Problem(400, f"The gzip is broken: {error}") from error
    if len(plain) > limit:
        raise Problem(413, f"A request may have {limit:,} bytes unpacked. Send fewer entries at a time.")
    return plain
