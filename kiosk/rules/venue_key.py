"""The venue key: which kiosks share it, how a host carries it from one to the next, and what is derived from it.

It is 128 random bits. On the screens it is ten groups of four digits, each with a check digit; that is what a keypad
can take in a minute.
"""

import hashlib
import secrets
from collections.abc import Sequence

SIZE = 16  # bytes
GROUPS, GROUP_DIGITS = 10, 5  # four digits and their check digit; 40 digits hold 132 bits


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(SIZE)


def key_id(key: bytes) -> str:
    """Sixteen hex digits by which a key is recognised; they don't help to guess it."""
    return _derive(key, b"hearth key id", 8).hex()


def sealing_key(key: bytes) -> bytes:
    """The 32 bytes with which hosts are encrypted."""
    return _derive(key, b"hearth sealing", 32)


def pin_salt(key: bytes) -> bytes:
    """The salt of all PINs under this key: one computation checks a PIN against every host."""
    return _derive(key, b"hearth PIN salt", 16)


def card_tag(key: bytes, card: str) -> bytes:
    """What is stored of a staff card, given in its normal form: it is recognised by this under the same key alone."""
    return hashlib.blake2b(card.encode(), key=_derive(key, b"hearth card", 32), digest_size=16).digest()


def _derive(key: bytes, purpose: bytes, size: int) -> bytes:
    """A value for one purpose, from which neither the key nor another one follows (BLAKE2b, RFC 7693 §2.5)."""
    return hashlib.blake2b(key=key, person=purpose, digest_size=size).digest()


def groups_of(key: bytes) -> tuple[str, ...]:
    """The key as it is shown."""
    digits = f"{int.from_bytes(key):0{GROUPS * (GROUP_DIGITS - 1)}d}"
    starts = range(0, len(digits), GROUP_DIGITS - 1)
    parts = [digits[start : start + GROUP_DIGITS - 1] for start in starts]
    return tuple(part + _check_digit(place, part) for place, part in enumerate(parts))


def is_group(place: int, group: str) -> bool:
    """Whether these are five digits that could be the group at this place, counted from 0."""
    is_number = len(group) == GROUP_DIGITS and group.isascii() and group.isdigit()
    return is_number and group[-1] == _check_digit(place, group[:-1])


def key_of(groups: Sequence[str]) -> bytes | None:
    """The key of these groups; None where they are none's."""
    if len(groups) != GROUPS or not all(is_group(place, group) for place, group in enumerate(groups)):
        return None
    number = int("".join(group[:-1] for group in groups))
    return number.to_bytes(SIZE) if number < 2 ** (8 * SIZE) else None


def _check_digit(place: int, digits: str) -> str:
    """The check digit by ISO/IEC 7064, MOD 11,10; the group's place counts too, so that groups can't be exchanged.

    It finds every wrong digit, and nearly every exchange of neighbours.
    """
    product = 10
    for digit in f"{place}{digits}":
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
