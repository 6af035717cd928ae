"""Rate limits and lockouts in a table, so that all server processes share them and a restart does not reset them.

A try is counted before it is verified, and taken back if it succeeds, so that concurrent tries can't exceed a limit.
Keys are hashed with the organisation's secret: no address and no login name is stored in clear.
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
PRUNE_MS = 60_000  # between two removals of old rows by a process
FORGET_MS = 10 * 60_000  # how long a failure counts, after it or after the lockout that it caused

_table = tables.rate_limit
ADD = text(
    "INSERT INTO rate_limit (key_hash, tries, until, forget_at) VALUES (:key_hash, 0, 0, 0) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Window:
    """At most ``tries`` in ``length`` ms, counted from the first of them."""

    tries: int
    length: int

    def count(self, tries: int, until: int, now: int) -> "Counts":
        """Count a try, or return how long to wait. A clock that was set back does not prolong a window."""
        until = min(until, now + self.length)
        if until <= now:
            return Counts(1, now + self.length, now + self.length)
        if tries >= self.tries:
            return Counts(tries, until, until, wait=until - now)
        return Counts(tries + 1, until, until)


@dataclass(frozen=True)
class Lockout:
    """From the ``free``-th failure on, no try for ``first`` ms; doubled after each further one, up to ``longest``."""

    free: int
    first: int
    longest: int

    def after(self, failures: int) -> int:
        """The lockout after so many failures, in ms."""
        if failures < self.free:
            return 0
        return min(self.longest, self.first << min(failures - self.free, 20))

    def count(self, tries: int, until: int, now: int) -> "Counts":
        """Count a failure in advance, or return the rest of the lockout."""
        until = min(until, now + self.longest)
        if until > now:
            return Counts(tries, until, until + FORGET_MS, wait=until - now)
        until = now + self.after(tries + 1)
        return Counts(tries + 1, until, max(until + until - now, until + FORGET_MS))


@dataclass(frozen=True)
class Counts:
    """A row's new values; ``wait``: how long to wait before the next try, in ms; 0: this try is allowed."""

    tries: int
    until: int
    forget_at: int
    wait: int = 0


@dataclass(frozen=True)
class Limit:
    """A rule for one ``subject``: an address, a browser, a login name. ``name`` distinguishes limits on the same."""

    name: str
    subject: str
    rule: Window | Lockout


@dataclass(frozen=True)
class Refusal:
    """The limit that is reached, and how long until the next try, in ms."""

    limit: Limit
    wait: int


class RateLimiter:
    """The limits of one server process. Thread-safe. Every method raises StorageError."""

    def __init__(self, store: Store, secret: str) -> None:
        self._store = store
        self._relaxed = relaxed(store)
        self._key = hmac.digest(bytes.fromhex(secret), PURPOSE, "sha256")
        self._pruned_at = 0

    def begin(self, limits: Sequence[Limit], now: int) -> Refusal | None:
        """Count a try at each limit, in this order, up to the first that refuses it; None: it is allowed.

        If the first limit refuses, nothing is written, so that a refusal is cheaper than a try.
        """
        if refusal := self._check(limits[0], now):
            return refusal
        self._prune(now)
        with self._relaxed.writing_concurrently() as connection:
            rows = self._lock_rows(connection, [self._hash(limit) for limit in limits])
            for limit in limits:
                key = self._hash(limit)
                counts = self._count(limit, rows[key], now)
                if counts.wait:
                    return Refusal(limit, counts.wait)
                values = {"tries": counts.tries, "until": counts.until, "forget_at": counts.forget_at}
                connection.execute(update(_table).where(_table.c.key_hash == key).values(values))
        return None

    def _check(self, limit: Limit, now: int) -> Refusal | None:
        with self._store.reading() as connection:
            row = connection.execute(select(_table).where(_table.c.key_hash == self._hash(limit))).one_or_none()
        wait = self._count(limit, row, now).wait if row else 0
        return Refusal(limit, wait) if wait else None

    def _count(self, limit: Limit, row: Row[Any], now: int) -> Counts:
        is_new = row.forget_at <= now
        return limit.rule.count(0 if is_new else row.tries, 0 if is_new else row.until, now)

    def take_back(self, limits: Sequence[Limit]) -> None:
        """Uncount a try that succeeded or was not verified; the failures of a lockout are all forgotten."""
        with self._relaxed.writing_concurrently() as connection:
            rows = self._lock_rows(connection, [self._hash(limit) for limit in limits])
            for limit in limits:
                key = self._hash(limit)
                is_reset = isinstance(limit.rule, Lockout) or rows[key].tries <= 1
                values = {"tries": 0, "until": 0, "forget_at": 0} if is_reset else {"tries": _table.c.tries - 1}
                connection.execute(update(_table).where(_table.c.key_hash == key).values(values))

    def _lock_rows(self, connection: Connection, keys: Sequence[str]) -> Mapping[str, Row[Any]]:
        """The rows of these keys, inserted where needed, and locked in a fixed order to avoid deadlocks."""
        sorted_keys = sorted(set(keys))
        query = select(_table).where(_table.c.key_hash.in_(sorted_keys)).order_by(_table.c.key_hash).with_for_update()
        while True:
            connection.execute(ADD, [{"key_hash": key} for key in sorted_keys])
            rows = {row.key_hash: row for row in connection.execute(query)}
            if len(rows) == len(sorted_keys):  # another process may have removed one in between
                return rows

    def _hash(self, limit: Limit) -> str:
        return hmac.digest(self._key, f"{limit.name}\0{limit.subject}".encode(errors="replace"), "sha256").hex()

    def _prune(self, now: int) -> None:
        """Delete forgotten rows, except those that are locked at the moment."""
        if abs(now - self._pruned_at) < PRUNE_MS:
            return
        self._pruned_at = now
        old = select(_table.c.key_hash).where(_table.c.forget_at <= now).with_for_update(skip_locked=True)
        with self._relaxed.writing_concurrently() as connection:
            connection.execute(delete(_table).where(_table.c.key_hash.in_(old)))
