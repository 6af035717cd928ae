"""A visit from the door to the door: in, out for a while, back, and home."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from kiosk.desk import board, finding
from kiosk.desk.desk import Desk
from kiosk.desk.finding import Found, Shown, Stranger
from kiosk.desk.records import (
    CameBack,
    Farewell,
    Full,
    NoPouch,
    NoSuchCode,
    NotOpen,
    Rest,
    Several,
    SteppedOut,
    Welcomed,
)
from kiosk.rules import slips, stowing
from sync.domain.events import PhoneReturned, PhoneTaken, PulseGiven, VisitCheckedIn, VisitCheckedOut
from sync.domain.session import Session
from sync.domain.visit import Visit, code_of, visit_of


def check_in(desk: Desk, rest: Rest) -> Welcomed | Full | NotOpen | NoPouch | Several:
    """Let a party in; Welcomed is returned after it is on the disk. Raises StorageTrouble where it can't be."""
    with desk.holding.choosing:
        seen = board.room(desk)
        if rest.session is None and len(seen.sessions) > 1:
            return Several(board.live(desk, seen))
        session = seen.find(rest.session)
        if session is None or rest.session not in (None, session.id):
            return NotOpen()
        left = board.places_left(desk, session, seen.present(session))
        if left is not None and rest.party_size > left:
            return Full(left)
        numbers = _choose(desk, rest, seen.everybody)
        return numbers if isinstance(numbers, NoPouch) else _welcome(desk, session, rest, numbers, seen.everybody)


def _choose(desk: Desk, rest: Rest, everybody: Sequence[Visit]) -> tuple[int, ...] | NoPouch:
    """The pouches, or lockers, that this party gets."""
    if rest.stow == "none":
        return ()
    if rest.stow == "pouch":
        count, there = rest.phones, desk.holding.pouches
    else:
        count, there = stowing.lockers_for(rest.phones), desk.holding.lockers
    out = board.numbers_out(rest.stow, everybody)
    chosen = stowing.choose(count, there, out)
    return NoPouch(len(stowing.free(there, out)), rest.stow) if chosen is None else chosen


def _welcome(
    desk: Desk, session: Session, rest: Rest, numbers: tuple[int, ...], everybody: Sequence[Visit]
) -> Welcomed:
    slip = slips.draw({visit.code for visit in everybody}, stripes=desk.holding.stripes)
    visit = visit_of(slip)
    arrived = _arrival(session.id, rest, numbers)
    [entry] = desk.ledger.record((visit, arrived))
    return Welcomed(
        numbers=numbers,
        phones=rest.phones,
        kept=rest.kept,
        party_size=rest.party_size,
        code=code_of(visit),
        slip=slip,
        shelf=desk.house.shelf,
        reach=desk.house.reach,
        stow=arrived.stow,
        now=desk.local(entry.at),
        until=board.opened(desk, session).until,
        asks_before=desk.house.asks_before,
    )


def _arrival(session: UUID, rest: Rest, numbers: tuple[int, ...]) -> VisitCheckedIn:
    return VisitCheckedIn(
        session=session,
        party_size=rest.party_size,
        phones=rest.phones,
        kept=rest.kept,
        stow=rest.stow if numbers else "none",
        numbers=numbers,
        language=rest.language,
    )


def check_out(desk: Desk, shown: Shown) -> Farewell | finding.NotFound:
    """Hand the phones back to whoever shows a code, a slip or a number, and end the visit."""
    found = finding.find(desk, shown)
    if not isinstance(found, Found | Stranger):
        return found
    desk.ledger.record((found.visit, VisitCheckedOut(how=finding.how(shown))))
    ended = desk.ledger.visit(found.visit)
    time = timedelta(milliseconds=(ended and ended.phone_free) or 0)
    if isinstance(found, Stranger):
        return Farewell(found.visit, (), 0, time, known=False, asks_after=desk.house.asks_after)
    was = found.was
    stow = finding.stow_of(was)
    return Farewell(was.id, was.numbers, was.phones_at_rest, time, stow, asks_after=desk.house.asks_after)


def step(desk: Desk, shown: Shown) -> SteppedOut | CameBack | finding.NotFound:
    """Out with the phones for a while, or back from there; the places and pouches stay the party's own."""
    found = finding.find(desk, shown)
    if isinstance(found, Stranger):
        return NoSuchCode()  # whether it goes or comes is known where it came in
    if not isinstance(found, Found):
        return found
    was = found.was
    if was.on_break:
        desk.ledger.record((was.id, PhoneReturned()))
        return CameBack(was.numbers, finding.stow_of(was))
    desk.ledger.record((was.id, PhoneTaken(early=False)))
    return SteppedOut(was.numbers, finding.stow_of(was))


def show_slip(desk: Desk, slip: str) -> Farewell | CameBack | finding.NotFound:
    """A slip at the door: who has stepped out is back, and everybody else leaves."""
    visit = desk.ledger.visit(visit_of(slip))
    outcome = step(desk, slip) if visit and visit.is_in and visit.on_break else check_out(desk, slip)
    assert not isinstance(outcome, SteppedOut)  # who was on a break comes back
    return outcome


def give_pulse(desk: Desk, visit: UUID, when: Literal["before", "after"], score: Literal[1, 2, 3, 4, 5]) -> None:
    """How they feel now, 1 (low) to 5; one tap, before the time without phones or after it."""
    desk.ledger.record((visit, PulseGiven(when=when, score=score)))
