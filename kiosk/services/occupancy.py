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


def current(desk: KioskContext) -> Session | None:
    """The first session that people can join now."""
    return read_occupancy(desk).find(None)


def read_occupancy(desk: KioskContext) -> Occupancy:
    """What is open and who is in, at one moment."""
    sessions, everybody = desk.ledger.room()
    return Occupancy([one for one in sessions if _is_here(desk, one)], everybody)


def _is_here(desk: KioskContext, session: Session) -> bool:
    """Whether people join it at this kiosk: it is in its zone, or was opened here before the zone had an id."""
    return session.zone == desk.house.zone or desk.holding.wrote(session.journal)


@dataclass(frozen=True)
class OccupancyFigures:
    """What a session's figures are counted from; every one counts people, or phones."""

    people: int  # in the room
    on_break: int  # people who are out for a while; their places stay theirs
    places_left: int | None  # that this kiosk may still promise; None: no limit
    venue_places_left: int | None  # free in the whole venue


NO_FIGURES = OccupancyFigures(0, 0, None, None)


def figures(desk: KioskContext, session: Session, present: Sequence[Visit]) -> OccupancyFigures:
    """The figures of one session, shared by door, board and admission check; ``present``: its open visits."""
    everybody, away = people(present), people([visit for visit in present if visit.on_break])
    left = None if session.capacity is None else max(0, session.capacity - everybody)
    return OccupancyFigures(everybody - away, away, desk.holding.places_left(session, present), left)


def people(visits: Sequence[Visit]) -> int:
    """How many people these visits are."""
    return sum(visit.party_size for visit in visits)


def numbers_out(stow: Literal["pouch", "locker"], present: Sequence[Visit]) -> tuple[int, ...]:
    """Numbers of the pouches in these visitors' hands, or of the lockers that hold their phones."""
    return tuple(sorted(number for visit in present if visit.stow == stow for number in visit.numbers))


def opened(desk: KioskContext, session: Session) -> OpenedSession:
    """A session as the screens show it."""
    until = desk.local(session.planned_end) if session.planned_end else None
    return OpenedSession(session.id, session.title, until, session.session_kind)


def live(desk: KioskContext, seen: Occupancy) -> tuple[LiveSession, ...]:
    """Every session that can be joined here, the earliest first."""
    return tuple(_live(desk, session, seen.present(session)) for session in seen.sessions)


def _live(desk: KioskContext, session: Session, present: Sequence[Visit]) -> LiveSession:
    counts = figures(desk, session, present)
    return LiveSession(
        opened(desk, session), counts.people, counts.places_left, counts.venue_places_left, on_break=counts.on_break
    )


def door(desk: KioskContext) -> DoorState:
    """The welcome screen's glance."""
    seen = read_occupancy(desk)
    on, present = live(desk, seen), seen.present(*seen.sessions)
    is_full = bool(on) and all(one.places_left == 0 for one in on)
    ends = [one.session.until for one in on if one.session.until]
    return DoorState(
        venue=desk.house.venue,
        live=on,
        on_break=sum(one.on_break for one in on),
        has_host=hosts.has_hosts(desk),
        coming=schedule.coming(desk),
        free_at=reminders.next_leaving(desk, present) or min(ends, default=None) if is_full else None,
        signs=reminders.due_reminders(desk, present),
    )


def shelf(desk: KioskContext) -> ShelfState:
    """Where phones can rest just now."""
    everybody = read_occupancy(desk).everybody
    return ShelfState(
        pouches=len(pouch_assignment.free(desk.holding.pouches, numbers_out("pouch", everybody))),
        lockers=len(pouch_assignment.free(desk.holding.lockers, numbers_out("locker", everybody))),
        has_pouches=desk.house.pouches > 0,
        has_lockers=desk.house.lockers > 0,
        reach=desk.house.reach,
    )


def board(desk: KioskContext, which: UUID | None = None) -> BoardState:
    """The host's glance: at that session, where it is open, or at the first."""
    seen = read_occupancy(desk)
    session = seen.find(which)
    present = seen.present(session) if session else []
    counts = figures(desk, session, present) if session else NO_FIGURES
    out, held = numbers_out("pouch", seen.everybody), numbers_out("locker", seen.everybody)
    return BoardState(
        session=opened(desk, session) if session else None,
        templates=desk.house.templates,
        people=counts.people,
        at_rest=sum(visit.phones_at_rest for visit in present),
        kept=sum(visit.kept for visit in present if not visit.on_break),
        on_break=counts.on_break,
        capacity=session.capacity if session else None,
        places_left=counts.places_left,
        venue_places_left=counts.venue_places_left,
        pouches=desk.house.pouches,
        pouches_free=len(pouch_assignment.free(desk.holding.pouches, out)),
        pouches_out=out,
        paired=desk.house.paired,
        waiting=desk.ledger.waiting().count,
        planned=schedule.planned(desk),
        lockers=desk.house.lockers,
        lockers_free=len(pouch_assignment.free(desk.holding.lockers, held)),
        lockers_out=held,
        live=tuple(opened(desk, one) for one in seen.sessions),
        signs=reminders.due_reminders(desk, present),
        trouble=_trouble(desk),
    )


def _trouble(desk: KioskContext) -> StorageFault | Literal["copied", "pairing lost"] | None:
    if desk.ledger.recall(local_keys.DAMAGED):
        return "damaged"
    if desk.ledger.recall(local_keys.COPY):
        return "copied"
    if desk.ledger.recall(local_keys.PAIR_AGAIN):
        return "pairing lost"
    rebuilt = desk.ledger.recall(local_keys.REBUILT) or {}
    return "pairing lost" if rebuilt.get("forgot") and not desk.house.paired else desk.condition.trouble
