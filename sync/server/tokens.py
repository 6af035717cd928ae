"""Secrets that are handed out once and recognised later by their hash."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, safe in a URL, a header and a cookie."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex. Enough without salt for what is random itself; passwords go through argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()
