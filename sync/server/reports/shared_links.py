"""Links to shared reports, for people without an account: a secret address each, which expires and can be revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from sync.domain.ids import uuid7
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.auth.tokens import digest, new_token
from sync.server.reports import shared_reports
from sync.server.reports.pass_days import ANYWHERE
from sync.server.reports.shared_content import MadeBy
from sync.server.reports.shared_reports import ALL_VENUES, SharedReport, SharingRefused, may_share
from sync.server.web.i18n import say
from sync.server.web.words import period_words

DAY_MS = 24 * 60 * 60 * 1000
LIVES = (7, 30, 90, 365)  # days
DEFAULT_LIFE = 30
MOST_LISTED = 200

_link = tables.shared_link.c
_report = tables.shared_report.c


@dataclass(frozen=True)
class ListedLink:
    """A link and what it shows; times in ms since 1970 UTC. ``revoked_at`` None: it was not revoked."""

    id: UUID
    report: UUID
    period: str
    place: str
    made_at: int
    made_by: str
    expires_at: int
    revoked_at: int | None

    def is_open(self, now: int) -> bool:
        """Whether it can be read."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class OpenedLink:
    """A link that can be read: its id, and what it shows."""

    link: UUID
    shared: SharedReport


def make_link(store: Store, scope: Scope, shared: SharedReport, made: MadeBy, days: int) -> str:
    """The token of a new link to a shared report. It is stored as a hash only, so it can't be shown again.

    ``days``: one of LIVES. Raises SharingRefused, StorageError.
    """
    if not may_share(scope, shared.venue):
        raise SharingRefused(say("your account may not share reports of this place"))
    if days not in LIVES:
        raise SharingRefused(f"a link ends after {', '.join(map(str, LIVES))} days")
    token = new_token()
    values = {
        "id": uuid7(made.at),
        "token_hash": digest(token),
        "report": shared.id,
        "made_at": made.at,
        "made_by": made.login,
        "expires_at": made.at + days * DAY_MS,
    }
    with store.writing() as connection:
        connection.execute(insert(tables.shared_link).values(values))
    return token


def open_link(store: Store, token: str, now: int) -> OpenedLink | None:
    """The link with this token; None: it is unknown, expired or revoked. ``now``: ms since 1970 UTC."""
    query = select(tables.shared_report, _link.id.label("link")).join_from(tables.shared_report, tables.shared_link)
    query = query.where(_link.token_hash == digest(token), _link.revoked_at.is_(None), _link.expires_at > now)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else OpenedLink(row.link, shared_reports.from_row(row))


def listed(store: Store, scope: Scope) -> Sequence[ListedLink]:
    """The links of the scope's places, the newest first."""
    query = _query(scope).order_by(_link.made_at.desc(), _link.id.desc()).limit(MOST_LISTED)
    with store.reading() as connection:
        return [
            ListedLink(
                row.id,
                row.report,
                period_words(row.first, row.last),
                say(ALL_VENUES) if row.venue == ANYWHERE else row.place,
                row.made_at,
                row.made_by,
                row.expires_at,
                row.revoked_at,
            )
            for row in connection.execute(query)
        ]


def revoke(store: Store, scope: Scope, link: UUID, now: int) -> None:
    """End a link at once. ``now``: ms since 1970 UTC. Raises SharingRefused, StorageError."""
    with store.writing() as connection:
        row = connection.execute(_query(scope).where(_link.id == link)).one_or_none()
        if row is None:
            raise SharingRefused(say("there is no such link"))
        if not may_share(scope, row.venue):
            raise SharingRefused(say("your account may not end links of this place"))
        ended = update(tables.shared_link).where(_link.id == link, _link.revoked_at.is_(None))
        connection.execute(ended.values(revoked_at=now))


def read_report(store: Store, scope: Scope, report: UUID) -> SharedReport | None:
    """A shared report within the scope, whatever its links are. Raises StorageError."""
    query = scope.limit(select(tables.shared_report).where(_report.id == report), _report.venue)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else shared_reports.from_row(row)


def _query(scope: Scope) -> Select[Any]:
    columns = (tables.shared_link, _report.venue, _report.first, _report.last, _report.place)
    return scope.limit(select(*columns).join_from(tables.shared_link, tables.shared_report), _report.venue)
