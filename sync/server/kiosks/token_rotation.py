"""Replaces kiosks' tokens every 90 days: the old and the new one are valid until the new one is first used.

The next token is derived from the current one and the server's secret, so that it is the same however often it is
requested: no lost or repeated answer can lock a kiosk out. Only hashes of tokens are stored.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from sqlalchemy import Connection, select, update

from sync.server import tables
from sync.server.auth.tokens import digest
from sync.server.organisation import secret_in

LIFE_MS = 90 * 24 * 3600 * 1000  # after this the next token is offered

_kiosk = tables.kiosk.c


def successor(secret: str, token: str) -> str:
    """The token after this one: HMAC-SHA-256 (RFC 2104), safe in a header and a URL."""
    code = hmac.new(secret.encode(), b"token after " + token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def offer(connection: Connection, kiosk: UUID, token: str, now: int) -> str | None:
    """The next token, from the age of LIFE_MS on until the kiosk has used it; None: not yet."""
    query = select(_kiosk.next_token_hash, _kiosk.token_made_at, _kiosk.enrolled_at).where(_kiosk.id == kiosk)
    row = connection.execute(query).one()
    if row.next_token_hash is None and now - (row.token_made_at or row.enrolled_at) < LIFE_MS:
        return None
    return renew(connection, kiosk, token, now)


def renew(connection: Connection, kiosk: UUID, token: str, now: int) -> str:
    """The next token of a kiosk, whatever the age of the current one."""
    next_token = successor(secret_in(connection), token)
    values = {"next_token_hash": digest(next_token), "token_made_at": now}
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(values))
    return next_token


def settle(connection: Connection, hashed: str) -> None:
    """Replace the current token by the next one, whose hash this is: it was used for the first time."""
    statement = update(tables.kiosk).where(_kiosk.next_token_hash == hashed)
    connection.execute(statement.values(token_hash=_kiosk.next_token_hash, next_token_hash=None))
