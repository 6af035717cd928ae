"""Random tokens, of which only hashes are stored."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, safe in a URL, a header and a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex: sufficient for secrets of 128 random bits and more, which can't be found by trial.

    Shorter secrets need more: pairing codes a keyed hash (pairing.py), passwords argon2 (passwords.py).
    """
    return hashlib.sha256(secret.encode()).hexdigest()
