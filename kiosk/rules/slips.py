"""The code on a slip: random, and such that its four digits are nobody else's."""

import base64
import re
import secrets
from collections.abc import Callable, Collection

from sync.domain.shares import STRIPES, stripe_of
from sync.domain.visit import code_of, visit_of

PREFIX = "HS1:"
RANDOM_BYTES = 10  # 80 bits: 16 base32 characters, nothing to guess
CODES = 10_000
ALL = frozenset(range(STRIPES))
SLIP = re.compile(PREFIX + "[A-Z2-7]{16}")


def is_slip(text: str) -> bool:
    """Whether it has a slip's shape."""
    return SLIP.fullmatch(text) is not None


def draw(
    codes_taken: Collection[str],
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    stripes: Collection[int] = ALL,
) -> str:
    """A new slip's code, ``HS1:`` and 16 base32 characters. Raises LookupError where all 10,000 are taken.

    Its digits are of the ``stripes`` that this kiosk was dealt. Where none of those is left it is any that is not known
    to be taken: the door works, and where two have one code the host tells them apart.
    """
    if len(codes_taken) >= CODES:
        raise LookupError("every four-digit code is in the room")
    taken_here = sum(stripe_of(code) in stripes for code in codes_taken)
    allowed = stripes if taken_here < len(stripes) * (CODES // STRIPES) else ALL
    while True:
        slip = PREFIX + base64.b32encode(random_bytes(RANDOM_BYTES)).decode()
        code = code_of(visit_of(slip))
        if code not in codes_taken and stripe_of(code) in allowed:
            return slip
