"""Limits on tries, kept in a table: all server processes share them, and a restart does not reset them.

A try is counted before it is looked at, and taken back where it was right, so that many at once are no way round a
limit. Keys are hashed with the organisation's secret: no address and no login name is stored in clear.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text, update

from sync.ledger.store import Store
from sync.server import tables
from sync.server.relaxed_store import relaxed

PURPOSE = b"rate limits"
PRUNE_MS = 60_000  # a process removes old rows at most so often
FORGET_MS = 10 * 60_000  # a failure is remembered so long after it, or after the lockout that it led to

_table = tables.rate_limit
ADD = text(
    "INSERT INTO rate_limit (key_hash, tries, until, forget_at) VALUES (:key_hash, 0, 0, 0) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Window:
    """At most so many tries in ``length`` ms, counted from the first of them."""

    tries: int
    length: int

    def count(self, tries: int, until: int, now: int) -> "CountingRule":
        """Count a try, or say how long to wait. A clock that was set back prolongs no window."""
        until = min(until, now + self.length)
        if until <= now:
            return CountingRule(1, now + self.length, now + self.length)
        if tries >= self.tries:
            return CountingRule(tries, until, until, wait=until - now)
        return CountingRule(tries + 1, until, until)


@dataclass(frozen=True)
class Lockout:
    """From the ``free``-th failure on, no try for ``first`` ms; after each further one twice as long, at most
    ``longest``."""

    free: int
    first: int
    longest: int

    def after(self, failures: int) -> int:
        """How long the lockout after so many failures is, in ms."""
        if failures < self.free:
            return 0
        return min(self.longest, self.first << min(failures - self.free, 20))

    def count(self, tries: int, until: int, now: int) -> "CountingRule":
        """Count a failure in advance, or say how long the lockout still is."""
        until = min(until, now + self.longest)
        if until > now:
            return CountingRule(tries, until, until + FORGET_MS, wait=until - now)
        until = now + self.after(tries + 1)
        return CountingRule(tries + 1, until, max(until + until - now, until + FORGET_MS))


@dataclass(frozen=True)
class CountingRule:
    """A row's new values, and in ms how long to wait before the next try; 0: this try may be looked at."""

    tries: int
    until: int
    forget_at: int
    wait: int = 0


@dataclass(frozen=True)
class Limit:
    """One rule for one ``subject``: an address, a browser, a login name. ``name`` tells limits on the same apart."""

    name: str
    subject: str
    rule: Window | Lockout


@dataclass(frozen=True)
class Refusal:
    """The limit that is reached, and in ms how long until the next try."""

    limit: Limit
    wait: int


class RateLimiter:
    """The limits of one server process. Safe to share between threads. Every method raises StorageTrouble."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store = store
        self._relaxed = relaxed(store)
        self._key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
        self._pruned_at = 0

    def begin(self, limits: Sequence[Limit], now: int) -> Refusal | None:
        """Count a try at each limit, in this order, up to the first that refuses it; None: it may be looked at.

        Where the first of them refuses, nothing is written: refusing costs less than asking.
        """
        if refusal := self._is_refused(limits[0], now):
            return refusal
        self._prune(now)
        with self._relaxed.writing_concurrently() as connection:
            rows = self._hold(connection, [self._hash(limit) for limit in limits])
            for limit in limits:
                key = self._hash(limit)
                counted = self._counted(limit, rows[key], now)
                if counted.wait:
                    return Refusal(limit, counted.wait)
                values = {"tries": counted.tries, "until": counted.until, "forget_at": counted.forget_at}
                connection.execute(update(_table).where(_table.c.key_hash == key).values(values))
        return None

    def _is_refused(self, limit: Limit, now: int) -> Refusal | None:
        with self._store.reading() as connection:
            row = connection.execute(select(_table).where(_table.c.key_hash == self._hash(limit))).one_or_none()
        wait = self._counted(limit, row, now).wait if row else 0
        return Refusal(limit, wait) if wait else None

    def _counted(self, limit: Limit, row: Row[Any], now: int) -> CountingRule:
        is_new = row.forget_at <= now
        return limit.rule.count(0 if is_new else row.tries, 0 if is_new else row.until, now)

    def take_back(self, limits: Sequence[Limit]) -> None:
        """Uncount a try that was right, or that was not looked at; a lockout is forgotten altogether."""
        with self._relaxed.writing_concurrently() as connection:
            rows = self._hold(connection, [self._hash(limit) for limit in limits])
            for limit in limits:
                key = self._hash(limit)
                none_left = isinstance(limit.rule, Lockout) or rows[key].tries <= 1
                values = {"tries": 0, "until": 0, "forget_at": 0} if none_left else {"tries": _table.c.tries - 1}
                connection.execute(update(_table).where(_table.c.key_hash == key).values(values))

    def _hold(self, connection: Connection, keys: Sequence[str]) -> Mapping[str, Row[Any]]:
        """The rows of these keys, locked in one order, so that no two transactions wait for each other."""
        in_order = sorted(set(keys))
        held = select(_table).where(_table.c.key_hash.in_(in_order)).order_by(_table.c.key_hash).with_for_update()
        while True:
            connection.execute(ADD, [{"key_hash": key} for key in in_order])
            rows = {row.key_hash: row for row in connection.execute(held)}
            if len(rows) == len(in_order):  # none was removed by another process in between
                return rows

    def _hash(self, limit: Limit) -> str:
        return hmac.digest(self._key, f"{limit.name}\0{limit.subject}".encode(errors="replace"), "sha256").hex()

    def _prune(self, now: int) -> None:
        """Remove what is forgotten; rows that somebody holds just now wait for the next time."""
        if abs(now - self._pruned_at) < PRUNE_MS:
            return
        self._pruned_at = now
        old = select(_table.c.key_hash).where(_table.c.forget_at <= now).with_for_update(skip_locked=True)
        with self._relaxed.writing_concurrently() as connection:
            connection.execute(delete(_table).where(_table.c.key_hash.in_(old)))
