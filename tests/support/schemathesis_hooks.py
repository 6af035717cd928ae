"""Hooks of schemathesis: Hearth's own encodings, and rules that JSON Schema can't express.

It is loaded by the schemathesis of test_schema.py: SCHEMATHESIS_HOOKS=schemathesis_hooks.
"""

import gzip
import json
from typing import Any

import schemathesis

MOST = {"pouches": 1000, "lockers": 1000, "codes": 100}  # ranges


@schemathesis.serializer("application/x-ndjson")
def one_line(context: schemathesis.SerializationContext, value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """A push of one entry, packed where the headers say so; anything else that was made up instead."""
    line = value if isinstance(value, bytes) else json.dumps(value).encode()
    headers = context.case.headers or {}
    return gzip.compress(line) if str(headers.get("Content-Encoding")).lower() == "gzip" else line


@schemathesis.hook("filter_case")
def has_known_headers(_context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """A server ignores headers that it does not know (RFC 9110, section 5.1): they make no request wrong."""
    return "x-schemathesis-unknown-property" not in {name.lower() for name in case.headers or {}}


@schemathesis.hook("before_call")
def adjust(_context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]) -> None:
    """The ranges of a share are in order and do not overlap; whole numbers have no decimal point."""
    if isinstance(case.body, dict | list):
        case.body = without_points(case.body)
    share = case.body.get("share") if isinstance(case.body, dict) else None
    for field in ("given", "granted") if isinstance(share, dict) else ():
        put_in_order(share.get(field))


def put_in_order(ranges: object) -> None:
    """Turn the ranges of each kind into single numbers that ascend; anything that is no range stays as it is."""
    for kind, most in MOST.items() if isinstance(ranges, dict) else ():
        if is_ranges(ranges.get(kind), most):
            numbers = sorted({number for bounds in ranges[kind] for number in bounds})
            ranges[kind] = [[number, number] for number in numbers[:most]]


def without_points(said: Any) -> Any:  # noqa: ANN401 - any JSON value
    """To a JSON Schema 7.0 is an integer."""
    match said:
        case dict():
            return {key: without_points(value) for key, value in said.items()}
        case list():
            return [without_points(value) for value in said]
        case float() if said.is_integer():
            return int(said)
    return said


def is_ranges(said: object, most: int) -> bool:
    """Whether each is a pair of whole numbers, and there are no more than there may be."""
    pairs = said if isinstance(said, list) and len(said) <= most else [None]
    return all(isinstance(one, list) and len(one) == 2 and all(type(part) is int for part in one) for one in pairs)
