"""GET /v1/feed: the entries of a venue's other kiosks and of the server, or a kiosk's own after a disk loss."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool
from msgspec import Raw

from sync.domain.events import strip_fields
from sync.protocol import MAX_FEED_ENTRIES, Feed
from sync.server.api.bearer import KioskDep
from sync.server.api.openapi import as_json, replies, reply
from sync.server.dependencies import ServicesDep

router = APIRouter()

LINKS = {
    "next": {
        "operationId": "feed_v1_feed_get",
        "parameters": {"after": "$response.body#/position"},
        "description": "The next page.",
    }
}
_DOCUMENTED = {
    "responses": {
        "200": reply(
            "Entries of the venue's other kiosks, and of the server itself: `session.planned`, `session.cancelled`, "
            "`venue.configured`, `pass.revoked`. The first three are believed from the journals in `server` alone: "
            "what a kiosk states of them is not told on, and has no effect where an older server tells it on. "
            "`position` is how far the feed was looked through: ask again after it. It may move on although no entry "
            "is yours to see; when it stays, there is nothing more just now. With `own=true` it is what the asking "
            "kiosk itself has pushed, for one that has lost its disk; the answer then says `own`, and the positions "
            "are the same ones. A position beyond the feed's end, or whose `mark` is another, is answered with "
            "`restart`: the database was restored from a backup.",
            "Feed",
            LINKS,
        ),
        **replies(400, 401, 403, 503),
    },
}


@router.get("/v1/feed", summary="What the venue's other kiosks did, and what was planned", openapi_extra=_DOCUMENTED)
async def feed(
    services: ServicesDep,
    kiosk: KioskDep,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    *,
    limit: Annotated[int, Query(ge=1, le=MAX_FEED_ENTRIES)] = 500,
    own: Annotated[bool, Query()] = False,
    mark: Annotated[int | None, Query(ge=0, le=2**53, description="of the position `after`, as it was given")] = None,
    entry_fields: Annotated[
        str,
        Query(max_length=200, description="the optional fields of an entry that the kiosk reads, with commas: `actor`"),
    ] = "",
) -> Response:
    page = await run_in_threadpool(services.ledger.feed, kiosk.venue.id, after, limit, kiosk.id, own=own, mark=mark)
    server_journals = list(page.server) if page.server or page.lines else None
    readable = entry_fields.split(",")
    entries = [Raw(strip_fields(line, readable).encode()) for line in page.lines]
    return as_json(Feed(entries, page.position, own, None if own else server_journals, page.mark, page.is_restart))
