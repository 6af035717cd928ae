"""What the welcome screen and the host's board show: counts, pouch and locker numbers, never a list of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.rules import pouch_assignment
from kiosk.services import (
    closeout,
    device_health,
    evacuation,
    hosts,
    known_hosts,
    last_act,
    lockers,
    night,
    reminders,
    schedule,
    venue_keys,
)
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import (
    AttendancePanel,
    BoardState,
    CapacityPanel,
    HealthPanel,
    StowCount,
    TimetablePanel,
    Trouble,
)
from kiosk.services.records.shared_records import CurrentPhase, OpenedSession
from kiosk.services.records.visitor_records import DoorState, LiveSession, ShelfState
from sync.domain import rhythm
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import local_keys


@dataclass(frozen=True)
class Occupancy:
    """``sessions`` can be joined at this kiosk; ``visits`` are in.

    ``outstanding``: these, and the ended ones of which a phone or number is not back: all hold numbers and codes.
    """

    sessions: Sequence[Session]
    visits: Sequence[Visit]
    outstanding: Sequence[Visit]

    def visits_in(self, *sessions: Session) -> list[Visit]:
        """The open visits of these sessions."""
        ids = {session.id for session in sessions}
        return [visit for visit in self.visits if visit.session in ids]

    def room_in_zone(self, session: Session) -> int | None:
        """How many more people the firm limit of this session's zone allows, as far as is known here; None: no limit.

        Everybody counts who is in one of the zone's sessions, on a break too: they come back. Practice takes no room
        from the others.
        """
        of_zone = [other for other in self.sessions if (other.zone, other.practice) == (session.zone, session.practice)]
        limits = [other.firm_limit for other in of_zone if other.firm_limit is not None]
        return max(0, min(limits) - count_people(self.visits_in(*of_zone))) if limits else None

    def find_session(self, id: UUID | None) -> Session | None:
        """That session, or else the first; None where none is open."""
        return next((session for session in self.sessions if session.id == id), next(iter(self.sessions), None))


def current_session(context: KioskContext) -> Session | None:
    """The first session that people can join now."""
    return read_occupancy(context).find_session(None)


def read_occupancy(context: KioskContext) -> Occupancy:
    """The open sessions and visits, read in one transaction."""
    sessions, outstanding = context.ledger.open_and_outstanding()
    context.roll_memory.remember_visits(outstanding, context.ledger.clock.read().at)
    joinable = [session for session in sessions if _is_joinable_here(context, session)]
    return Occupancy(joinable, [visit for visit in outstanding if visit.is_in], outstanding)


def _is_joinable_here(context: KioskContext, session: Session) -> bool:
    """Whether it is in this kiosk's zone, or was opened here before the zone had an id."""
    return session.zone == context.profile.zone or context.allocation.owns_journal(session.journal)


@dataclass(frozen=True)
class OccupancyFigures:
    """The figures of a session, counted in people."""

    people: int  # in the zone
    on_break: int  # people on a break, who keep their places
    places_left: int | None  # that this kiosk may still promise; None: no limit
    venue_places_left: int | None  # free in the whole venue


NO_FIGURES = OccupancyFigures(0, 0, None, None)


def count_figures(
    context: KioskContext, session: Session, visits: Sequence[Visit], room: int | None = None
) -> OccupancyFigures:
    """The figures of one session, shared by welcome screen, board and admission check; ``visits``: its open ones.

    ``room``: what the zone's firm limit allows, if it has one (:meth:`Occupancy.room_in_zone`).
    """
    people, on_break = count_people(visits), count_people([visit for visit in visits if visit.on_break])
    seated = count_people([visit for visit in visits if not visit.over_capacity])
    venue_places_left = None if session.capacity is None else max(0, session.capacity - seated)
    places_left = context.allocation.seats_left(session, visits)
    return OccupancyFigures(people - on_break, on_break, _least(places_left, room), _least(venue_places_left, room))


def _least(*limits: int | None) -> int | None:
    """The lowest of some limits, of which None is no limit."""
    return min((limit for limit in limits if limit is not None), default=None)


def count_people(visits: Sequence[Visit]) -> int:
    """The sum of the visits' party sizes."""
    return sum(visit.party_size for visit in visits)


def numbers_in_use(stow: Literal["pouch", "locker"], visits: Sequence[Visit]) -> tuple[int, ...]:
    """Pouches, or lockers, of these visits that no other visit may get."""
    return tuple(sorted(number for visit in visits if visit.stow == stow for number in visit.held))


def opened_session(context: KioskContext, session: Session) -> OpenedSession:
    """The record of a session for the screens."""
    until = context.local_time(session.planned_end) if session.planned_end else None
    phase = _current_phase(context, session)
    return OpenedSession(session.id, session.title, until, session.session_kind, phase, session.practice)


def _current_phase(context: KioskContext, session: Session) -> CurrentPhase | None:
    if not session.rhythm or session.opened is None:
        return None
    phase = rhythm.phase_at(session.rhythm, session.opened, context.ledger.clock.read().at)
    return CurrentPhase(phase.phase, context.local_time(phase.end)) if phase else None


