"""The one-time link: who holds it may make an account, or set a forgotten password anew."""

import unicodedata
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from sync.domain.ids import uuid7
from sync.ledger.engine import Store
from sync.server import tables
from sync.server.passwords import NotAcceptable, check_password, hash_password, turn
from sync.server.tokens import digest, new_token

LINK_LIFE_MS = 7 * 24 * 60 * 60 * 1000
MAX_LOGIN = 64


class LinkRefused(Exception):
    """The link is unknown, used or too old."""


def make_link(store: Store, now: int) -> str:
    """The token of a new link, good once and for seven days. Links that were not used yet end."""
    token, table = new_token(), tables.login_link
    with store.writing() as connection:
        connection.execute(delete(table).where(table.c.used_at.is_(None)))
        connection.execute(insert(table).values(token_hash=digest(token), expires_at=now + LINK_LIFE_MS))
    return token


def is_link(store: Store, token: str, now: int) -> bool:
    """Whether the link can still be used."""
    with store.reading() as connection:
        return _open_link(connection, token, now)


def _open_link(connection: Connection, token: str, now: int) -> bool:
    table = tables.login_link
    mine = (table.c.token_hash == digest(token)) & table.c.used_at.is_(None) & (table.c.expires_at > now)
    return connection.execute(select(table.c.token_hash).where(mine)).first() is not None


def use_link(store: Store, token: str, login: str, password: str, now: int) -> UUID:
    """Set a login's password, and make the account where it is new; returns the account.

    Whoever holds the link may set a forgotten password: all sessions of that account end. Raises LinkRefused,
    NotAcceptable, Busy.
    """
    if not is_link(store, token, now):
        raise LinkRefused  # before the work of hashing
    login = _login(login)
    check_password(password)
    with turn():
        hashed = hash_password(password)
    with store.writing() as connection:
        if not _open_link(connection, token, now):
            raise LinkRefused
        table = tables.login_link
        connection.execute(update(table).where(table.c.token_hash == digest(token)).values(used_at=now))
        return _set_password(connection, login, hashed, now)


def _set_password(connection: Connection, login: str, hashed: str, now: int) -> UUID:
    table, values = tables.account, {"password_hash": hashed, "failures": 0, "locked_until": None}
    known = connection.execute(select(table.c.id).where(table.c.login == login)).one_or_none()
    if known is None:
        made = uuid7(now)
        connection.execute(insert(table).values(id=made, login=login, **values))
        return made
    connection.execute(update(table).where(table.c.id == known.id).values(values))
    connection.execute(delete(tables.web_session).where(tables.web_session.c.account == known.id))
    account: UUID = known.id
    return account


def _login(login: str) -> str:
    login = fold_login(login)
    if not login or len(login) > MAX_LOGIN or not login.isprintable():
        raise NotAcceptable(f"Choose a login name of 1 to {MAX_LOGIN} letters.")
    return login


def fold_login(login: str) -> str:
    """The one spelling of a login name that is compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()
