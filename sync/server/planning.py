"""What a coordinator decides: facts in the server's own journal, which a venue's kiosks are told in their feed."""

from uuid import UUID

import msgspec
from msgspec import UNSET, structs
from sqlalchemy import Connection, select, update

from sync.domain.events import Event, PassRevoked, SessionCancelled, SessionPlanned, VenueConfigured, write_body
from sync.domain.ids import pass_subject, uuid7
from sync.domain.session import Session
from sync.folder import Mistake
from sync.ledger import tables as ledger_tables
from sync.ledger.ledger import Ledger
from sync.names import compared
from sync.server import fleet, tables
from sync.server.local_time import read_time_zone
from sync.validation import explain


def plan(ledger: Ledger, venue: UUID, planned: SessionPlanned) -> UUID:
    """Plan a session at a venue; returns its id. Raises Mistake where it can't be held, StorageTrouble."""
    now = ledger.clock.read().at
    if planned.planned_end <= planned.planned_start:
        raise Mistake("the session would end before it begins; turn --from and --until round")
    if planned.planned_end <= now:
        raise Mistake("that session would be over already; look at the dates")
    session = uuid7(now)
    ledger.record((session, _checked(planned)), stream=venue)
    return session


def cancel(ledger: Ledger, session: UUID, reason: str | None = None) -> Session:
    """Take a plan back; returns what it was. What was opened its host closes. Raises Mistake, StorageTrouble."""
    venue = _planned_at(ledger, session)
    known = None if venue is None else ledger.session(session, venue)
    if venue is None or known is None:
        raise Mistake(f"no session {session} was planned here; `hearth-server plan` has printed its id")
    if known.cancelled:
        raise Mistake(f"“{known.title}” was cancelled before")
    if known.opened is not None:
        raise Mistake(f"“{known.title}” was opened already; its host closes it at the kiosk")
    ledger.record((session, _checked(SessionCancelled(reason))), stream=venue)
    return known


def _planned_at(ledger: Ledger, session: UUID) -> UUID | None:
    """The venue for which the server itself has planned it, whatever kiosks say."""
    entry, journal = ledger_tables.entry.c, ledger_tables.journal.c
    ours = select(entry.stream).join(ledger_tables.journal, journal.id == entry.journal)
    ours = ours.where(entry.subject == session, entry.kind == SessionPlanned.kind, journal.kiosk.is_(None))
    with ledger.store.reading() as connection:
        venue: UUID | None = connection.execute(ours).scalar()
        return venue


def configure(ledger: Ledger, venue: UUID, said: VenueConfigured) -> None:
    """Change what a venue's kiosks and reports go by; what is UNSET stays. Raises Mistake, StorageTrouble."""
    given = {name: value for name, value in structs.asdict(_checked(said)).items() if value is not UNSET}
    if not given:
        raise Mistake("nothing to change: say what, for example --pouches 40")
    if said.time_zone is not UNSET:
        read_time_zone(said.time_zone)
    if said.name is not UNSET:
        _check_name(ledger, venue, said.name)
    own = {name: given[name] for name in ("name", "time_zone") if name in given}

    def keep(connection: Connection) -> None:
        if own:
            connection.execute(update(tables.venue).where(tables.venue.c.id == venue).values(own))

    ledger.record((venue, said), stream=venue, then=keep)


def _check_name(ledger: Ledger, venue: UUID, name: str) -> None:
    for other in fleet.venues(ledger.store):
        if other.id != venue and compared(other.name) == compared(name):
            raise Mistake(f"another venue is called “{other.name}”; `hearth-server venue merge` makes one of two")


def revoke_pass(ledger: Ledger, pass_hash: str) -> None:
    """Let a pass open nothing any more, at any venue there is. Again is harmless. Raises StorageTrouble."""
    for venue in fleet.venues(ledger.store):
        ledger.record((pass_subject(pass_hash), PassRevoked()), stream=venue.id)


def _checked(event: Event) -> Event:
    """What was typed, if every kiosk will be able to read it. Raises Mistake."""
    try:
        return msgspec.json.decode(write_body(event), type=type(event))
    except msgspec.ValidationError as error:
        raise Mistake(explain(error, type(event))) from error
