"""Queries of venues, zones, kiosks and pairing codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, delete, select, update

from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Permission, Scope
from sync.server.auth.tokens import digest
from sync.server.kiosks import token_rotation


@dataclass(frozen=True)
class Venue:
    """A place with zones and kiosks; its days follow its time zone."""

    id: UUID
    name: str
    time_zone: str

    @property
    def clock_zone(self) -> ZoneInfo:
        """Its time zone as an object."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Zone:
    """A phone-free area of a venue."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Kiosk:
    """A kiosk as the server knows it; times in ms since 1970 UTC, None: not yet reported."""

    id: UUID
    venue: Venue
    zone: str
    revoked_at: int | None
    version: str | None
    last_seen_at: int | None
    waiting: int | None
    reported_up_to: int | None
    clock_sure: bool | None
    device: str | None = None  # a keyed hash of the serving device
    devices: Mapping[str, str] | None = None  # by name, how its devices are, as reported
    clock_offset: int | None = None  # ms that its clock was ahead of the server's at its last heartbeat

    @property
    def is_revoked(self) -> bool:
        """Whether its pairing has ended."""
        return self.revoked_at is not None


@dataclass(frozen=True)
class OpenCode:
    """A pairing code that can still be used; the code itself is not stored."""

    id: UUID
    venue: Venue
    zone: str
    expires_at: int  # ms since 1970 UTC


def venues(store: Store, scope: Scope) -> list[Venue]:
    """The venues of the scope, by name."""
    with store.reading() as connection:
        return venues_in(connection, scope)


def venues_in(connection: Connection, scope: Scope) -> list[Venue]:
    """The same within a transaction."""
    return _venues(connection, scope.limit(_venue_query(), tables.venue.c.id))


def all_venues(connection: Connection) -> list[Venue]:
    """Every venue, by name, for checks that a name is unique."""
    return _venues(connection, _venue_query())


def _venue_query() -> Select[Any]:
    venue = tables.venue.c
    return select(venue.id, venue.name, venue.time_zone).order_by(venue.name)


def _venues(connection: Connection, query: Select[Any]) -> list[Venue]:
    return [Venue(*row) for row in connection.execute(query)]


def zones_in(connection: Connection, venue: UUID) -> list[Zone]:
    """A venue's zones, by name."""
    zone = tables.zone.c
    query = select(zone.id, zone.name).where(zone.venue == venue).order_by(zone.name)
    return [Zone(*row) for row in connection.execute(query)]


def zone_names_by_id(store: Store, scope: Scope) -> dict[UUID, dict[str, str]]:
    """By venue, the names of its zones by their ids as text, in the order of their names."""
    zone = tables.zone.c
    query = scope.limit(select(zone.venue, zone.id, zone.name).order_by(zone.name), zone.venue)
    names: dict[UUID, dict[str, str]] = {}
    with store.reading() as connection:
        for row in connection.execute(query):
            names.setdefault(row.venue, {})[str(row.id)] = row.name
    return names


def venue_of_zone(store: Store, scope: Scope, zone: UUID) -> UUID | None:
    """The venue in the scope that has this zone."""
    with store.reading() as connection:
        query = scope.limit(select(tables.zone.c.venue).where(tables.zone.c.id == zone), tables.zone.c.venue)
        venue: UUID | None = connection.execute(query).scalar()
        return venue


def kiosks(store: Store, scope: Scope) -> list[Kiosk]:
    """The kiosks of the scope, revoked or not, by venue, zone and age."""
    with store.reading() as connection:
        return kiosks_in(connection, scope)


def kiosks_in(connection: Connection, scope: Scope) -> list[Kiosk]:
    """The same within a transaction."""
    order = (tables.venue.c.name, tables.zone.c.name, tables.kiosk.c.enrolled_at, tables.kiosk.c.id)
    return _kiosks(connection, scope.limit(_kiosk_query().order_by(*order), tables.kiosk.c.venue))


def kiosk_of_token(store: Store, token: str) -> Kiosk | None:
    """The kiosk with this token, revoked or not. The first use of a new token ends the old one."""
    hashed, current, following = digest(token), tables.kiosk.c.token_hash, tables.kiosk.c.next_token_hash
    with store.reading() as connection:
        if rows := _kiosks(connection, _kiosk_query().where(current == hashed)):
            return rows[0]
        rows = _kiosks(connection, _kiosk_query().where(following == hashed))
    if rows:
        with store.writing_concurrently() as connection:
            token_rotation.settle(connection, hashed)
    return rows[0] if rows else None


def _kiosk_query() -> Select[Any]:
    kiosk, venue, zone = tables.kiosk.c, tables.venue.c, tables.zone.c
    state = (kiosk.revoked_at, kiosk.version, kiosk.last_seen_at, kiosk.waiting, kiosk.reported_up_to, kiosk.clock_sure)
    devices = (kiosk.device, kiosk.devices, kiosk.clock_offset)
    query = select(kiosk.id, venue.id, venue.name, venue.time_zone, zone.name, *state, *devices)
    return query.join_from(tables.kiosk, tables.venue).join(tables.zone, zone.id == kiosk.zone)


def _kiosks(connection: Connection, query: Select[Any]) -> list[Kiosk]:
    return [Kiosk(row[0], Venue(*row[1:4]), *row[4:]) for row in map(tuple, connection.execute(query))]


def record_contact(connection: Connection, kiosk: UUID, up_to: int | None, now: int) -> None:
    """Set when a kiosk was last seen, and up to when it has reported; the latter never moves back, nor past ``now``."""
    table = tables.kiosk
    query = select(table.c.reported_up_to).where(table.c.id == kiosk).with_for_update()  # SQLite ignores FOR UPDATE
    before = connection.execute(query).scalar_one()
    times = [time for time in (before, None if up_to is None else max(0, min(up_to, now))) if time is not None]
    values = {"last_seen_at": now, "reported_up_to": max(times, default=None)}
    connection.execute(update(table).where(table.c.id == kiosk).values(values))


def open_codes(store: Store, scope: Scope, now: int) -> list[OpenCode]:
    """The pairing codes that can still be used, the oldest first."""
    code, venue, zone = tables.pairing_code.c, tables.venue.c, tables.zone.c
    query = select(code.id, venue.id, venue.name, venue.time_zone, zone.name, code.expires_at)
    query = query.join_from(tables.pairing_code, tables.venue).join(tables.zone, zone.id == code.zone)
    query = query.where(code.used_at.is_(None), code.expires_at > now).order_by(code.expires_at, code.id)
    query = scope.limit(query, code.venue)
    with store.reading() as connection:
        return [OpenCode(row[0], Venue(*row[1:4]), *row[4:]) for row in map(tuple, connection.execute(query))]


def withdraw_code(store: Store, scope: Scope, code: UUID) -> bool:
    """Delete an unused pairing code; False where none in the scope has this id."""
    table = tables.pairing_code
    with store.writing() as connection:
        is_unused = (table.c.id == code) & table.c.used_at.is_(None)
        venue = connection.execute(select(table.c.venue).where(is_unused)).scalar()
        if venue is None or not scope.allows(Permission.MANAGE, venue):
            return False
        return connection.execute(delete(table).where(is_unused)).rowcount > 0
