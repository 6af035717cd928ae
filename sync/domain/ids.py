"""Ids: UUIDv7, whose order follows the given time, and the subject of a pass."""

import secrets
import uuid
from uuid import UUID

PASSES = uuid.uuid5(uuid.NAMESPACE_URL, "https://hearth.invalid/pass")  # the namespace of pass hashes


def uuid7(at: int) -> UUID:
    """A new UUIDv7 of the time ``at``, in ms since 1970 UTC (RFC 9562 §5.7: time, then 74 random bits)."""
    random = secrets.randbits(74)
    return UUID(int=(at & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (2**62 - 1))


def pass_subject(pass_hash: str) -> UUID:
    """The subject of the facts about a pass, derived from its keyed hash: its id never travels."""
    return uuid.uuid5(PASSES, pass_hash)
