"""Accounts: who may look at the pages. A password opens a web session."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select

from sync.errors import UserError
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.passwords import is_right
from sync.server.auth.tokens import digest, new_token

SESSION_LIFE_S = 12 * 60 * 60
MAX_LOGIN = 64


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    id: UUID
    login: str


@dataclass(frozen=True)
class ListedAccount:
    """An account as it is listed: in how many browsers it is signed in now, and whether a one-time link is open."""

    login: str
    sessions: int
    has_link: bool


def fold_login(login: str) -> str:
    """The one spelling of a login name that is compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()[:MAX_LOGIN]


def has_any(store: Store) -> bool:
    """Whether anybody can sign in yet."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.account)).scalar_one() > 0


def sign_in(store: Store, login: str, password: str, now: int) -> str | None:
    """The token of a new web session; None for an unknown login or a wrong password. Hold passwords.turn around it.

    Whether the try is allowed at all is sign_in.py's to decide.
    """
    with store.reading() as connection:
        account = find(connection, fold_login(login))
    right = is_right(account.password_hash if account else None, password)
    return start_session(store, account.id, now) if account is not None and right else None


def find(connection: Connection, login: str) -> Row[Any] | None:
    """The row of this login name, which is folded already."""
    if not login.isprintable():
        return None  # nobody is called so, and PostgreSQL could not even be asked
    return connection.execute(select(tables.account).where(tables.account.c.login == login)).one_or_none()


def start_session(store: Store, account: UUID, now: int) -> str:
    """The token of a new web session of whoever has just proved to be this."""
    token, table = new_token(), tables.web_session
    with store.writing() as connection:
        connection.execute(delete(table).where(table.c.expires_at <= now))
        values = {"token_hash": digest(token), "account": account, "expires_at": now + SESSION_LIFE_S * 1000}
        connection.execute(insert(table).values(values))
    return token


def signed_in(store: Store, token: str, now: int) -> Account | None:
    """Whose session this is, while it lasts."""
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


def listed(store: Store, now: int) -> list[ListedAccount]:
    """All accounts, by login name."""
    account, session, link = tables.account.c, tables.web_session.c, tables.login_link.c
    sessions = select(func.count()).where(session.account == account.id, session.expires_at > now).scalar_subquery()
    is_open = (link.login == account.login) & link.used_at.is_(None) & (link.expires_at > now)
    links = select(func.count()).where(is_open).scalar_subquery()
    with store.reading() as connection:
        found = connection.execute(select(account.login, sessions, links).order_by(account.login))
        return [ListedAccount(login, signed_in, open_links > 0) for login, signed_in, open_links in found]


def remove(store: Store, login: str, *, even_last: bool = False) -> str:
    """Remove an account, its sessions and its open links; returns its login name. Raises UserError."""
    with store.writing() as connection:
        account = find(connection, fold_login(login))
        if account is None:
            raise UserError(f"no account is called {login!r}; `hearth-server account list` shows them")
        count = connection.execute(select(func.count()).select_from(tables.account)).scalar_one()
        if count == 1 and not even_last:
            raise UserError(
                f"{account.login} is the only account, and without it nobody can sign in: make another first with "
                "`hearth-server init`, or say --last"
            )
        connection.execute(delete(tables.web_session).where(tables.web_session.c.account == account.id))
        connection.execute(delete(tables.login_link).where(tables.login_link.c.login == account.login))
        connection.execute(delete(tables.account).where(tables.account.c.id == account.id))
        removed: str = account.login
        return removed
