"""The code on a slip: random, and such that its four digits are nobody else's."""

import base64
import secrets
from collections.abc import Callable, Collection

from sync.domain.visit import code_of, visit_of

PREFIX = "HS1:"
RANDOM_BYTES = 10  # 80 bits: 16 base32 characters, nothing to guess


def draw(codes_taken: Collection[str], random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A new slip's code, ``HS1:`` and 16 base32 characters. Raises LookupError where all 10,000 are taken."""
    if len(codes_taken) >= 10_000:
        raise LookupError("every four-digit code is in the room")
    while True:
        slip = PREFIX + base64.b32encode(random_bytes(RANDOM_BYTES)).decode()
        if code_of(visit_of(slip)) not in codes_taken:
            return slip
