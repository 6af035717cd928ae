"""Queries of passes at a kiosk: what was said of one, and the visits that it made here."""

from uuid import UUID

from sqlalchemy import select

from sync.domain.pass_state import PassState
from sync.domain.visit import Visit
from sync.ledger import projections, tables
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

_pass, _visit = tables.pass_state.c, tables.visit.c


def state(store: Store, pass_id: UUID) -> PassState:
    """What this ledger knows of a pass."""
    query = select(tables.pass_state).where(_pass.id == pass_id, _pass.venue == LOCAL_VENUE)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        return projections.read_pass(row) if row else PassState(pass_id)


def last_visit(store: Store, pass_hash: str) -> Visit | None:
    """The last visit with this pass that took place at this venue; None: there was none."""
    query = select(tables.visit).where(_visit.venue == LOCAL_VENUE, _visit.pass_ == pass_hash)
    query = query.where(_visit.checked_in.is_not(None), _visit.voided.is_(False))
    with store.reading() as connection:
        row = connection.execute(query.order_by(_visit.checked_in.desc(), _visit.id.desc()).limit(1)).one_or_none()
        return projections.read_visit(row) if row else None
