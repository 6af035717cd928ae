"""Who may look at the pages: a password opens a web session; after wrong ones the account rests for a while."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.ledger.engine import Store
from sync.server import tables
from sync.server.links import MAX_LOGIN, fold_login
from sync.server.passwords import is_right, turn
from sync.server.tokens import digest, new_token

SESSION_LIFE_S = 12 * 60 * 60
FREE_TRIES = 5
FIRST_REST_MS, LONGEST_REST_MS = 30_000, 60 * 60 * 1000


@dataclass(frozen=True)
class Account:
    """A person who may sign in."""

    id: UUID
    login: str


def has_any(store: Store) -> bool:
    """Whether anybody can sign in yet."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.account)).scalar_one() > 0


def sign_in(store: Store, login: str, password: str, now: int, *, is_known: bool = False) -> str | None:
    """The token of a new web session; None for an unknown login, a wrong password or an account that rests.

    A try is counted before the password is looked at, so that many at once are no way round the lock. From a browser
    that ``is_known`` it is counted elsewhere (browsers.py says why). Raises Busy, and then has counted nothing.
    """
    with turn():
        account, resting = _try(store, login, now, is_known)
        right = is_right(account.password_hash if account else None, password)
    if account is None or resting or not right:
        return None
    return start_session(store, account.id, now)


def _try(store: Store, login: str, now: int, is_known: bool) -> tuple[Row[Any] | None, bool]:
    """The account of a login, and whether it rests; the try is counted."""
    with store.writing() as connection:
        account = _find(connection, fold_login(login)[:MAX_LOGIN])
        resting = account is not None and not is_known and (account.locked_until or 0) > now
        if account is not None and not resting and not is_known:
            _count_try(connection, account, now)
        else:
            _count_nothing(connection)
        return account, resting


def _find(connection: Connection, login: str) -> Row[Any] | None:
    if not login.isprintable():
        return None  # nobody is called so, and PostgreSQL could not even be asked
    return connection.execute(select(tables.account).where(tables.account.c.login == login)).one_or_none()


def _count_try(connection: Connection, account: Row[Any], now: int) -> None:
    failures = account.failures + 1
    table = tables.account
    values = {"failures": failures, "locked_until": now + rest_after(failures) if rest_after(failures) else None}
    connection.execute(update(table).where(table.c.id == account.id).values(values))


def _count_nothing(connection: Connection) -> None:
    """Write something all the same: a commit's time would tell which logins there are."""
    connection.execute(update(tables.organisation).values(secret=tables.organisation.c.secret))


def rest_after(failures: int) -> int:
    """How long an account rests after so many wrong passwords, in ms: 30 s after the fifth, then twice as long each."""
    if failures < FREE_TRIES:
        return 0
    return min(LONGEST_REST_MS, FIRST_REST_MS << min(failures - FREE_TRIES, 20))


def start_session(store: Store, account: UUID, now: int) -> str:
    """The token of a new web session of whoever has just proved to be this."""
    token, table = new_token(), tables.web_session
    with store.writing() as connection:
        mine = tables.account.c.id == account
        connection.execute(update(tables.account).where(mine).values(failures=0, locked_until=None))
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
