"""Host PINs: format, proposal, hashing, and the lockout after failures."""

import hashlib
import hmac
import secrets

from nacl.pwhash import argon2id

SHORTEST, LONGEST = 6, 8  # digits
PASSES, MEMORY = 2, 64 * 2**20  # of argon2id (RFC 9106): libsodium's limits for interactive use; 64 MiB
TAG_SIZE = 32  # bytes
FEWEST_DIGITS = 3  # different ones in a proposed PIN
OLD_COST = {"n": 2**14, "r": 8, "p": 1}  # scrypt, as earlier releases hashed PINs (RFC 7914 §2)


def is_pin(text: str) -> bool:
    """Six to eight digits."""
    return text.isascii() and text.isdigit() and SHORTEST <= len(text) <= LONGEST


def propose() -> str:
    """A random PIN that doesn't look like 000000 or 121212."""
    while True:
        pin = f"{secrets.randbelow(10**SHORTEST):0{SHORTEST}d}"
        if len(set(pin)) >= FEWEST_DIGITS:
            return pin


def tag(pin: str, salt: bytes) -> bytes:
    """The hash of a PIN by argon2id: the same for each host, so that one computation is compared with all of them."""
    return argon2id.kdf(TAG_SIZE, pin.encode(), salt, opslimit=PASSES, memlimit=MEMORY)


def matches_old(pin: str, pin_hash: str) -> bool:
    """Whether an earlier release stored this PIN as ``pin_hash``: salt and scrypt key, in hex."""
    salt, _, key = pin_hash.partition(":")
    return hmac.compare_digest(hashlib.scrypt(pin.encode(), salt=bytes.fromhex(salt), dklen=32, **OLD_COST).hex(), key)


def lockout_seconds(failures: int, first: int, longest: int, free_failures: int = 3) -> int:
    """Seconds of lockout after so many failures in a row: none at first, then doubling from ``first``."""
    return 0 if failures < free_failures else min(longest, first * 2 ** min(failures - free_failures, 20))
