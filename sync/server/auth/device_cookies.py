"""Signed cookies of browsers that have signed in before, whose wrong passwords are counted separately.

A login name has to be limited over all addresses, or many addresses together could guess without end. That limit alone
would let attackers lock its owner out. So a browser that has signed in with this login before has a limit of its own
(OWASP, "Device Cookies"). A stolen cookie gives no access, only a few guesses.
"""

import hmac
import secrets

COOKIE = "hearth-known"
LIFE_S = 400 * 24 * 60 * 60  # the longest that browsers keep a cookie (RFC 6265bis §5.5)
PURPOSE = b"a browser that signed in before"


def sign_device(secret: str, login: str) -> str:
    """The cookie of a browser that has just signed in; ``secret``: the organisation's, in hex."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{_sign(secret, nonce, login)}"


def verify_device(secret: str, cookie: str, login: str) -> str | None:
    """The browser's identifier, if the cookie's signature is valid for this login; else None."""
    nonce, _, signature = cookie.partition(".")
    is_valid = hmac.compare_digest(signature.encode(errors="replace"), _sign(secret, nonce, login).encode())
    return nonce if is_valid else None


def _sign(secret: str, nonce: str, login: str) -> str:
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, f"{nonce}.{login}".encode(errors="replace"), "sha256").hex()
