"""A kiosk's token is exchanged for another now and then: both are good until the new one has been used.

The one that follows is made from the one that is sent and the server's secret: however often it is asked for, it is the
same, so no answer that is lost or comes twice can lock a kiosk out; and neither it nor the old one is kept here.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from sqlalchemy import Connection, select, update

from sync.server import tables
from sync.server.auth.tokens import digest
from sync.server.organisation import secret_in

LIFE_MS = 90 * 24 * 3600 * 1000  # then the next one is offered

_kiosk = tables.kiosk.c


def successor(secret: str, token: str) -> str:
    """The token that follows: HMAC-SHA-256 (RFC 2104), as safe to send as any other."""
    made = hmac.new(secret.encode(), b"token after " + token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def offer(connection: Connection, kiosk: UUID, token: str, now: int) -> str | None:
    """The next token of a kiosk whose present one has grown old, until it has used it; None: not yet."""
    mine = select(_kiosk.next_token_hash, _kiosk.token_made_at, _kiosk.enrolled_at).where(_kiosk.id == kiosk)
    row = connection.execute(mine).one()
    if row.next_token_hash is None and now - (row.token_made_at or row.enrolled_at) < LIFE_MS:
        return None
    return renew(connection, kiosk, token, now)


def renew(connection: Connection, kiosk: UUID, token: str, now: int) -> str:
    """The next token of a kiosk, whatever the age of the present one."""
    following = successor(secret_in(connection), token)
    values = {"next_token_hash": digest(following), "token_made_at": now}
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(values))
    return following


def settle(connection: Connection, hashed: str) -> None:
    """The new token with this hash has come: the one before ends."""
    mine = update(tables.kiosk).where(_kiosk.next_token_hash == hashed)
    connection.execute(mine.values(token_hash=_kiosk.next_token_hash, next_token_hash=None))
