"""Queries of what the coordinator has set: plans that have not been opened, and a venue's configuration."""

from uuid import UUID

from sqlalchemy import select

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


def configuration(store: Store, venue: UUID) -> Configuration:
    """A venue's configuration; on a server and on the venue's own kiosks. Without a row all of its fields are None."""
    query = select(tables.configuration).where(
        _configuration.id == venue, _configuration.venue.in_((LOCAL_VENUE, venue))
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        return projections.read_configuration(row) if row else Configuration(venue)
