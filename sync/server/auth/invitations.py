"""One-time links: each makes a new account, of any or of one login name, or sets the password of one account."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from sync.domain.ids import uuid7
from sync.errors import UserError
from sync.ledger.store import Store
from sync.printable import is_printable
from sync.server import tables
from sync.server.auth.accounts import MAX_LOGIN, find, fold_login
from sync.server.auth.passwords import NotAcceptable, check_password, hash_password, slot
from sync.server.auth.tokens import digest, new_token
from sync.server.web.i18n import later, say

LINK_LIFE_MS = 7 * 24 * 60 * 60 * 1000
REPLACED = later("This link is not known here: it is incomplete, or a newer one was made since.")
USED = later("This link has been used already. It works once.")
EXPIRED = later("This link is older than seven days.")


class InvitationRefused(Exception):
    """The link is unknown, used or expired; the text says which."""


@dataclass(frozen=True)
class Invitation:
    """A usable link; ``login``: the account whose password it sets, or that it makes; None: a new one of any name."""

    login: str | None
    is_new: bool


@dataclass(frozen=True)
class OpenInvitation:
    """An unused link for a new account; ``login`` None: of any name. ``expires_at``: ms since 1970 UTC."""

    login: str | None
    expires_at: int


class LoginTaken(UserError):
    """An account has this login name already."""


def create_invitation(store: Store, now: int, login: str | None = None) -> str:
    """The token of a new link, valid once and for seven days. It replaces unused links for the same login.

    ``login``: the account whose password it sets; None: it makes a new account. ``now``: ms since 1970 UTC. Raises
    UserError for an unknown login.
    """
    with store.writing() as connection:
        if login is not None:
            account = find(connection, fold_login(login))
            if account is None:
                raise UserError(
                    say("no account is called {login}; `hearth-server account list` shows them", login=repr(login))
                )
            login = account.login
        return _insert_link(connection, login, now)


def invite(store: Store, now: int, login: str) -> str:
    """The token of a new link that makes an account with this login name, and no other.

    ``now``: ms since 1970 UTC. Raises NotAcceptable for what is no login name, LoginTaken, StorageError.
    """
    login = _new_login(login)
    with store.writing() as connection:
        if find(connection, login) is not None:
            raise LoginTaken(f"an account is called {login} already")
        return _insert_link(connection, login, now)


def _insert_link(connection: Connection, login: str | None, now: int) -> str:
    """Store a new link, in place of unused ones for the same login; returns its token."""
    token = new_token()
    _delete_unused(connection, login)
    values = {"token_hash": digest(token), "login": login, "expires_at": now + LINK_LIFE_MS}
    connection.execute(insert(tables.login_link).values(values))
    return token


def _delete_unused(connection: Connection, login: str | None) -> int:
    table = tables.login_link
    is_same_login = table.c.login.is_(None) if login is None else table.c.login == login
    return connection.execute(delete(table).where(table.c.used_at.is_(None), is_same_login)).rowcount


def open_invitations(store: Store, now: int) -> list[OpenInvitation]:
    """The links for new accounts that can still be used, by login name. ``now``: ms since 1970 UTC."""
    link, account = tables.login_link.c, tables.account.c
    query = select(link.login, link.expires_at).join_from(
        tables.login_link, tables.account, account.login == link.login, isouter=True
    )
    query = query.where(link.used_at.is_(None), link.expires_at > now, account.id.is_(None)).order_by(link.login)
    with store.reading() as connection:
        return [OpenInvitation(row.login, row.expires_at) for row in connection.execute(query)]


def withdraw_invitation(store: Store, login: str | None) -> bool:
    """Delete the unused link for a new account with this login name (None: of any); False where there is none."""
    with store.writing() as connection:
        if login is not None and find(connection, login) is not None:
            return False  # it resets a password
        return _delete_unused(connection, login) > 0


def read_invitation(store: Store, token: str, now: int) -> Invitation:
    """The link, without using it up. Raises InvitationRefused."""
    with store.reading() as connection:
        login = _usable_link(connection, token, now).login
        return Invitation(login, is_new=login is None or find(connection, login) is None)


def _usable_link(connection: Connection, token: str, now: int) -> Row[Any]:
    link = connection.execute(
        select(tables.login_link).where(tables.login_link.c.token_hash == digest(token))
    ).one_or_none()
    if link is None:
        raise InvitationRefused(say(REPLACED))
    if link.used_at is not None:
        raise InvitationRefused(say(USED))
    if link.expires_at <= now:
        raise InvitationRefused(say(EXPIRED))
    return link


def accept_invitation(store: Store, token: str, login: str, password: str, now: int) -> tuple[UUID, str]:
    """Make the account, or set the password of the link's account and end its sessions.

    Returns the account's id and its login name. Raises InvitationRefused, NotAcceptable, Busy.
    """
    bound = read_invitation(store, token, now).login  # before the work of hashing
    login = _new_login(login) if bound is None else _same_login(login, bound)
    check_password(password, [login, *_venue_names(store)])
    with slot(is_known=True):
        hashed = hash_password(password)
    with store.writing() as connection:
        table = tables.login_link
        _usable_link(connection, token, now)
        connection.execute(update(table).where(table.c.token_hash == digest(token)).values(used_at=now))
        if bound is None or find(connection, bound) is None:
            return _make_account(connection, login, hashed, now), login
        return _set_password(connection, login, hashed), login


def _venue_names(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(tables.venue.c.name)).scalars())


def _new_login(login: str) -> str:
    folded = fold_login(login)
    if not folded or len(login.strip()) > MAX_LOGIN or not folded.isprintable() or not is_printable(folded):
        raise NotAcceptable(say("Choose a login name of 1 to {count} letters.", count=MAX_LOGIN))
    return folded


def _same_login(login: str, bound: str) -> str:
    if login and fold_login(login) != bound:
        raise NotAcceptable(say("This link is for {login}, and for nobody else.", login=bound))
    return bound


def _make_account(connection: Connection, login: str, hashed: str, now: int) -> UUID:
    if find(connection, login) is not None:
        raise NotAcceptable(
            say(
                "This login name is taken. Choose another; for a forgotten password, whoever runs the server makes a "
                "link with `hearth-server account link {login}`.",
                login=login,
            )
        )
    _delete_unused(connection, login)  # an invitation of this name must not set the new account's password
    account = uuid7(now)
    connection.execute(insert(tables.account).values(id=account, login=login, password_hash=hashed))
    return account


def _set_password(connection: Connection, login: str, hashed: str) -> UUID:
    account = find(connection, login)
    if account is None:
        raise InvitationRefused(say(REPLACED))  # its account was removed a moment ago
    connection.execute(update(tables.account).where(tables.account.c.id == account.id).values(password_hash=hashed))
    connection.execute(delete(tables.web_session).where(tables.web_session.c.account == account.id))
    account_id: UUID = account.id
    return account_id
