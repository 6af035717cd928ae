"""Identities: UUIDv7, whose order follows the clock that was passed in."""

import secrets
from uuid import UUID


def uuid7(at: int) -> UUID:
    """A new UUIDv7 of the moment ``at``, in ms since 1970 UTC (RFC 9562 §5.7: time, then 74 random bits)."""
    random = secrets.randbits(74)
    return UUID(int=(at & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (2**62 - 1))
