"""Browsers that have signed in before: a signed cookie says so, and their wrong passwords are counted apart.

Why: an account has to rest after wrong passwords, whoever sends them, or many addresses together could guess on and on.
But then a stranger who sends a few every hour would keep its owner out for ever. So a browser that this account has
signed in with before does not share the account's count: it has its own (OWASP, "Device Cookies"). Whoever steals that
cookie gains no entry, only a count of guesses.
"""

import hmac
import secrets

from sqlalchemy import select

from sync.ledger.engine import Store
from sync.server import tables

COOKIE = "hearth-known"
LIFE_S = 400 * 24 * 60 * 60  # the longest that browsers keep a cookie (RFC 6265bis §5.5)
PURPOSE = b"a browser that signed in before"


def make_mark(store: Store, login: str) -> str:
    """What the cookie of a browser says that has just signed in."""
    nonce = secrets.token_hex(16)
    return f"{nonce}.{_sign(store, nonce, login)}"


def known_as(store: Store, mark: str, login: str) -> str | None:
    """The browser's own number, where its cookie is ours and of this login; None for a browser that is not known."""
    nonce, _, signature = mark.partition(".")
    is_ours = hmac.compare_digest(signature.encode(), _sign(store, nonce, login).encode())
    return nonce if is_ours else None


def _sign(store: Store, nonce: str, login: str) -> str:
    with store.reading() as connection:
        secret = connection.execute(select(tables.organisation.c.secret)).scalar_one()
    key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
    return hmac.digest(key, f"{nonce}.{login}".encode(), "sha256").hex()
