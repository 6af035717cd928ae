"""Accounts and their web sessions."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.errors import UserError
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.passwords import verify_password
from sync.server.auth.tokens import digest, new_token
from sync.server.web.i18n import say

SESSION_LIFE_S = 12 * 60 * 60
MAX_LOGIN = 64


@dataclass(frozen=True)
class Account:
    """An account that can sign in."""

    id: UUID
    login: str


class LastAccount(UserError):
    """The account is the only one, so it can't be removed."""


@dataclass(frozen=True)
class ListedAccount:
    """An account with the number of its web sessions, and whether an unused one-time link exists for it."""

    login: str
    sessions: int
    has_link: bool
    id: UUID


def fold_login(login: str) -> str:
    """The canonical form of a login name, for storage and comparison."""
    return unicodedata.normalize("NFKC", login).strip().casefold()[:MAX_LOGIN]


def has_any(store: Store) -> bool:
    """Whether any account exists."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.account)).scalar_one() > 0


def sign_in(store: Store, login: str, password: str, now: int) -> str | None:
    """The token of a new web session; None for an unknown login or a wrong password.

    The caller holds passwords.slot, and sign_in.py applies the rate limits. ``now``: ms since 1970 UTC.
    """
    with store.reading() as connection:
        account = find(connection, fold_login(login))
    matches = verify_password(account.password_hash if account else None, password)
    return start_session(store, account.id, now) if account is not None and matches else None


def find(connection: Connection, login: str) -> Row[Any] | None:
    """The account's row; ``login`` is already in the form of :func:`fold_login`."""
    if not login.isprintable():
        return None  # no such login exists, and PostgreSQL rejects some of these characters
    return connection.execute(select(tables.account).where(tables.account.c.login == login)).one_or_none()


def start_session(store: Store, account: UUID, now: int) -> str:
    """Start a web session for an authenticated account; returns its token."""
    token, table = new_token(), tables.web_session
    with store.writing() as connection:
        connection.execute(delete(table).where(table.c.expires_at <= now))
        values = {"token_hash": digest(token), "account": account, "expires_at": now + SESSION_LIFE_S * 1000}
        connection.execute(insert(table).values(values))
    return token


def account_of_session(store: Store, token: str, now: int) -> Account | None:
    """The account of a session's token; None for an unknown or expired one."""
    table, session = tables.account, tables.web_session
    query = select(table.c.id, table.c.login).join_from(session, table)
    query = query.where(session.c.token_hash == digest(token), session.c.expires_at > now)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        return Account(row.id, row.login) if row else None


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    with store.writing() as connection:
        connection.execute(delete(tables.web_session).where(tables.web_session.c.token_hash == digest(token)))


def sign_out_everywhere(store: Store, account: UUID) -> None:
    """End all sessions of an account."""
    with store.writing() as connection:
        connection.execute(delete(tables.web_session).where(tables.web_session.c.account == account))


def change_password(store: Store, account: UUID, hashed: str) -> None:
    """Set an account's password and end all its sessions; ``hashed``: as passwords.hash_password returns it."""
    with store.writing() as connection:
        connection.execute(update(tables.account).where(tables.account.c.id == account).values(password_hash=hashed))
        connection.execute(delete(tables.web_session).where(tables.web_session.c.account == account))


def password_hash(store: Store, account: UUID) -> str | None:
    """The stored hash of an account's password; None: the account was removed."""
    with store.reading() as connection:
        query = select(tables.account.c.password_hash).where(tables.account.c.id == account)
        hashed: str | None = connection.execute(query).scalar()
        return hashed


def listed(store: Store, now: int) -> list[ListedAccount]:
    """All accounts, by login name."""
    account, session, link = tables.account.c, tables.web_session.c, tables.login_link.c
    sessions = select(func.count()).where(session.account == account.id, session.expires_at > now).scalar_subquery()
    is_open = (link.login == account.login) & link.used_at.is_(None) & (link.expires_at > now)
    links = select(func.count()).where(is_open).scalar_subquery()
    with store.reading() as connection:
        rows = connection.execute(select(account.login, sessions, links, account.id).order_by(account.login))
        return [
            ListedAccount(login, session_count, link_count > 0, id_) for login, session_count, link_count, id_ in rows
        ]


def remove(store: Store, login: str, *, even_last: bool = False) -> str:
    """Remove an account, its sessions and its one-time links; returns its login name. Raises UserError."""
    with store.writing() as connection:
        account = find(connection, fold_login(login))
        if account is None:
            raise UserError(
                say("no account is called {login}; `hearth-server account list` shows them", login=repr(login))
            )
        count = connection.execute(select(func.count()).select_from(tables.account)).scalar_one()
        if count == 1 and not even_last:
            raise LastAccount(
                f"{account.login} is the only account, and without it nobody can sign in: make another first with "
                "`hearth-server init`, or say --last"
            )
        connection.execute(delete(tables.web_session).where(tables.web_session.c.account == account.id))
        connection.execute(delete(tables.login_link).where(tables.login_link.c.login == account.login))
        connection.execute(delete(tables.account).where(tables.account.c.id == account.id))
        removed: str = account.login
        return removed
