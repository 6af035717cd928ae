"""An open session: opened, extended, given another capacity, closed, and opened again."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec import UNSET, structs

from kiosk.services import closeout, occupancy, occurrences
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import ClosedSession, HostSession, Template
from kiosk.services.records.session_records import PhaseTimes, SessionDetails
from kiosk.services.records.shared_records import OpenedSession
from sync.domain import rhythm
from sync.domain.events import (
    Event,
    Phase,
    SessionAmended,
    SessionClosed,
    SessionExtended,
    SessionOpened,
    SessionTurnedAway,
)
from sync.domain.ids import uuid7
from sync.domain.series import Occurrence, Series, occurrence_id
from sync.domain.session import Session
from sync.domain.visit import Visit

MINUTE = 60_000  # ms
DAY = 24 * 60 * MINUTE
PRACTICE = 2 * 60 * MINUTE  # until a practice session closes
REOPENED_FOR = 60 * MINUTE  # if its planned end has passed
Described = Template | Series | Session  # what says how a session is to be


def open_session(context: KioskContext, template: Template, host: HostSession, another: bool = False) -> OpenedSession:
    """Open a session from a template. Where one is open already, that one is returned, unless ``another`` is wanted."""
    if not another and (running := _running(context)):
        return occupancy.opened_session(context, running)
    now = context.ledger.clock.read().at
    planned_end = now + template.minutes * MINUTE if template.minutes else None
    return _record_opening(context, uuid7(now), _opening(context, template, planned_end, host), host)


def open_practice(context: KioskContext, host: HostSession) -> OpenedSession:
    """Open a session for trying, like the venue's usual one. Where one is open already, that one is returned.

    It closes by itself, so that the next guests are not in it where it was forgotten.
    """
    if running := occupancy.current_session(context):
        return occupancy.opened_session(context, running)
    now = context.ledger.clock.read().at
    opening = _opening(context, context.profile.templates[0], now + PRACTICE, host)
    return _record_opening(context, uuid7(now), structs.replace(opening, practice=True, closes_itself=True), host)


def open_planned(
    context: KioskContext, session_id: UUID, host: HostSession | None, another: bool = False
) -> OpenedSession | None:
    """Open a session of a plan or of a series; None where it was cancelled or opened meanwhile.

    Where one is open already, that one is returned, unless ``another`` is wanted. ``host`` None: the timetable does.
    """
    if not another and (running := _running(context)):
        return occupancy.opened_session(context, running)
    plan = context.ledger.session(session_id)
    if plan is None:
        return _open_occurrence(context, session_id, host)
    if plan.cancelled or plan.opened is not None or plan.planned_start is None:
        return None
    return _record_opening(context, session_id, _opening(context, plan, plan.planned_end, host), host)


def _open_occurrence(context: KioskContext, session_id: UUID, host: HostSession | None) -> OpenedSession | None:
    now = context.ledger.clock.read().at
    occurrence: Occurrence | None = occurrences.find(context, session_id, now - DAY, now + 14 * DAY)
    if occurrence is None:
        return None
    return _record_opening(context, session_id, _opening(context, occurrence.series, occurrence.end, host), host)


def reopen_session(context: KioskContext, session_id: UUID, host: HostSession) -> OpenedSession | None:
    """Open a session again that was closed; None where there is no such one.

    It is another session, whose id follows from the first one's, so that two kiosks open the same one. Its rhythm goes
    on where it was.
    """
    session = context.ledger.session(session_id)
    if session is None or session.opened is None or session.closed is None:
        return None
    again, running = _next_id(context, session)
    if running:
        return occupancy.opened_session(context, running)
    now = context.ledger.clock.read().at
    is_before_end = session.planned_end is not None and session.planned_end > now
    planned_end = session.planned_end if is_before_end else now + REOPENED_FOR
    event = _opening(context, session, planned_end, host, rhythm.remaining(session.rhythm, now - session.opened))
    return _record_opening(context, again, event, host)


def _next_id(context: KioskContext, session: Session) -> tuple[UUID, Session | None]:
    """The first id for opening it again that has not been closed too; and the session, if it is open."""
    origin = occurrences.origin(context, session)
    base = (origin.occurrence.series.id, origin.occurrence.start) if origin else (session.id, 0)
    for count in range(1, occurrences.MOST_REOPENED):
        again = context.ledger.session(occurrence_id(*base, count))
        if again is None or again.closed is None:
            return occurrence_id(*base, count), again if again and again.is_open else None
    return occurrence_id(*base, occurrences.MOST_REOPENED), None


def _opening(
    context: KioskContext,
    described: Described,
    planned_end: int | None,
    host: HostSession | None,
    phases: Sequence[Phase] | None = None,
) -> SessionOpened:
    """The opening of a session as it is described; it never has more places than its firm limit."""
    firm_limit, stow_ways = described.firm_limit, described.stow_ways
    capacity = min(filter(None, (described.capacity, firm_limit)), default=None)
    closes_itself = None if isinstance(described, Template) else described.closes_itself
    return SessionOpened(
        zone=context.profile.zone,
        title=described.title,
        session_kind=described.session_kind,
        capacity=capacity,
        planned_end=planned_end,
        rhythm=tuple(described.rhythm if phases is None else phases),
        opened_by=str(host.host_id) if host else None,
        stow_ways=UNSET if stow_ways is None else stow_ways,  # type: ignore[arg-type]  # a row's texts are of the same kinds
        firm_limit=UNSET if firm_limit is None else firm_limit,
        closes_itself=UNSET if closes_itself is None else closes_itself,
        practice=True if isinstance(described, Session) and described.practice else UNSET,
    )


def _running(context: KioskContext) -> Session | None:
    """The first session that people can join now, practice left out."""
    sessions = occupancy.read_occupancy(context).sessions
    return next((session for session in sessions if not session.practice), None)


def _record_opening(
    context: KioskContext, session_id: UUID, event: SessionOpened, host: HostSession | None
) -> OpenedSession:
    """Open it; practice in this zone ends, so that guests don't come into it and its pouches are free for them.

    Practice does not open beside an ordinary session: that is returned.
    """
    if event.practice is True and (running := _running(context)):
        return occupancy.opened_session(context, running)
    if event.practice is not True:
        snapshot = occupancy.read_occupancy(context)
        for practice in (session for session in snapshot.sessions if session.practice):
            record_closing(context, practice.id, snapshot.visits_in(practice), "host", host)
    context.ledger.record((session_id, event), actor=host.host_id if host else None)
    session = context.ledger.session(session_id)
    assert session is not None  # it has just been recorded
    return occupancy.opened_session(context, session)


def read_session(context: KioskContext, session_id: UUID) -> SessionDetails | None:
    """What a host can change of a session; None where it is not open any more."""
    snapshot = occupancy.read_occupancy(context)
    session = snapshot.find_session(session_id)
    if session is None or session.id != session_id:
        return None
    figures = occupancy.count_figures(context, session, snapshot.visits_in(session), snapshot.room_in_zone(session))
    now = context.ledger.clock.read().at
    return SessionDetails(
        occupancy.opened_session(context, session),
        figures.people + figures.on_break,
        session.capacity,
        figures.places_left,
        figures.venue_places_left,
        session.firm_limit,
        session.turned_away,
        tuple(
            PhaseTimes(
                phase.phase,
                context.local_time(phase.start),
                context.local_time(phase.end),
                is_now=phase.start <= now < phase.end,
            )
            for phase in rhythm.timed_phases(session.rhythm, session.opened or 0)
        ),
    )


def extend_session(
    context: KioskContext, session_id: UUID, minutes: int | None, host: HostSession
) -> SessionDetails | None:
    """Let a session last longer; None where it is not open any more. ``minutes`` None: until a host closes it.

    The minutes count from its planned end, or from now where that has passed or it has none.
    """
    session = context.ledger.session(session_id)
    now = context.ledger.clock.read().at
    if session is None or not session.is_open:
        return None
    end = None if minutes is None else max(now, session.planned_end or now) + minutes * MINUTE
    return _change(context, session_id, SessionExtended(planned_end=end), host)


def change_capacity(
    context: KioskContext, session_id: UUID, capacity: int | None, host: HostSession
) -> SessionDetails | None:
    """Change how many people may be in; None where the session is not open any more.

    A smaller capacity ends no visit. A larger one takes hold at once where this kiosk deals with all places, else
    with the next heartbeat. Raises ValueError for one above the firm limit.
    """
    session = context.ledger.session(session_id)
    if session is None or not session.is_open:
        return None
    if session.firm_limit is not None and (capacity is None or capacity > session.firm_limit):
        raise ValueError(f"at most {session.firm_limit} people may be in")
    return _change(context, session_id, SessionAmended(capacity=capacity), host)


def note_turned_away(context: KioskContext, session_id: UUID, people: int, host: HostSession) -> SessionDetails | None:
    """Note that so many people (1 to 99) could not come in; None where the session is not open any more."""
    session = context.ledger.session(session_id)
    if session is None or not session.is_open:
        return None
    return _change(context, session_id, SessionTurnedAway(people), host)


def _change(context: KioskContext, session_id: UUID, event: Event, host: HostSession) -> SessionDetails | None:
    context.ledger.record((session_id, event), actor=host.host_id)
    return read_session(context, session_id)


def close_session(context: KioskContext, session_id: UUID, host: HostSession) -> ClosedSession:
    """Close a session and check out its open visits, marked as estimates. Raises LookupError for an unknown one."""
    session = context.ledger.session(session_id)
    if session is None:
        raise LookupError(f"there is no session {session_id}")
    visits = context.ledger.present(session_id)
    if session.is_open:
        record_closing(context, session_id, visits, "host", host)
    pouches = () if session.practice else occupancy.numbers_in_use("pouch", visits)
    lockers = occupancy.numbers_in_use("locker", visits)
    closed_at = context.local_time(context.ledger.clock.read().at)
    people = occupancy.count_people(visits)
    return ClosedSession(session.title, people, pouches, lockers, session.session_kind, closed_at, session.practice)


def record_closing(
    context: KioskContext,
    session_id: UUID,
    visits: Sequence[Visit],
    reason: Literal["host", "timetable"],
    host: HostSession | None = None,
    *,
    ended_at: int | None = None,
) -> None:
    """Write the closing of a session, and that its ``visits`` have left.

    ``ended_at`` (ms since 1970 UTC): when it ended, as an estimate; None: now.

    The timetable ends no visit by itself: another kiosk may have extended the session meanwhile, so that its closing
    has no effect. While it has one, it ends the visits as well. Those of practice it does end, since they are counted
    nowhere and their pouches have to come back.
    """
    session = context.ledger.session(session_id)
    is_practice = session is not None and session.practice
    check_outs: list[tuple[UUID, Event]] = [
        (visit.id, closeout.estimated_departure(visit, "host", ended_at, is_practice=is_practice))
        for visit in visits
        if reason == "host" or is_practice
    ]
    if is_practice:
        outstanding = occupancy.read_occupancy(context).outstanding
        check_outs += closeout.practice_returns(visit for visit in outstanding if visit.session == session_id)
    closing = SessionClosed(reason=reason, closeout=True)
    if ended_at is not None:
        closing = structs.replace(closing, estimated=True, ended_at=ended_at)
    context.ledger.record(*check_outs, (session_id, closing), actor=host.host_id if host else None)
