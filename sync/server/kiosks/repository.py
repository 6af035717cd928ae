"""The venues and their kiosks: which there are, which one is asking, and up to when each has reported."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, delete, select, update

from sync.domain.events import OPTIONAL_FIELDS
from sync.ledger import feed_positions
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.store import Store
from sync.protocol import ClockState, Heartbeat, HeartbeatAnswer
from sync.server import tables
from sync.server.auth.tokens import digest
from sync.server.kiosks import allocation, device_identity, restored_database, slip_formats, token_rotation


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
class Zone:
    """A phone-free area of a venue."""

    id: UUID
    name: str


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
    device: str | None = None  # a keyed hash of the one that serves as this kiosk

    @property
    def is_revoked(self) -> bool:
        """Whether the coordinator has ended its pairing."""
        return self.revoked_at is not None


@dataclass(frozen=True)
class OpenCode:
    """A pairing code that was made and not used; the code itself is not stored."""

    id: UUID
    venue: Venue
    zone: str
    expires_at: int  # ms since 1970 UTC


def venues(store: Store) -> list[Venue]:
    """All venues, by name."""
    with store.reading() as connection:
        return venues_in(connection)


def venues_in(connection: Connection) -> list[Venue]:
    """The same within a transaction."""
    table = tables.venue
    found = connection.execute(select(table.c.id, table.c.name, table.c.time_zone).order_by(table.c.name))
    return [Venue(*row) for row in found]


def zones_in(connection: Connection, venue: UUID) -> list[Zone]:
    """A venue's zones, by name."""
    table = tables.zone
    mine = select(table.c.id, table.c.name).where(table.c.venue == venue).order_by(table.c.name)
    return [Zone(*row) for row in connection.execute(mine)]


def kiosks(store: Store) -> list[Kiosk]:
    """All kiosks, by venue, zone and age."""
    with store.reading() as connection:
        order = (tables.venue.c.name, tables.zone.c.name, tables.kiosk.c.enrolled_at, tables.kiosk.c.id)
        return _kiosks(connection, _query().order_by(*order))


def kiosk_with(store: Store, token: str) -> Kiosk | None:
    """The kiosk that carries this token, revoked or not. A new token that comes for the first time ends the old one."""
    hashed, present, following = digest(token), tables.kiosk.c.token_hash, tables.kiosk.c.next_token_hash
    with store.reading() as connection:
        if found := _kiosks(connection, _query().where(present == hashed)):
            return found[0]
        found = _kiosks(connection, _query().where(following == hashed))
    if found:
        with store.writing_concurrently() as connection:
            token_rotation.settle(connection, hashed)
    return found[0] if found else None


def _query() -> Select[Any]:
    kiosk, venue, zone = tables.kiosk.c, tables.venue.c, tables.zone.c
    said = (kiosk.revoked_at, kiosk.version, kiosk.last_seen_at, kiosk.waiting, kiosk.reported_up_to, kiosk.clock_sure)
    query = select(kiosk.id, venue.id, venue.name, venue.time_zone, zone.name, *said, kiosk.device)
    return query.join_from(tables.kiosk, tables.venue).join(tables.zone, zone.id == kiosk.zone)


def _kiosks(connection: Connection, query: Select[Any]) -> list[Kiosk]:
    return [Kiosk(row[0], Venue(*row[1:4]), *row[4:]) for row in map(tuple, connection.execute(query))]


