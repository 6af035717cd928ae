"""Plans and cancels sessions: facts in the server's journal, which reach kiosks by their feed."""

from uuid import UUID

from sqlalchemy import select

from sync.domain.events import SessionCancelled, SessionPlanned
from sync.domain.ids import uuid7
from sync.domain.session import Session
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.server.auth.scope import Scope
from sync.server.typed_events import validated


def plan(ledger: Ledger, venue: UUID, planned: SessionPlanned) -> UUID:
    """Plan a session at a venue; returns its id. Raises UserError for impossible times, StorageError."""
    now = ledger.clock.read().at
    if planned.planned_end <= planned.planned_start:
        raise UserError("the session would end before it begins; turn --from and --until round")
    if planned.planned_end <= now:
        raise UserError("that session would be over already; look at the dates")
    session = uuid7(now)
    ledger.record((session, validated(planned)), stream=venue)
    return session


def cancel(ledger: Ledger, scope: Scope, session: UUID, reason: str | None = None) -> Session:
    """Cancel a planned session; returns its former state. Raises UserError for one that is open, StorageError."""
    venue = _planned_at(ledger, scope, session)
    planned = None if venue is None else ledger.session(session, venue)
    if venue is None or planned is None:
        raise UserError(f"no session {session} was planned here; `hearth-server plan` has printed its id")
    if planned.cancelled:
        raise UserError(f"“{planned.title}” was cancelled before")
    if planned.opened is not None:
        raise UserError(f"“{planned.title}” was opened already; its host closes it at the kiosk")
    ledger.record((session, validated(SessionCancelled(reason))), stream=venue)
    return planned


def _planned_at(ledger: Ledger, scope: Scope, session: UUID) -> UUID | None:
    """The venue in the scope for which the server itself planned the session; kiosks' entries do not count."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    query = select(entry.stream).join(ledger_tables.journal, journal.id == entry.journal)
    query = query.where(entry.subject == session, entry.kind == SessionPlanned.kind, journal.kiosk.is_(None))
    with ledger.store.reading() as connection:
        venue: UUID | None = connection.execute(scope.limit(query, entry.stream)).scalar()
        return venue
