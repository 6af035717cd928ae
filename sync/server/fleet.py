"""The venues and their kiosks: which there are, which one is asking, and up to when each has reported."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, select, update

from sync.ledger import tables as ledger_tables
from sync.ledger.engine import Store
from sync.protocol import Heartbeat
from sync.server import tables
from sync.server.tokens import digest


@dataclass(frozen=True)
class Venue:
    """A place with zones and kiosks; its days are its own, by its time zone."""

    id: UUID
    name: str
    time_zone: str

    @property
    def clock_zone(self) -> ZoneInfo:
        """Its time zone, ready to use."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Kiosk:
    """A kiosk as the server knows it; times in ms since 1970 UTC, None: not yet said."""

    id: UUID
    venue: Venue
    zone: str
    revoked_at: int | None
    version: str | None
    last_seen_at: int | None
    waiting: int | None
    reported_up_to: int | None
    clock_sure: bool | None

    @property
    def is_revoked(self) -> bool:
        """Whether the coordinator has ended its pairing."""
        return self.revoked_at is not None


def venues(store: Store) -> list[Venue]:
    """All venues, by name."""
    table = tables.venue
    with store.reading() as connection:
        found = connection.execute(select(table.c.id, table.c.name, table.c.time_zone).order_by(table.c.name))
        return [Venue(*row) for row in found]


def kiosks(store: Store) -> list[Kiosk]:
    """All kiosks, by venue, zone and age."""
    with store.reading() as connection:
        order = (tables.venue.c.name, tables.zone.c.name, tables.kiosk.c.enrolled_at, tables.kiosk.c.id)
        return _kiosks(connection, _query().order_by(*order))


def kiosk_with(store: Store, token: str) -> Kiosk | None:
    """The kiosk that carries this token, revoked or not."""
    with store.reading() as connection:
        found = _kiosks(connection, _query().where(tables.kiosk.c.token_hash == digest(token)))
        return found[0] if found else None


def _query() -> Select[Any]:
    kiosk, venue, zone = tables.kiosk.c, tables.venue.c, tables.zone.c
    said = (kiosk.revoked_at, kiosk.version, kiosk.last_seen_at, kiosk.waiting, kiosk.reported_up_to, kiosk.clock_sure)
    query = select(kiosk.id, venue.id, venue.name, venue.time_zone, zone.name, *said)
    return query.join_from(tables.kiosk, tables.venue).join(tables.zone, zone.id == kiosk.zone)


def _kiosks(connection: Connection, query: Select[Any]) -> list[Kiosk]:
    return [Kiosk(row[0], Venue(*row[1:4]), *row[4:]) for row in map(tuple, connection.execute(query))]


def hear_heartbeat(store: Store, kiosk: UUID, heartbeat: Heartbeat, now: int) -> None:
    """Keep what a kiosk says of itself. It has reported up to now, or up to the oldest entry that it still holds."""
    with store.writing_beside() as connection:
        seen(connection, kiosk, heartbeat.oldest_waiting if heartbeat.waiting else now, now)
        sure = heartbeat.clock.sure if heartbeat.clock else None
        said = {"version": heartbeat.version, "waiting": heartbeat.waiting, "clock_sure": sure}
        connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == kiosk).values(said))


def seen(connection: Connection, kiosk: UUID, up_to: int | None, now: int) -> None:
    """Move on what is known of a kiosk: never backwards, and never past now, whatever its clock believes."""
    table = tables.kiosk
    mine = select(table.c.reported_up_to).where(table.c.id == kiosk).with_for_update()  # SQLite needs no such words
    before = connection.execute(mine).scalar_one()
    known = [time for time in (before, None if up_to is None else max(0, min(up_to, now))) if time is not None]
    values = {"last_seen_at": now, "reported_up_to": max(known, default=None)}
    connection.execute(update(table).where(table.c.id == kiosk).values(values))


def venue_of(connection: Connection, journal: UUID) -> UUID | None:
    """The venue whose kiosk writes this journal."""
    kiosk, written = tables.kiosk.c, ledger_tables.journal.c
    found = select(kiosk.venue).join(ledger_tables.journal, written.kiosk == kiosk.id).where(written.id == journal)
    venue: UUID | None = connection.execute(found).scalar()
    return venue


def revoke(store: Store, kiosk: UUID, now: int) -> None:
    """End a kiosk's pairing: its token opens nothing any more; what it reported stays."""
    with store.writing() as connection:
        connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == kiosk).values(revoked_at=now))
