"""Queries of what is to come: plans that have not been opened, weekly series; and a venue's configuration."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from sync.domain.series import Series
from sync.domain.session import Session
from sync.domain.venue import Configuration
from sync.ledger import projections, tables
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

_session, _configuration = tables.session.c, tables.configuration.c
WAITING = (
    select(tables.session)
    .where(_session.opened.is_(None), _session.closed.is_(None), _session.cancelled.is_(False))
    .order_by(_session.planned_start, _session.id)
)


def waiting(store: Store, zone: str, start: int, end: int) -> list[Session]:
    """A kiosk's plans for a zone, neither opened nor cancelled, that overlap this time (ms since 1970 UTC)."""
    query = WAITING.where(_session.zone == zone, _session.planned_start < end, _session.planned_end > start)
    with store.reading() as connection:
        return [projections.read_session(row) for row in connection.execute(query)]


def series(store: Store) -> list[Series]:
    """A kiosk's weekly series that have not ended, of every zone of its venue; by their time of day."""
    table = tables.series
    query = select(table).where(table.c.ended.is_(False), table.c.zone.is_not(None))
    with store.reading() as connection:
        rows = connection.execute(query.order_by(table.c.start_minute, table.c.title, table.c.id)).all()
    return [projections.read_series(row) for row in rows]


def sessions(store: Store, ids: Collection[UUID]) -> dict[UUID, Session]:
    """Those of these sessions of which a kiosk has any fact, by id."""
    with store.reading() as connection:
        rows = connection.execute(select(tables.session).where(_session.id.in_(ids))).all() if ids else []
    return {row.id: projections.read_session(row) for row in rows}


def closed_since(store: Store, zone: str, since: int) -> list[Session]:
    """A kiosk's sessions of a zone that closed after that time (ms since 1970 UTC), the latest first."""
    query = select(tables.session).where(_session.closed > since, _session.opened > 0, _session.zone == zone)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(_session.closed.desc(), _session.id)).all()
    return [projections.read_session(row) for row in rows]


def configuration(store: Store, venue: UUID) -> Configuration:
    """A venue's configuration; on a server and on the venue's own kiosks. Without a row all of its fields are None."""
    query = select(tables.configuration).where(
        _configuration.id == venue, _configuration.venue.in_((LOCAL_VENUE, venue))
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        return projections.read_configuration(row) if row else Configuration(venue)
