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
The API between a Hearth kiosk and its server. A kiosk enrols once with a pairing code, then pushes the entries of its \
journals in order, reads its venue's feed, and sends a heartbeat about once a minute. Times are milliseconds since \
1970 UTC. Every error response is problem+json (RFC 9457). Integers are written without a decimal point or an exponent.

An Entry whose kind, version or shape is not in this document is stored, counted as `quarantined`, and processed after \
an upgrade that can read it.

Rules that the schemas do not express:

- Only the server may state `session.planned`, `session.cancelled` and `venue.configured`. From a kiosk they are \
stored and counted as `quarantined`; they are not in the feed and have no effect. `pass.revoked` and `pass.forgotten` \
may come from the server or from a kiosk.
- Whoever learns of a `pass.forgotten` removes `pass` from the stored bodies of `visit.checked_in`, and sets it to \
null in those of `visit.pass_given`, where UUIDv5(`pass`) is its subject; also in those that arrive later. The ids and \
places of these entries stay.
- For each visit and each session the first 1,000 facts in the order (`tick`, `id`) count. Further facts are stored \
and in the feed, but have no effect.
- A 409 response means that the entries before the gap or the fork are stored. Send only the rest again, or copy it \
into a new journal.
- `zone` is the id of the zone from the enrolment, or its name in entries that were recorded before the enrolment.
- `kept` may be greater than `party_size`. It is counted as recorded; the phone-free hours of such a party are 0, \
since they are max(0, `party_size` − `kept`) × the phone-free time.
- `clock.anchored` corrects the times of the entries of its boot whose `clock.sure` is false, and of no others.
- A `phone.returned` after a `phone.taken` with `early` true has no effect: the phone-free time ended when the phone \
was taken.
- `session.closed` ends the visits that have no check-out, at its own time and as an estimate. A visit that checked in \
later, at a kiosk that had not received the closing yet, remains open.
- The duration of a visit within one boot is the difference of `clock.up`, whatever happens to the wall clock. The \
duration of a visit across boots is the difference of the two times after both were anchored.
- A check-in before 2020 has no known day, since its clock was not set. It is in no row of a report; reports count it \
separately as undated until an anchor corrects its time."""
REFUSALS = {
    400: "The request is malformed: invalid JSON, a line without `seq`, or invalid gzip data.",
    401: "The token is missing, unknown here, or (`type` ends in /revoked) its pairing was ended: enrol again.",
    403: "The journal belongs to another kiosk; or (`type` ends in /copied) the device uses a copy of the data of a "
    "kiosk that is in use: enrol it with its own code.",
    413: "The body is too large, compressed or decompressed. A single message may have 65,536 bytes.",
    415: "The Content-Encoding is neither gzip nor identity.",
    429: "Too many requests from this client or in total. Send the request again after Retry-After seconds.",
    503: "The server can't write at the moment. Send the request again after Retry-After seconds; entries that are "
    "stored already count once.",
}
_SECONDS = {"type": "integer", "minimum": 0, "description": "seconds"}
HEADERS: dict[int, tuple[str, dict[str, object]]] = {
    401: ("WWW-Authenticate", {"type": "string"}),
    415: ("Accept-Encoding", {"type": "string"}),
    429: ("Retry-After", _SECONDS),
    503: ("Retry-After", _SECONDS),
}
LINE_SCHEMA = {
    "description": "An Entry; or any other object with a `seq`, which is stored, counted as `quarantined`, and "
    "processed after an upgrade that can read it.",
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
        "detail": {"type": "string", "description": "what happened and what to do, for a person"},
    },
    "required": ["type", "title", "status", "detail"],
}
PLACE_PROBLEM_SCHEMA = {
    "title": "PlaceProblem",
    "description": "A gap (`expected`) or a fork (`forked`). The entries before that `seq` are stored.",
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
    """A documented response, with links to the requests that may follow it."""
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
        "description": "a kind or version of a later release: stored, and processed after the upgrade",
        "properties": {"body": {"type": "object"}},
        "not": {"anyOf": [{"properties": tag} for tag in tags.values()]},
    }
    return {**entry, "anyOf": [*current, later]}
