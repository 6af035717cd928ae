"""POST /v1/journals/{journal}/entries: stores a kiosk's entries in the order of their journal."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from sync.domain.events import YEAR_9999, Time
from sync.ledger.journal_lines import BadFraming, check_framing
from sync.ledger.journals import Absorbed, NotOwner
from sync.protocol import (
    MAX_LINE_BYTES,
    MAX_PLAIN_BYTES,
    MAX_PUSH_BYTES,
    NDJSON,
    NOT_YOURS,
    UNSENT_FROM,
    Pushed,
)
from sync.server.api.bearer import KioskDep
from sync.server.api.openapi import as_json, body_of, replies, reply
from sync.server.dependencies import Services, ServicesDep
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk
from sync.server.web.problems import Problem
from sync.server.web.request_bodies import MAX_ENTRIES, WEIGHT, part_bytes, read_body, read_parts, reserve

UnsentFrom = Annotated[
    int | None,
    Header(
        alias=UNSENT_FROM,
        ge=0,
        le=YEAR_9999,
        description="the earliest time of the entries that the kiosk has not sent yet, beyond this push, in ms since "
        "1970 UTC; 0: unknown. Without it the server assumes that the kiosk has reported up to the time of the last "
        "entry of the push, which is wrong if the clock was set back.",
    ),
]

router = APIRouter()

LINKS = {
    "next": {
        "operationId": "push_v1_journals__journal__entries_post",
        "parameters": {"journal": "$request.path.journal"},
        "description": "Push the entries after `acknowledged` to the same journal.",
    },
    "news": {
        "operationId": "feed_v1_feed_get",
        "parameters": {"after": "$response.body#/feed_before"},
        "description": "Read the feed from the position that it had before this push.",
    },
}
_DOCUMENTED = {
    "requestBody": {
        "description": "One Entry per line, in the order of `seq`. Blank lines are ignored; the last line needs no "
        f"line end; an empty or missing body queries the last stored `seq`. At most {MAX_PUSH_BYTES:,} bytes as sent "
        f"and {MAX_PLAIN_BYTES:,} decompressed, {MAX_ENTRIES:,} lines, and {MAX_LINE_BYTES:,} bytes per line. The "
        "schema describes one line.",
        "required": False,
        "content": body_of("Line", NDJSON),
    },
    "parameters": [
        {
            "name": "Content-Encoding",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "enum": ["gzip", "identity"]},
        }
    ],
    "responses": {
        "200": reply(
            "All entries up to `acknowledged` are durable. Pushing them again has no effect.", "Pushed", LINKS
        ),
        "409": reply(
            "A gap (`expected`: the next `seq` to send) or a fork (`forked`: another fact is stored at that `seq`; "
            "begin a new journal and copy the unacknowledged facts into it with their ids).",
            "PlaceProblem",
        ),
        **replies(400, 401, 403, 413, 415, 429, 503),
    },
}


@router.post("/v1/journals/{journal}/entries", summary="Push entries", openapi_extra=_DOCUMENTED)
async def push(
    journal: UUID, request: Request, services: ServicesDep, kiosk: KioskDep, unsent_from: UnsentFrom = None
) -> Response:
    encoding = request.headers.get("content-encoding")
    async with services.bodies.hold(kiosk.id) as body_memory, services.parsing.hold(kiosk.id) as parsing_memory:
        packed = await read_body(request, MAX_PUSH_BYTES, body_memory)
        max_part = part_bytes(packed, encoding)
        await reserve(parsing_memory, WEIGHT * max_part)
        body = _Body(packed, encoding, max_part, unsent_from)
        return as_json(await run_in_threadpool(_store, services, kiosk, journal, body))


class _Body(msgspec.Struct, frozen=True):
    """The body of a push, not decoded; ``max_part``: how many decompressed bytes of it may be in memory."""

    packed: bytes
    encoding: str | None
    max_part: int
    unsent_from: int | None

    def lines_in_parts(self) -> Iterator[list[bytes]]:
        """Its lines. Raises Problem."""
        return read_parts(self.packed, self.encoding, self.max_part)


def _store(services: Services, kiosk: Kiosk, journal: UUID, body: _Body) -> Pushed:
    try:
        return _acknowledge(_absorb(services, kiosk, journal, body))
    except BadFraming as error:
        raise Problem(400, str(error), "framing") from error


def _absorb(services: Services, kiosk: Kiosk, journal: UUID, body: _Body) -> Absorbed:
    """Store a push part by part. Raises BadFraming before anything is stored, and Problem."""
    parts = body.lines_in_parts()
    first, second = next(parts, []), next(parts, None)
    if second is None:
        return _absorb_part(services, kiosk, journal, first, _reported_up_to(first, body.unsent_from))
    for lines in chain([first, second], parts):
        check_framing(journal, lines)
    del first, second
    absorbed, parts = Absorbed(0), body.lines_in_parts()
    following: list[bytes] | None = next(parts)
    while following is not None and absorbed.is_whole:
        lines, following = following, next(parts, None)
        up_to = _reported_up_to(lines, body.unsent_from) if following is None else None  # more is still to be stored
        absorbed = absorbed.followed_by(_absorb_part(services, kiosk, journal, lines, up_to))
    return absorbed


def _absorb_part(services: Services, kiosk: Kiosk, journal: UUID, lines: list[bytes], up_to: int | None) -> Absorbed:
    now = services.now

    def record_contact(connection: Connection, absorbed: Absorbed) -> None:
        kiosk_repository.record_contact(connection, kiosk.id, up_to if absorbed.is_whole else None, now)

    try:
        return services.ledger.absorb(journal, lines, kiosk.id, kiosk.venue.id, record_contact)
    except NotOwner as error:
        members = {} if lines else {"acknowledged": error.last}
        raise Problem(403, str(error), NOT_YOURS, members) from error


def _acknowledge(absorbed: Absorbed) -> Pushed:
    if absorbed.expected is not None:
        detail = f"Entry {absorbed.expected} must come next."
        raise Problem(409, detail, "gap", {"expected": absorbed.expected})
    if absorbed.forked is not None:
        detail = f"At {absorbed.forked} another fact is stored. Open a new journal."
        raise Problem(409, detail, "fork", {"forked": absorbed.forked})
    return Pushed(
        absorbed.acknowledged,
        absorbed.quarantined,
        absorbed.feed_before,
        absorbed.feed,
        absorbed.mark_before,
        absorbed.mark,
    )


class _LineClock(msgspec.Struct):
    sure: bool


class _LineTime(msgspec.Struct):
    at: Time
    clock: _LineClock


def _reported_up_to(lines: list[bytes], unsent_from: int | None) -> int | None:
    """Before which time (ms since 1970 UTC) the kiosk has sent everything, once these are stored; None: unknown."""
    last_at = _time_of(lines[-1]) if lines else None
    if last_at is None or unsent_from == 0:
        return None
    return last_at if unsent_from is None else min(last_at, unsent_from)


def _time_of(line: bytes) -> int | None:
    """When the entry happened; None for an unreadable line or an unset clock."""
    try:
        entry = msgspec.json.decode(line, type=_LineTime)
    except (msgspec.DecodeError, RecursionError):
        return None
    return entry.at if entry.clock.sure else None