def live_sessions(context: KioskContext, snapshot: Occupancy) -> tuple[LiveSession, ...]:
    """Every session that can be joined here, the earliest first."""
    return tuple(_live_session(context, session, snapshot) for session in snapshot.sessions)


def _live_session(context: KioskContext, session: Session, snapshot: Occupancy) -> LiveSession:
    figures = count_figures(context, session, snapshot.visits_in(session), snapshot.room_in_zone(session))
    return LiveSession(
        opened_session(context, session),
        figures.people,
        figures.places_left,
        figures.venue_places_left,
        on_break=figures.on_break,
    )


def read_door(context: KioskContext) -> DoorState:
    """What the welcome screen shows."""
    snapshot = read_occupancy(context)
    live, visits = live_sessions(context, snapshot), snapshot.visits_in(*snapshot.sessions)
    is_full = bool(live) and all(session.places_left == 0 for session in live)
    ends = [session.session.until for session in live if session.session.until]
    return DoorState(
        venue=context.profile.venue,
        live=live,
        on_break=sum(session.on_break for session in live),
        has_host=hosts.has_hosts(context),
        coming=schedule.upcoming(context),
        free_at=reminders.next_departure(context, visits) or min(ends, default=None) if is_full else None,
        reminders=reminders.due_reminders(context, visits),
        is_evacuated=evacuation.is_running(context),
        has_left_behind=not closeout.count_figures(snapshot.outstanding).is_clear,
    )


def read_shelf(context: KioskContext, session_id: UUID | None = None) -> ShelfState:
    """Which kinds of stow are free, of those that this session offers; None: the only one that is open."""
    snapshot = read_occupancy(context)
    session = snapshot.find_session(session_id)
    return ShelfState(
        pouches=_count_pouches(context, snapshot.outstanding).free,
        lockers=_count_lockers(context, snapshot.outstanding).free,
        has_pouches=context.profile.pouches > 0 and (session is None or session.offers("pouch")),
        has_lockers=context.profile.lockers > 0 and (session is None or session.offers("locker")),
        reach=context.profile.reach,
    )


def read_board(context: KioskContext, session_id: UUID | None = None) -> BoardState:
    """What the host's board shows of that session, if it is open, or of the first."""
    snapshot = read_occupancy(context)
    session = snapshot.find_session(session_id)
    visits = snapshot.visits_in(session) if session else []
    figures = count_figures(context, session, visits, snapshot.room_in_zone(session)) if session else NO_FIGURES
    return BoardState(
        attendance=AttendancePanel(
            session=opened_session(context, session) if session else None,
            live=tuple(opened_session(context, session) for session in snapshot.sessions),
            people=figures.people,
            on_break=figures.on_break,
            phones_stowed=sum(visit.phones_here for visit in visits),
            phones_kept=sum(visit.kept for visit in visits if not visit.on_break),
            reminders=reminders.due_reminders(context, visits),
            last_act=last_act.read_last_act(context),
        ),
        capacity=CapacityPanel(
            capacity=session.capacity if session else None,
            places_left=figures.places_left,
            venue_places_left=figures.venue_places_left,
            pouches=_count_pouches(context, snapshot.outstanding),
            lockers=_count_lockers(context, snapshot.outstanding),
        ),
        timetable=TimetablePanel(schedule.planned_today(context), context.profile.templates),
        health=_read_health(context, snapshot.outstanding),
    )


def _read_health(context: KioskContext, outstanding: Sequence[Visit]) -> HealthPanel:
    report = night.morning_report(context)
    closed = report.closed if report else ()
    return HealthPanel(
        context.profile.paired,
        context.ledger.waiting().count,
        _trouble(context),
        closed,
        device_health.states_that_need_a_hand(context),
        lockers.read_troubles(context, outstanding),
    )


def _count_pouches(context: KioskContext, visits: Sequence[Visit]) -> StowCount:
    in_use = numbers_in_use("pouch", visits)
    free = pouch_assignment.free_numbers(context.allocation.pouches, in_use)
    return StowCount(context.profile.pouches, len(free), in_use)


def _count_lockers(context: KioskContext, visits: Sequence[Visit]) -> StowCount:
    in_use = numbers_in_use("locker", visits)
    free = pouch_assignment.free_numbers(lockers.offered(context, context.allocation.lockers), in_use)
    return StowCount(context.profile.lockers, len(free), in_use)


def _trouble(context: KioskContext) -> Trouble | None:
    if context.ledger.recall(local_keys.DAMAGED):
        return "damaged"
    if context.ledger.recall(local_keys.COPY):
        return "copied"
    if context.ledger.recall(local_keys.PAIR_AGAIN):
        return "pairing lost"
    rebuilt = context.ledger.recall(local_keys.REBUILT) or {}
    if rebuilt.get("forgot") and not context.profile.paired:
        return "pairing lost"
    return context.condition.trouble or _key_trouble(context)


def _key_trouble(context: KioskContext) -> Trouble | None:
    """What a lead has to do about the venue key."""
    if known_hosts.count_unknown(context):
        return "key missing"
    return "change key" if venue_keys.must_change(context) else None
