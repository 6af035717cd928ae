"""Queries of hosts, and of the end of pairings, after which a venue changes its key."""

from sqlalchemy import func, select

from sync.domain.events import KioskRevoked
from sync.domain.host import SealedHost
from sync.ledger import projections, tables
from sync.ledger.store import Store

_entry = tables.entry.c


def sealed_hosts(store: Store) -> list[SealedHost]:
    """All hosts that a kiosk's ledger knows, also removed ones, in the order in which they were added."""
    with store.reading() as connection:
        rows = connection.execute(select(tables.host).order_by(tables.host.c.id))
        return [projections.read_host(row) for row in rows]


def last_revocation(store: Store) -> int:
    """The tick at which a kiosk of this venue was revoked last; 0: never."""
    ticks = select(func.max(_entry.tick)).where(_entry.kind == KioskRevoked.kind, _entry.quarantined.is_(None))
    with store.reading() as connection:
        return connection.execute(ticks).scalar() or 0
