"""Opening and closing: what the host does with a session."""

from uuid import UUID

from kiosk.desk import board
from kiosk.desk.desk import Desk
from kiosk.desk.records import Closed, Opened, Template
from sync.domain.events import SessionClosed, SessionOpened, VisitCheckedOut
from sync.domain.ids import uuid7


def open_session(desk: Desk, template: Template, host: UUID) -> Opened:
    """Open a session from a template. Where one is open already, that one stays, and is returned."""
    if running := board.current(desk):
        return board.opened(desk, running)
    now = desk.ledger.clock.read().at
    session = uuid7(now)
    desk.ledger.record(
        (
            session,
            SessionOpened(
                zone=desk.house.zone,
                title=template.title,
                session_kind=template.session_kind,
                capacity=template.capacity,
                planned_end=now + template.minutes * 60_000 if template.minutes else None,
                opened_by=str(host),
            ),
        )
    )
    written = desk.ledger.session(session)
    assert written is not None  # it has just been written
    return board.opened(desk, written)


def close_session(desk: Desk, session: UUID, host: UUID) -> Closed:
    """Close a session. Whoever is still in is checked out with it, and marked as an estimate: nobody saw them leave."""
    running = desk.ledger.session(session)
    if running is None:
        raise LookupError(f"there is no session {session}")
    present = desk.ledger.present(session)
    if running.is_open:
        leaving = [(visit.id, VisitCheckedOut(how="host", estimated=True)) for visit in present]
        desk.ledger.record(*leaving, (session, SessionClosed(reason="host")))
    return Closed(running.title, board.people(present), board.pouches_out(present))
