"""What can be seen at a glance: from the street, and by the host. Numbers and pouches, never a list of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from kiosk.desk import hosts, today
from kiosk.desk.desk import Desk
from kiosk.desk.records import Board, Door, Opened
from kiosk.rules import stowing
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import care


@dataclass(frozen=True)
class Room:
    """``present`` are in the open session; ``everybody`` holds pouches and codes, of whatever session."""

    session: Session | None
    present: Sequence[Visit]
    everybody: Sequence[Visit]


def current(desk: Desk) -> Session | None:
    """The session that people can join now."""
    return room(desk).session


def room(desk: Desk) -> Room:
    """What is open and who is in, at one moment."""
    sessions, everybody = desk.ledger.room()
    session = next((one for one in sessions if _is_here(desk, one)), None)
    present = [visit for visit in everybody if session is not None and visit.session == session.id]
    return Room(session, present, everybody)


def _is_here(desk: Desk, session: Session) -> bool:
    """Whether people join it at this kiosk: it is in its zone, or was opened here before the zone had an id."""
    return session.zone == desk.house.zone or desk.holding.wrote(session.journal)


def people(visits: Sequence[Visit]) -> int:
    """How many people these visits are."""
    return sum(visit.party_size for visit in visits)


def places_left(desk: Desk, session: Session | None, present: Sequence[Visit]) -> int | None:
    """Places that this kiosk may still promise; None where there is no limit."""
    return desk.holding.places_left(session, present) if session else None


def pouches_out(present: Sequence[Visit]) -> tuple[int, ...]:
    """Numbers of the pouches in these visitors' hands."""
    return tuple(sorted(number for visit in present if visit.stow == "pouch" for number in visit.numbers))


def opened(desk: Desk, session: Session) -> Opened:
    """A session as the screens show it."""
    until = session.planned_end and datetime.fromtimestamp(session.planned_end / 1000, UTC)
    return Opened(session.id, session.title, until.astimezone(desk.house.time_zone) if until else None)


def door(desk: Desk) -> Door:
    """The welcome screen's glance."""
    seen = room(desk)
    session, present = seen.session, seen.present
    return Door(
        venue=desk.house.venue,
        session=opened(desk, session) if session else None,
        people=people(present),
        places_left=places_left(desk, session, present),
        stepped_out=sum(visit.on_break for visit in present),
        has_host=hosts.known(desk),
    )


def board(desk: Desk) -> Board:
    """The host's glance."""
    seen = room(desk)
    session, present, out = seen.session, seen.present, pouches_out(seen.everybody)
    return Board(
        session=opened(desk, session) if session else None,
        templates=desk.house.templates,
        people=people(present),
        at_rest=sum(visit.phones_at_rest for visit in present),
        kept=sum(visit.kept for visit in present),
        stepped_out=sum(visit.on_break for visit in present),
        capacity=session.capacity if session else None,
        places_left=places_left(desk, session, present),
        pouches=desk.house.pouches,
        pouches_free=len(stowing.free_pouches(desk.holding.pouches, out)),
        pouches_out=out,
        paired=desk.house.paired,
        waiting=desk.ledger.waiting().count,
        planned=() if session else today.planned(desk),
        trouble=_trouble(desk),
    )


def _trouble(desk: Desk) -> Literal["damaged", "pairing lost"] | None:
    if desk.ledger.recall(care.DAMAGED):
        return "damaged"
    rebuilt = desk.ledger.recall(care.REBUILT) or {}
    return "pairing lost" if rebuilt.get("forgot") and not desk.house.paired else None
