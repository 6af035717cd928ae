"""Opening and closing: what the host does with a session."""

from uuid import UUID

from kiosk.services import occupancy
from kiosk.services.context import KioskContext
from kiosk.services.records import ClosedSession, OpenedSession, Template
from sync.domain.events import SessionClosed, SessionOpened, VisitCheckedOut
from sync.domain.ids import uuid7


def open_session(context: KioskContext, template: Template, host: UUID, another: bool = False) -> OpenedSession:
    """Open a session from a template. Where one is open already, that one is returned, unless ``another`` is wanted."""
    if not another and (running := occupancy.current(context)):
        return occupancy.opened(context, running)
    now = context.ledger.clock.read().at
    event = SessionOpened(
        zone=context.profile.zone,
        title=template.title,
        session_kind=template.session_kind,
        capacity=template.capacity,
        planned_end=now + template.minutes * 60_000 if template.minutes else None,
        opened_by=str(host),
    )
    return _open(context, uuid7(now), event)


def open_planned(context: KioskContext, session: UUID, host: UUID, another: bool = False) -> OpenedSession | None:
    """Open a session as it was planned; None where it was cancelled or held meanwhile.

    Where one is open already, that one is returned, unless ``another`` is wanted.
    """
    if not another and (running := occupancy.current(context)):
        return occupancy.opened(context, running)
    plan = context.ledger.session(session)
    if plan is None or plan.cancelled or plan.opened is not None:
        return None
    event = SessionOpened(
        zone=context.profile.zone,
        title=plan.title,
        session_kind=plan.session_kind,
        capacity=plan.capacity,
        planned_end=plan.planned_end,
        rhythm=plan.rhythm,
        opened_by=str(host),
    )
    return _open(context, session, event)


def _open(context: KioskContext, session: UUID, event: SessionOpened) -> OpenedSession:
    context.ledger.record((session, event))
    written = context.ledger.session(session)
    assert written is not None  # it has just been written
    return occupancy.opened(context, written)


def close_session(context: KioskContext, session: UUID, host: UUID) -> ClosedSession:
    """Close a session. Whoever is still in is checked out with it, and marked as an estimate: nobody saw them leave."""
    running = context.ledger.session(session)
    if running is None:
        raise LookupError(f"there is no session {session}")
    present = context.ledger.present(session)
    if running.is_open:
        leaving = [(visit.id, VisitCheckedOut(how="host", estimated=True)) for visit in present]
        context.ledger.record(*leaving, (session, SessionClosed(reason="host")))
    out, held = occupancy.numbers_out("pouch", present), occupancy.numbers_out("locker", present)
    return ClosedSession(running.title, occupancy.people(present), out, held, running.session_kind)
