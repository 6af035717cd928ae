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
            "`venue.configured`, `pass.revoked`, `pass.forgotten`. The first three are valid only in the journals "
            "listed in `server`: from a kiosk they are not in the feed, and have no effect if an older server includes "
            "them. "
            "`position` is the last position that was read: use it as the next `after`. It may advance although the "
            "response has no entry for this kiosk; an unchanged position means the end of the feed. With `own=true` "
            "the entries are those that this kiosk has pushed, for recovery after a loss of its disk; the response "
            "then has `own`, and the positions are the same. A position beyond the feed's end, or with another `mark`, "
            "leads to `restart`: the database was restored from a backup.",
            "Feed",
            LINKS,
        ),
        **replies(400, 401, 403, 503),
    },
}


@router.get("/v1/feed", summary="Read the venue's feed", openapi_extra=_DOCUMENTED)
async def feed(
    services: ServicesDep,
    kiosk: KioskDep,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    *,
    limit: Annotated[int, Query(ge=1, le=MAX_FEED_ENTRIES)] = 500,
    own: Annotated[bool, Query()] = False,
    mark: Annotated[
        int | None, Query(ge=0, le=2**53, description="the mark of the position `after`, from the response that had it")
    ] = None,
    entry_fields: Annotated[
        str,
        Query(
            max_length=200,
            description="the optional fields of an entry that the kiosk reads, separated by commas: `actor`",
        ),
    ] = "",
) -> Response:
    page = await run_in_threadpool(services.ledger.feed, kiosk.venue.id, after, limit, kiosk.id, own=own, mark=mark)
    server_journals = list(page.server) if page.server or page.lines else None
    readable = entry_fields.split(",")
    entries = [Raw(strip_fields(line, readable).encode()) for line in page.lines]
    return as_json(Feed(entries, page.position, own, None if own else server_journals, page.mark, page.is_restart))
