"""The OpenAPI document, generated from the records that decode and encode the messages."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from msgspec import Struct

from sync import protocol
from sync.domain.events import KINDS, Entry
from sync.protocol import PROBLEM

JSON = "application/json"
VERSION = "1"
SCHEMAS = "#/components/schemas/"
MESSAGES = (
    protocol.EnrolRequest,
    protocol.Enrolled,
    protocol.Heartbeat,
    protocol.HeartbeatAnswer,
    protocol.Pushed,
    protocol.Feed,
    Entry,
    *KINDS.values(),
)
DESCRIPTION = """\
What a Hearth kiosk asks its server. A kiosk enrols once with a code, then pushes the entries of its journals in order \
and tells now and then how it is. Times are milliseconds since 1970 UTC. Every refusal is RFC 9457 problem+json. \
Whole numbers are written without a decimal point or an exponent.

An Entry of a kind, version or shape that is not in this document is stored all the same, counted as `quarantined`, \
and read after the upgrade that understands it.

What an entry means beyond its shape:

- `session.planned`, `session.cancelled` and `venue.configured` are the server's to state: from a kiosk they are \
stored, counted as `quarantined`, told to nobody and without effect. A pass may be revoked by a kiosk too.
- Of one visit or session the first 1,000 facts in the order (`tick`, `id`) count; what is beyond is stored, told on \
and without effect.
- A 409 has stored what stood before the gap or the fork; only the rest is to be sent, or carried over.
- `zone` is the zone's id as enrolment gave it, or its name from a kiosk that recorded before it was enrolled.
- `kept` may be more than `party_size`: it is counted as told, and the phone-free hours of such a party are none, \
since they are (`party_size` − `kept`, never below 0) × the phone-free time.
- `clock.anchored` moves the entries of its boot whose `clock.sure` is false, and no others: a sure time stands.
- A `phone.returned` after a `phone.taken` with `early` true changes nothing: the phone-free time ended at the taking.
- `session.closed` ends the visits that nobody checked out, at its own time and as an estimate; a party that came in \
after that, at a kiosk that had not heard of it, is still in.
- A stay within one boot is as long as `clock.up` says, whatever became of the wall clock; one that began in another \
boot is as long as the two times say, after their anchors.
- A check-in from before 2020 has no known day, since its clock was never set: it is in no row of a report, and told \
beside the rows until an anchor gives it one."""
REFUSALS = {
    400: "The framing is broken: not JSON, a line without a place, bad gzip.",
    401: "No token, one that is not known here, or (`type` ends in /revoked) its pairing was ended: enrol again.",
    403: "The journal belongs to another kiosk; or (`type` ends in /copied) the device works on a copy of the data of "
    "a kiosk that is in use: enrol it with a code of its own.",
    413: "The body is too large, as sent or unpacked: a single message may have 65,536 bytes.",
    415: "A Content-Encoding other than gzip or identity.",
    429: "Too much at once, of this client or of all. Send it again after Retry-After seconds.",
    503: "The server can't write just now. Send it again after Retry-After seconds; what is here already counts once.",
}
_SECONDS = {"type": "integer", "minimum": 0, "description": "seconds"}
HEADERS: dict[int, tuple[str, dict[str, object]]] = {
    401: ("WWW-Authenticate", {"type": "string"}),
    415: ("Accept-Encoding", {"type": "string"}),
    429: ("Retry-After", _SECONDS),
    503: ("Retry-After", _SECONDS),
}
LINE_SCHEMA = {
    "description": "An Entry; or any other object with its place in the journal, which is stored, counted as "
    "`quarantined`, and read after the upgrade that understands it.",
    "anyOf": [
        {"$ref": SCHEMAS + "Entry"},
        {
            "type": "object",
            "properties": {"seq": {"type": "integer", "minimum": 1, "maximum": 2**53}},
            "required": ["seq"],
        },
    ],
}
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what happened and what to do, for people"},
    },
    "required": ["type", "title", "status", "detail"],
}
PLACE_PROBLEM_SCHEMA = {
    "title": "PlaceProblem",
    "description": "A gap or a fork: one of the two members is there. What stood before that place is stored.",
    "allOf": [{"$ref": SCHEMAS + "Problem"}],
    "type": "object",
    "properties": {"expected": {"type": "integer"}, "forked": {"type": "integer"}},
    "oneOf": [{"required": ["expected"]}, {"required": ["forked"]}],
}


def as_json(message: Struct) -> Response:
    """A message of the protocol as a response."""
    return Response(msgspec.json.encode(message), media_type=JSON)


def body_of(name: str, media_type: str) -> dict[str, object]:
    """The content of a request or response that is one of our schemas."""
    return {media_type: {"schema": {"$ref": SCHEMAS + name}}}


def reply(description: str, name: str, links: Mapping[str, object] | None = None) -> dict[str, object]:
    """A documented response, and which request may follow it."""
    media_type = PROBLEM if name.endswith("Problem") else JSON
    response: dict[str, object] = {"description": description, "content": body_of(name, media_type)}
    return {**response, "links": links} if links else response


def refusal(status: int, description: str) -> dict[str, object]:
    """A documented refusal, with the header that goes with its status."""
    response = reply(description, "Problem")
    if status in HEADERS:
        name, schema = HEADERS[status]
        response["headers"] = {name: {"required": True, "schema": schema}}
    return response


def replies(*statuses: int) -> dict[str, dict[str, object]]:
    """The usual refusals."""
    return {str(status): refusal(status, REFUSALS[status]) for status in statuses}


def install(app: FastAPI) -> None:
    """Make the app serve this document instead of FastAPI's own; it is built once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the kiosks' API."""
    document = get_openapi(title="Hearth", version=VERSION, description=DESCRIPTION, routes=app.routes)
    _, schemas = msgspec.json.schema_components(MESSAGES, ref_template=SCHEMAS + "{name}")
    schemas["Entry"] = _with_bodies(schemas["Entry"])
    schemas["Feed"]["properties"]["entries"]["items"] = {"$ref": SCHEMAS + "Entry"}
    for schema in schemas.values():
        _name_keys(schema)
    schemas |= {"Problem": PROBLEM_SCHEMA, "PlaceProblem": PLACE_PROBLEM_SCHEMA, "Line": LINE_SCHEMA}
    document.setdefault("components", {})["schemas"] = schemas
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # FastAPI's own; ours is a 400
            _forbid_null_headers(operation)
    return document


def _forbid_null_headers(operation: dict[str, Any]) -> None:
    """FastAPI declares an optional header nullable; a header can't be null."""
    for parameter in operation.get("parameters", ()):
        options = parameter["schema"].pop("anyOf", ()) if parameter["in"] == "header" else ()
        for option in options:
            if option != {"type": "null"}:
                parameter["schema"] = {**option, **parameter["schema"]}


def _name_keys(schema: dict[str, Any]) -> None:
    """Declare the format of an object's keys, which msgspec omits: in `seats` they are session ids."""
    for field in schema.get("properties", {}).values():
        if field.get("maxProperties"):
            field["propertyNames"] = {"format": "uuid"}


def _with_bodies(entry: dict[str, Any]) -> dict[str, Any]:
    """The envelope, with the body of each kind and version."""
    tags = {name: {"kind": {"const": name[0]}, "v": {"const": name[1]}} for name in KINDS}
    current = [{"properties": {**tag, "body": {"$ref": SCHEMAS + KINDS[name].__name__}}} for name, tag in tags.items()]
    later = {
        "description": "a kind or version of a later release: kept, and read after the upgrade",
        "properties": {"body": {"type": "object"}},
        "not": {"anyOf": [{"properties": tag} for tag in tags.values()]},
    }
    return {**entry, "anyOf": [*current, later]}
