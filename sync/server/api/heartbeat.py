"""POST /v1/heartbeat: receives a kiosk's state; answers the time, the feed's end and its allocation."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from sync.protocol import Heartbeat, HeartbeatAnswer
from sync.server.api.bearer import KioskDep, TokenDep, TurnDep
from sync.server.api.openapi import JSON, as_json, body_of, replies, reply
from sync.server.dependencies import ServicesDep
from sync.server.kiosks import service as kiosk_service
from sync.server.web.problems import Problem
from sync.server.web.request_bodies import read_message

router = APIRouter()

_DOCUMENTED = {
    "requestBody": {"required": True, "content": body_of("Heartbeat", JSON)},
    "responses": {
        "200": reply(
            "The server's time, the end of the venue's feed (read the feed if it is beyond the last known position), "
            "and the kiosk's allocation. The server accepts `share.given` if `share.version` is its current version "
            "for this kiosk; otherwise it ignores it, and the response's `share` has the current grant. A kiosk "
            "ignores a grant whose version is not higher than its own, and applies a newer one only after it has read "
            "the feed. It may use what was granted minus what it has given back, so that a lost, late or repeated "
            "heartbeat allocates nothing twice.",
            "HeartbeatAnswer",
        ),
        **replies(400, 401, 403, 413, 415, 429, 503),
    },
}


@router.post("/v1/heartbeat", summary="Report the kiosk's state", openapi_extra=_DOCUMENTED)
async def heartbeat(
    request: Request, services: ServicesDep, kiosk: KioskDep, token: TokenDep, turn: TurnDep
) -> Response:
    message = await read_message(request, Heartbeat, services.messages)
    report = message.share
    shares = {"given": report.given, "granted": report.granted} if report else {}
    for name, share in shares.items():
        if share and not share.is_ordered:
            raise Problem(400, f"share.{name}: ranges are [first, last], in order, and no two of them overlap.")
    if turn is not None:  # nothing is allocated to a device until it has proved to be the kiosk
        return as_json(HeartbeatAnswer(services.now, turn=turn))
    answer = await run_in_threadpool(
        kiosk_service.apply_heartbeat,
        services.store,
        kiosk,
        message,
        services.now,
        token or "",
        keyring=services.pass_keyring,
    )
    return as_json(answer)
