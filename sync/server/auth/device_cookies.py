"""Browsers that have signed in before: a signed cookie says so, and their wrong passwords are counted apart.

Why: a login name has to be limited over all addresses, or many together could guess on and on. But then strangers who
guess all the time would keep its owner out. So a browser that this account has signed in with before does not share
that count: it has its own (OWASP, "Device Cookies"). Whoever steals that cookie gains no entry, only a few guesses.
"""

import hmac
import secrets

COOKIE = "hearth-known"
LIFE_S = 400 * 24 * 60 * 60  # the longest that browsers keep a cookie (RFC 6265bis §5.5)
PURPOSE = b"a browser that signed in before"


def sign_device(secret: str, login: str) -> str:
    """What the cookie of a browser says that has just signed in; ``secret``: the organisation's."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{_sign(secret, nonce, login)}"


def login_of_device(secret: str, mark: str, login: str) -> str | None:
    """The browser's own number, where its cookie is ours and of this login; None for a browser that is not known."""
    nonce, _, signature = mark.partition(".")
    is_ours = hmac.compare_digest(signature.encode(errors="replace"), _sign(secret, nonce, login).encode())
    return nonce if is_ours else None


def _sign(secret: str, nonce: str, login: str) -> str:
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, f"{nonce}.{login}".encode(errors="replace"), "sha256").hex()
