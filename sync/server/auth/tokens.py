"""Secrets that are handed out once and recognised later by their hash."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, safe in a URL, a header and a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for 128 random bits and more, which nobody tries out one by one.

    Shorter secrets need more: pairing codes a keyed hash (pairing.py), passwords argon2 (passwords.py).
    """
    return hashlib.sha256(secret.encode()).hexdigest()
