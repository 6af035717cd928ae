"""Opening and closing sessions."""

from uuid import UUID

from kiosk.services import occupancy
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import ClosedSession, HostSession, Template
from kiosk.services.records.shared_records import OpenedSession
from sync.domain.events import SessionClosed, SessionOpened, VisitCheckedOut
from sync.domain.ids import uuid7


def open_session(context: KioskContext, template: Template, host: HostSession, another: bool = False) -> OpenedSession:
    """Open a session from a template. Where one is open already, that one is returned, unless ``another`` is wanted."""
    if not another and (running := occupancy.current_session(context)):
        return occupancy.opened_session(context, running)
    now = context.ledger.clock.read().at
    event = SessionOpened(
        zone=context.profile.zone,
        title=template.title,
        session_kind=template.session_kind,
        capacity=template.capacity,
        planned_end=now + template.minutes * 60_000 if template.minutes else None,
        opened_by=str(host.host_id),
    )
    return _record_opening(context, uuid7(now), event, host)


def open_planned(
    context: KioskContext, session_id: UUID, host: HostSession, another: bool = False
) -> OpenedSession | None:
    """Open a session as it was planned; None where it was cancelled or opened meanwhile.

    Where one is open already, that one is returned, unless ``another`` is wanted.
    """
    if not another and (running := occupancy.current_session(context)):
        return occupancy.opened_session(context, running)
    plan = context.ledger.session(session_id)
    if plan is None or plan.cancelled or plan.opened is not None:
        return None
    event = SessionOpened(
        zone=context.profile.zone,
        title=plan.title,
        session_kind=plan.session_kind,
        capacity=plan.capacity,
        planned_end=plan.planned_end,
        rhythm=plan.rhythm,
        opened_by=str(host.host_id),
    )
    return _record_opening(context, session_id, event, host)


def _record_opening(context: KioskContext, session_id: UUID, event: SessionOpened, host: HostSession) -> OpenedSession:
    context.ledger.record((session_id, event), actor=host.host_id)
    session = context.ledger.session(session_id)
    assert session is not None  # it has just been recorded
    return occupancy.opened_session(context, session)


def close_session(context: KioskContext, session_id: UUID, host: HostSession) -> ClosedSession:
    """Close a session and check out its open visits, marked as estimates. Raises LookupError for an unknown one."""
    session = context.ledger.session(session_id)
    if session is None:
        raise LookupError(f"there is no session {session_id}")
    visits = context.ledger.present(session_id)
    if session.is_open:
        check_outs = [(visit.id, VisitCheckedOut("host", estimated=True, closeout=True)) for visit in visits]
        closing = SessionClosed(reason="host", closeout=True)
        context.ledger.record(*check_outs, (session_id, closing), actor=host.host_id)
    pouches, lockers = occupancy.numbers_in_use("pouch", visits), occupancy.numbers_in_use("locker", visits)
    return ClosedSession(session.title, occupancy.count_people(visits), pouches, lockers, session.session_kind)
