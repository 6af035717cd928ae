"""POST /v1/enrol: exchanges a pairing code for a kiosk's identity and token."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from sync.protocol import Enrolled, EnrolRequest
from sync.server.api.bearer import SenderDep, TokenDep, valid_device
from sync.server.api.openapi import JSON, as_json, body_of, refusal, replies, reply
from sync.server.dependencies import Services, ServicesDep
from sync.server.http.client_address import client_network
from sync.server.kiosks import pairing
from sync.server.rate_limit import Limit, Window
from sync.server.web.problems import Problem
from sync.server.web.request_bodies import read_message

router = APIRouter()

CODES = Window(20, 60_000)  # wrong codes from one network

_DOCUMENTED = {
    "description": "A kiosk that was enrolled here before may send its old token. For the same venue it keeps its "
    "identity, and the old token expires when the new one is first used. For another venue it gets a new identity, and "
    "the old pairing ends. If another device is in use as the kiosk of that token (Hearth-Device), this one gets a new "
    "identity, and the response has `copied`.",
    "security": [{}],  # or with the token
    "requestBody": {"required": True, "content": body_of("EnrolRequest", JSON)},
    "responses": {
        "200": reply(
            "The kiosk's identity and token; no other response contains the token. `share` is what the kiosk may "
            "allocate offline: everything for a venue's first kiosk, little for a later one until the others have "
            "given back.",
            "Enrolled",
        ),
        "403": reply("The code is wrong, already used or expired; `detail` says which.", "Problem"),
        "429": refusal(429, "Too many wrong codes, or too many requests. Try again after Retry-After seconds."),
        **replies(400, 413, 415, 503),
    },
}


@router.post("/v1/enrol", summary="Enrol a kiosk", openapi_extra=_DOCUMENTED)
async def enrol(request: Request, services: ServicesDep, token: TokenDep, sender: SenderDep) -> Response:
    message = await read_message(request, EnrolRequest, services.messages)
    device = valid_device(sender)
    return as_json(await run_in_threadpool(_enrol, services, message, client_network(request), token, device))


def _enrol(services: Services, message: EnrolRequest, network: str, token: str | None, device: str | None) -> Enrolled:
    now, limits = services.now, [Limit("pairing codes", network, CODES)]
    if refusal := services.limiter.begin(limits, now):
        seconds = str(-(-refusal.wait // 1000))
        detail = f"Too many wrong codes. Try again in {seconds} seconds."
        raise Problem(429, detail, "too-many-tries", headers={"Retry-After": seconds})
    try:
        enrolled = pairing.enrol(
            services.ledger, message.code, now, token, message.device, device=device, reads=message.reads
        )
    except pairing.CodeRefused as error:
        raise Problem(403, str(error), "code-refused") from error
    services.limiter.take_back(limits)
    return enrolled