def hear_heartbeat(store: Store, kiosk: Kiosk, heartbeat: Heartbeat, now: int, token: str) -> HeartbeatAnswer:
    """Keep what a kiosk says of itself, and deal to it."""
    with store.writing_concurrently() as connection:
        seen(connection, kiosk.id, _reported_up_to(connection, kiosk, heartbeat, now), now)
        sure = heartbeat.clock.sure if heartbeat.clock else None
        said = {"version": heartbeat.version, "waiting": heartbeat.waiting, "clock_sure": sure}
        said["reads"] = slip_formats.stored(heartbeat.reads)
        connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == kiosk.id).values(said))
        slips = slip_formats.answer(connection, kiosk.venue.id, heartbeat.reads)
        following = token_rotation.offer(connection, kiosk.id, token, now)
        stored = restored_database.stored(connection, kiosk.id, heartbeat)
        if restored_database.is_evident(connection, kiosk.venue.id, heartbeat, stored):
            restored_database.distrust_shares(connection, kiosk.venue.id)
        dealt = wanted = None
        if heartbeat.share:
            dealt, wanted = allocation.exchange(connection, kiosk.id, kiosk.venue.id, heartbeat.share, now)
        end, copied = feed_positions.end(connection, kiosk.venue.id), device_identity.copied(connection, kiosk.id)
        return HeartbeatAnswer(
            now,
            end.number,
            following,
            dealt,
            wanted,
            end.mark,
            stored,
            copied=copied,
            slips=slips,
            entry_fields=list(OPTIONAL_FIELDS),
        )


def _reported_up_to(connection: Connection, kiosk: Kiosk, heartbeat: Heartbeat, now: int) -> int | None:
    """Before which time (ms since 1970 UTC) nothing is left on the kiosk; None: unknown.

    That is when the kiosk counted its waiting entries, or the oldest of these. What it records while the heartbeat is
    under way is not among them, so the time of arrival counts only for a client that does not tell its time.
    """
    counted = now if heartbeat.clock is None else _time_of(connection, kiosk.venue.id, heartbeat.clock)
    oldest = heartbeat.oldest_waiting if heartbeat.waiting else counted
    return None if counted is None or oldest is None else min(counted, oldest)


def _time_of(connection: Connection, venue: UUID, clock: ClockState) -> int | None:
    """The time that a kiosk states, by the anchor of its boot where its clock is not set; None: nobody knows it."""
    if clock.sure:
        return clock.at
    anchor = hot_path(connection).anchors(venue, {clock.boot}).get(clock.boot)
    return None if anchor is None else clock.up + anchor.offset - anchor.error


def seen(connection: Connection, kiosk: UUID, up_to: int | None, now: int) -> None:
    """Move on what is known of a kiosk: never backwards, and never past now, whatever its clock believes."""
    table = tables.kiosk
    mine = select(table.c.reported_up_to).where(table.c.id == kiosk).with_for_update()  # SQLite needs no such words
    before = connection.execute(mine).scalar_one()
    known = [time for time in (before, None if up_to is None else max(0, min(up_to, now))) if time is not None]
    values = {"last_seen_at": now, "reported_up_to": max(known, default=None)}
    connection.execute(update(table).where(table.c.id == kiosk).values(values))


def open_codes(store: Store, now: int) -> list[OpenCode]:
    """Pairing codes that nobody has used yet and that are still good, the oldest first."""
    code, venue, zone = tables.pairing_code.c, tables.venue.c, tables.zone.c
    query = select(code.id, venue.id, venue.name, venue.time_zone, zone.name, code.expires_at)
    query = query.join_from(tables.pairing_code, tables.venue).join(tables.zone, zone.id == code.zone)
    query = query.where(code.used_at.is_(None), code.expires_at > now).order_by(code.expires_at, code.id)
    with store.reading() as connection:
        return [OpenCode(row[0], Venue(*row[1:4]), *row[4:]) for row in map(tuple, connection.execute(query))]


def withdraw(store: Store, code: UUID) -> bool:
    """End a pairing code; False where it was used already, or never made."""
    table = tables.pairing_code
    with store.writing() as connection:
        mine = (table.c.id == code) & table.c.used_at.is_(None)
        return connection.execute(delete(table).where(mine)).rowcount > 0


def revoke(store: Store, kiosk: UUID, now: int) -> None:
    """End a kiosk's pairing: its token opens nothing any more, and others get its share; what it reported stays."""
    with store.writing() as connection:
        end(connection, kiosk, now)


def end(connection: Connection, kiosk: UUID, now: int) -> None:
    """The same within a transaction."""
    still = (tables.kiosk.c.id == kiosk) & tables.kiosk.c.revoked_at.is_(None)
    connection.execute(update(tables.kiosk).where(still).values(revoked_at=now))
    allocation.end_share(connection, kiosk)
