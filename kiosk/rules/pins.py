"""A host's PIN, and how long wrong ones are held back."""

import hashlib
import hmac
import secrets

SHORTEST, LONGEST = 6, 8  # digits
COST = {"n": 2**14, "r": 8, "p": 1}  # scrypt: 16 MiB, a fifth of a second on a Pi (RFC 7914 §2)


def is_pin(text: str) -> bool:
    """Six to eight digits."""
    return text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST


def hash_pin(pin: str, salt: bytes | None = None) -> str:
    """What is kept instead of the PIN: salt and scrypt key, in hex."""
    salt = salt or secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(pin.encode(), salt=salt, dklen=32, **COST).hex()}"


def matches(pin: str, sealed: str) -> bool:
    """Whether this is the PIN that was sealed."""
    salt, _, _ = sealed.partition(":")
    return hmac.compare_digest(hash_pin(pin, bytes.fromhex(salt)), sealed)


def lockout_seconds(wrong: int, first: int, longest: int, patience: int = 3) -> int:
    """Seconds until the next try after ``wrong`` wrong ones in a row: none at first, then doubling from ``first``."""
    return 0 if wrong < patience else min(longest, first * 2 ** min(wrong - patience, 20))
