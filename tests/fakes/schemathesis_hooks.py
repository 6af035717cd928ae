"""How schemathesis sends what only Hearth sends, and what a JSON Schema can't say of a message.

It is loaded by the schemathesis of test_schema.py: SCHEMATHESIS_HOOKS=schemathesis_hooks.
"""

import gzip
import json
from typing import Any

import schemathesis

MOST = {"pouches": 1000, "lockers": 1000, "codes": 100}  # ranges


@schemathesis.serializer("application/x-ndjson")
def one_line(context: schemathesis.SerializationContext, value: Any) -> bytes:  # noqa: ANN401 - any JSON there is
    """A push of one entry, packed where the headers say so; anything else that was made up instead."""
    line = value if isinstance(value, bytes) else json.dumps(value).encode()
    headers = context.case.headers or {}
    return gzip.compress(line) if str(headers.get("Content-Encoding")).lower() == "gzip" else line


@schemathesis.hook("before_call")
def adjust(_context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]) -> None:
    """The ranges of a share are in order and do not overlap; whole numbers have no decimal point."""
    if isinstance(case.body, dict | list):
        case.body = without_points(case.body)
    share = case.body.get("share") if isinstance(case.body, dict) else None
    given = share.get("given") if isinstance(share, dict) else None
    for kind, most in MOST.items() if isinstance(given, dict) else ():
        if is_ranges(given.get(kind), most):
            given[kind] = [[number, number] for number in sorted({number for one in given[kind] for number in one})]
            del given[kind][most:]


def without_points(said: Any) -> Any:  # noqa: ANN401 - any JSON there is
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
