"""Host PINs: format, hashing, and the lockout after failures."""

import hashlib
import hmac
import secrets

SHORTEST, LONGEST = 6, 8  # digits
COST = {"n": 2**14, "r": 8, "p": 1}  # scrypt: 16 MiB, a fifth of a second on a Pi (RFC 7914 §2)


def is_pin(text: str) -> bool:
    """Six to eight digits."""
    return text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST


def hash_pin(pin: str, salt: bytes | None = None) -> str:
    """What is stored of a PIN: salt and scrypt key, in hex."""
    salt = salt or secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(pin.encode(), salt=salt, dklen=32, **COST).hex()}"


def matches(pin: str, pin_hash: str) -> bool:
    """Whether this is the PIN that was hashed; compared in constant time."""
    salt, _, _ = pin_hash.partition(":")
    return hmac.compare_digest(hash_pin(pin, bytes.fromhex(salt)), pin_hash)


def lockout_seconds(failures: int, first: int, longest: int, free_failures: int = 3) -> int:
    """Seconds of lockout after so many failures in a row: none at first, then doubling from ``first``."""
    return 0 if failures < free_failures else min(longest, first * 2 ** min(failures - free_failures, 20))
