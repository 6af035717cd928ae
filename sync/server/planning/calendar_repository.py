"""Queries of calendars that are fetched, and of the sessions that were planned for them."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from sync.domain.events import SessionKind
from sync.ledger.chunks import chunks
from sync.ledger.store import Store
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks.repository import Venue
from sync.server.planning.calendar_import import CalendarSession, ImportedSession, SessionRule

KEEP_MS = 24 * 60 * 60 * 1000  # how long a session is remembered after its end

_calendar, _session, _venue = tables.calendar.c, tables.calendar_session.c, tables.venue.c


class CalendarSummary(Struct, frozen=True):
    """What came of the content that was read last."""

    events: int = 0
    sessions: int = 0
    skipped: Mapping[str, int] = {}
    unreadable: tuple[str, ...] = ()  # why, of some events
    unreadable_count: int = 0
    withheld: int = 0  # sessions that vanished and stay planned, since so many did


class VenueCalendar(Struct, frozen=True):
    """A calendar of a venue; times in ms since 1970 UTC, None: not yet."""

    id: UUID
    venue: Venue
    zone: UUID
    zone_name: str
    name: str
    address: str  # often a secret
    rule: SessionRule
    session_kind: SessionKind
    capacity: int | None
    due_at: int
    tried_at: int | None
    read_at: int | None
    etag: str | None
    last_modified: str | None
    problem: str | None
    summary: CalendarSummary | None

    @property
    def server(self) -> str:
        """The name of the server in its address: all of it that is no secret."""
        return urlsplit(self.address).hostname or ""


def calendars(store: Store, scope: Scope) -> list[VenueCalendar]:
    """The calendars of the scope's venues, by venue and name."""
    with store.reading() as connection:
        query = _query().order_by(_venue.name, _calendar.name)
        return [_read(row) for row in connection.execute(scope.limit(query, _calendar.venue))]


def find(connection: Connection, calendar: UUID) -> VenueCalendar | None:
    """The calendar with this id."""
    row = connection.execute(_query().where(_calendar.id == calendar)).one_or_none()
    return None if row is None else _read(row)


def _query() -> Select[Any]:
    columns = [column for column in tables.calendar.c if column.name not in ("venue", "zone")]
    venue = (_venue.id.label("venue_id"), _venue.name.label("venue_name"), _venue.time_zone)
    zone = (tables.zone.c.id.label("zone"), tables.zone.c.name.label("zone_name"))
    joined = tables.calendar.join(tables.venue, _calendar.venue == _venue.id)
    return select(*columns, *venue, *zone).select_from(joined.join(tables.zone, tables.zone.c.id == _calendar.zone))


def _read(row: Row[Any]) -> VenueCalendar:
    fields = dict(row._mapping)
    venue = Venue(fields.pop("venue_id"), fields.pop("venue_name"), fields.pop("time_zone"))
    rule = msgspec.convert(fields.pop("rule"), SessionRule)
    summary = fields.pop("summary")
    return VenueCalendar(
        venue=venue,
        rule=rule,
        summary=None if summary is None else msgspec.convert(summary, CalendarSummary),
        **fields,
    )


def claim(store: Store, now: int, next_at: int) -> UUID | None:
    """A calendar that is due; no other process gets it until ``next_at``. None: none is due."""
    due = select(_calendar.id).where(_calendar.due_at <= now).order_by(_calendar.due_at).limit(1)
    with store.reading() as connection:
        if connection.execute(due).first() is None:
            return None
    with store.writing() as connection:
        calendar: UUID | None = connection.execute(due).scalar()
        if calendar is not None:
            change(connection, calendar, due_at=next_at)
        return calendar


def add(connection: Connection, fields: Mapping[str, object]) -> None:
    """Add a calendar."""
    connection.execute(insert(tables.calendar).values(**fields))


def change(connection: Connection, calendar: UUID, **fields: object) -> None:
    """Change columns of a calendar."""
    connection.execute(update(tables.calendar).where(_calendar.id == calendar).values(**fields))


def remove(connection: Connection, calendar: UUID) -> None:
    """Remove a calendar, and what is remembered of its sessions."""
    connection.execute(delete(tables.calendar_session).where(_session.calendar == calendar))
    connection.execute(delete(tables.calendar).where(_calendar.id == calendar))


def imported_sessions(connection: Connection, calendar: UUID) -> list[ImportedSession]:
    """The sessions that were planned for a calendar and are not long over, the cancelled ones too."""
    query = select(tables.calendar_session).where(_session.calendar == calendar)
    return [
        ImportedSession(
            row.session,
            CalendarSession(row.series, row.original_start, row.title, row.starts_at, row.ends_at),
            row.cancelled,
        )
        for row in connection.execute(query)
    ]


def store_sessions(connection: Connection, calendar: UUID, sessions: Iterable[ImportedSession], now: int) -> None:
    """Remember these sessions as they are now, and forget those that are long over."""
    sessions = list(sessions)
    for some in chunks(item.session for item in sessions):
        connection.execute(
            delete(tables.calendar_session).where(_session.calendar == calendar, _session.session.in_(some))
        )
    rows = [
        {
            "calendar": calendar,
            "session": item.session,
            "series": item.planned.series,
            "original_start": item.planned.original_start,
            "title": item.planned.title,
            "starts_at": item.planned.start,
            "ends_at": item.planned.end,
            "cancelled": item.is_cancelled,
        }
        for item in sessions
    ]
    if rows:
        connection.execute(insert(tables.calendar_session), rows)
    connection.execute(
        delete(tables.calendar_session).where(_session.calendar == calendar, _session.ends_at < now - KEEP_MS)
    )
