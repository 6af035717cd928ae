"""Records when each kiosk has read what was planned, by the position in the feed that its heartbeats report."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.domain.events import SeriesEnded, SeriesSet, SessionCancelled, SessionPlanned
from sync.ledger import feed_positions
from sync.ledger import tables as ledger_tables
from sync.ledger.feed_positions import Position
from sync.protocol import Heartbeat
from sync.server import tables

PLAN_KINDS = tuple(event.kind for event in (SessionPlanned, SessionCancelled, SeriesSet, SeriesEnded))
KEPT_MS = 400 * 24 * 60 * 60 * 1000  # a reading; of what was read before, it is known that it was, and not since when

_entry, _journal = ledger_tables.entry.c, ledger_tables.journal.c
_kiosk, _reading = tables.kiosk.c, tables.plan_reading.c


@dataclass(frozen=True)
class Statement:
    """The last entry that says how a session or series is planned: its position in the feed, and who wrote it."""

    position: int
    kiosk: UUID | None  # None: the server


@dataclass(frozen=True)
class FeedReading:
    """How far a kiosk has read; ``times``: positions and when it had read up to each (ms since 1970 UTC), in order."""

    position: int | None  # None: it has not reported any
    times: Mapping[int, int] = field(default_factory=dict)

    def has_read(self, statement: Statement) -> bool:
        """Whether the kiosk has read it."""
        return self.position is not None and self.position >= statement.position

    def since(self, statement: Statement) -> int | None:
        """When the kiosk had read it (ms since 1970 UTC); None: it has not, or that is not known any more."""
        return next((at for position, at in self.times.items() if position >= statement.position), None)


def record(connection: Connection, kiosk: UUID, venue: UUID, heartbeat: Heartbeat, now: int) -> None:
    """Store how far a kiosk has read, and the time where something planned is in what it has read since.

    ``now``: ms since 1970 UTC. A position that this database has not assigned is not stored. At a kiosk's first report
    it is not known since when it has read what it has.
    """
    position = heartbeat.feed
    before = connection.execute(select(_kiosk.feed_read).where(_kiosk.id == kiosk)).scalar()
    if position is None or position == before:
        return
    if not feed_positions.is_valid(connection, venue, Position(position, heartbeat.feed_mark)):
        return
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(feed_read=position))
    latest = connection.execute(select(func.max(_reading.position)).where(_reading.kiosk == kiosk)).scalar()
    unread_after = before if latest is None or before is None else max(before, latest)
    if unread_after is None or not _has_plans(connection, venue, unread_after, position):
        return
    table = tables.plan_reading
    connection.execute(delete(table).where(_reading.kiosk == kiosk, _reading.read_at < now - KEPT_MS))
    connection.execute(insert(table).values(kiosk=kiosk, position=position, read_at=now))


def _has_plans(connection: Connection, venue: UUID, after: int, up_to: int) -> bool:
    query = select(_entry.position).where(_entry.stream == venue, _entry.position > after, _entry.position <= up_to)
    return connection.execute(query.where(_entry.kind.in_(PLAN_KINDS)).limit(1)).scalar() is not None


def readings(connection: Connection, kiosks: Collection[UUID]) -> dict[UUID, FeedReading]:
    """How far each of these kiosks has read, by its id."""
    positions = connection.execute(select(_kiosk.id, _kiosk.feed_read).where(_kiosk.id.in_(kiosks))).all()
    query = select(_reading.kiosk, _reading.position, _reading.read_at).where(_reading.kiosk.in_(kiosks))
    times: dict[UUID, dict[int, int]] = {}
    for kiosk, position, at in connection.execute(query.order_by(_reading.position)):
        times.setdefault(kiosk, {})[position] = at
    return {kiosk: FeedReading(position, times.get(kiosk, {})) for kiosk, position in positions}


def statements(connection: Connection, venue: UUID, subjects: Collection[UUID]) -> dict[UUID, Statement]:
    """The last statement about each of these sessions and series of a venue, by the subject's id."""
    query = (
        select(_entry.subject, _entry.position, _journal.kiosk)
        .join_from(ledger_tables.entry, ledger_tables.journal, _journal.id == _entry.journal)
        .where(_entry.subject.in_(subjects), _entry.stream == venue, _entry.kind.in_(PLAN_KINDS))
        .where(_entry.quarantined.is_(None), _entry.position.is_not(None))
        .order_by(_entry.position)
    )
    return {subject: Statement(position, kiosk) for subject, position, kiosk in connection.execute(query)}
