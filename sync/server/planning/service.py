"""What a coordinator decides: facts in the server's own journal, which a venue's kiosks are told in their feed."""

from uuid import UUID

from sqlalchemy import select

from sync.domain.events import PassRevoked, SessionCancelled, SessionPlanned
from sync.domain.ids import pass_subject, uuid7
from sync.domain.session import Session
from sync.errors import UserError
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.server.kiosks import repository as kiosk_repository
from sync.server.typed_events import checked


def plan(ledger: Ledger, venue: UUID, planned: SessionPlanned) -> UUID:
    """Plan a session at a venue; returns its id. Raises UserError where it can't be held, StorageTrouble."""
    now = ledger.clock.read().at
    if planned.planned_end <= planned.planned_start:
        raise UserError("the session would end before it begins; turn --from and --until round")
    if planned.planned_end <= now:
        raise UserError("that session would be over already; look at the dates")
    session = uuid7(now)
    ledger.record((session, checked(planned)), stream=venue)
    return session


def cancel(ledger: Ledger, session: UUID, reason: str | None = None) -> Session:
    """Take a plan back; returns what it was. What was opened its host closes. Raises UserError, StorageTrouble."""
    venue = _planned_at(ledger, session)
    known = None if venue is None else ledger.session(session, venue)
    if venue is None or known is None:
        raise UserError(f"no session {session} was planned here; `hearth-server plan` has printed its id")
    if known.cancelled:
        raise UserError(f"“{known.title}” was cancelled before")
    if known.opened is not None:
        raise UserError(f"“{known.title}” was opened already; its host closes it at the kiosk")
    ledger.record((session, checked(SessionCancelled(reason))), stream=venue)
    return known


def _planned_at(ledger: Ledger, session: UUID) -> UUID | None:
    """The venue for which the server itself has planned it, whatever kiosks say."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    ours = select(entry.stream).join(ledger_tables.journal, journal.id == entry.journal)
    ours = ours.where(entry.subject == session, entry.kind == SessionPlanned.kind, journal.kiosk.is_(None))
    with ledger.store.reading() as connection:
        venue: UUID | None = connection.execute(ours).scalar()
        return venue


def revoke_pass(ledger: Ledger, pass_hash: str) -> None:
    """Let a pass open nothing any more, at any venue there is. Again is harmless. Raises StorageTrouble."""
    for venue in kiosk_repository.venues(ledger.store):
        ledger.record((pass_subject(pass_hash), PassRevoked()), stream=venue.id)
