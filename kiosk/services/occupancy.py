"""What can be seen at a glance: from the street, and by the host. Numbers and pouches, never a list of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kiosk.rules import pouch_assignment
from kiosk.services import hosts, reminders, schedule
from kiosk.services.context import KioskContext
from kiosk.services.records import BoardState, DoorState, LiveSession, OpenedSession, ShelfState
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import local_keys
from sync.ledger.condition import StorageFault


@dataclass(frozen=True)
class Occupancy:
    """``sessions`` can be joined here; ``everybody`` holds pouches and codes, of whatever session."""

    sessions: Sequence[Session]
    everybody: Sequence[Visit]

    def present(self, *sessions: Session) -> list[Visit]:
        """Who is in one of these."""
        ids = {session.id for session in sessions}
        return [visit for visit in self.everybody if visit.session in ids]

    def find(self, session: UUID | None) -> Session | None:
        """That session, or else the first; None where none is open."""
        return next((one for one in self.sessions if one.id == session), next(iter(self.sessions), None))


def current(context: KioskContext) -> Session | None:
    """The first session that people can join now."""
    return read_occupancy(context).find(None)


def read_occupancy(context: KioskContext) -> Occupancy:
    """What is open and who is in, at one moment."""
    sessions, everybody = context.ledger.open_sessions_and_visits()
    return Occupancy([one for one in sessions if _is_here(context, one)], everybody)


def _is_here(context: KioskContext, session: Session) -> bool:
    """Whether people join it at this kiosk: it is in its zone, or was opened here before the zone had an id."""
    return session.zone == context.profile.zone or context.allocation.owns_journal(session.journal)


@dataclass(frozen=True)
class OccupancyFigures:
    """What a session's figures are counted from; every one counts people, or phones."""

    people: int  # in the room
    on_break: int  # people who are out for a while; their places stay theirs
    places_left: int | None  # that this kiosk may still promise; None: no limit
    venue_places_left: int | None  # free in the whole venue


NO_FIGURES = OccupancyFigures(0, 0, None, None)


def figures(context: KioskContext, session: Session, present: Sequence[Visit]) -> OccupancyFigures:
    """The figures of one session, shared by door, board and admission check; ``present``: its open visits."""
    everybody, away = people(present), people([visit for visit in present if visit.on_break])
    left = None if session.capacity is None else max(0, session.capacity - everybody)
    return OccupancyFigures(everybody - away, away, context.allocation.seats_left(session, present), left)


def people(visits: Sequence[Visit]) -> int:
    """How many people these visits are."""
    return sum(visit.party_size for visit in visits)


def numbers_out(stow: Literal["pouch", "locker"], present: Sequence[Visit]) -> tuple[int, ...]:
    """Numbers of the pouches in these visitors' hands, or of the lockers that hold their phones."""
    return tuple(sorted(number for visit in present if visit.stow == stow for number in visit.numbers))


def opened(context: KioskContext, session: Session) -> OpenedSession:
    """A session as the screens show it."""
    until = context.local(session.planned_end) if session.planned_end else None
    return OpenedSession(session.id, session.title, until, session.session_kind)


def live(context: KioskContext, seen: Occupancy) -> tuple[LiveSession, ...]:
    """Every session that can be joined here, the earliest first."""
    return tuple(_live(context, session, seen.present(session)) for session in seen.sessions)


def _live(context: KioskContext, session: Session, present: Sequence[Visit]) -> LiveSession:
    counts = figures(context, session, present)
    return LiveSession(
        opened(context, session), counts.people, counts.places_left, counts.venue_places_left, on_break=counts.on_break
    )


def door(context: KioskContext) -> DoorState:
    """The welcome screen's glance."""
    seen = read_occupancy(context)
    on, present = live(context, seen), seen.present(*seen.sessions)
    is_full = bool(on) and all(one.places_left == 0 for one in on)
    ends = [one.session.until for one in on if one.session.until]
    return DoorState(
        venue=context.profile.venue,
        live=on,
        on_break=sum(one.on_break for one in on),
        has_host=hosts.has_hosts(context),
        coming=schedule.coming(context),
        free_at=reminders.next_leaving(context, present) or min(ends, default=None) if is_full else None,
        signs=reminders.due_reminders(context, present),
    )


def shelf(context: KioskContext) -> ShelfState:
    """Where phones can rest just now."""
    everybody = read_occupancy(context).everybody
    return ShelfState(
        pouches=len(pouch_assignment.free(context.allocation.pouches, numbers_out("pouch", everybody))),
        lockers=len(pouch_assignment.free(context.allocation.lockers, numbers_out("locker", everybody))),
        has_pouches=context.profile.pouches > 0,
        has_lockers=context.profile.lockers > 0,
        reach=context.profile.reach,
    )


def board(context: KioskContext, which: UUID | None = None) -> BoardState:
    """The host's glance: at that session, where it is open, or at the first."""
    seen = read_occupancy(context)
    session = seen.find(which)
    present = seen.present(session) if session else []
    counts = figures(context, session, present) if session else NO_FIGURES
    out, held = numbers_out("pouch", seen.everybody), numbers_out("locker", seen.everybody)
    return BoardState(
        session=opened(context, session) if session else None,
        templates=context.profile.templates,
        people=counts.people,
        at_rest=sum(visit.phones_at_rest for visit in present),
        kept=sum(visit.kept for visit in present if not visit.on_break),
        on_break=counts.on_break,
        capacity=session.capacity if session else None,
        places_left=counts.places_left,
        venue_places_left=counts.venue_places_left,
        pouches=context.profile.pouches,
        pouches_free=len(pouch_assignment.free(context.allocation.pouches, out)),
        pouches_out=out,
        paired=context.profile.paired,
        waiting=context.ledger.waiting().count,
        planned=schedule.planned(context),
        lockers=context.profile.lockers,
        lockers_free=len(pouch_assignment.free(context.allocation.lockers, held)),
        lockers_out=held,
        live=tuple(opened(context, one) for one in seen.sessions),
        signs=reminders.due_reminders(context, present),
        trouble=_trouble(context),
    )


def _trouble(context: KioskContext) -> StorageFault | Literal["copied", "pairing lost"] | None:
    if context.ledger.recall(local_keys.DAMAGED):
        return "damaged"
    if context.ledger.recall(local_keys.COPY):
        return "copied"
    if context.ledger.recall(local_keys.PAIR_AGAIN):
        return "pairing lost"
    rebuilt = context.ledger.recall(local_keys.REBUILT) or {}
    return "pairing lost" if rebuilt.get("forgot") and not context.profile.paired else context.condition.trouble
