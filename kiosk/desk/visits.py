"""A visit from the door to the door: in, out for a while, back, and home."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from kiosk.desk import board, tries
from kiosk.desk.desk import Desk
from kiosk.desk.records import (
    CameBack,
    Farewell,
    Full,
    NoPouch,
    NoSuchCode,
    NotOpen,
    Rest,
    SteppedOut,
    Welcomed,
)
from kiosk.rules import slips, stowing
from sync.domain.events import PhoneReturned, PhoneTaken, PulseGiven, VisitCheckedIn, VisitCheckedOut
from sync.domain.visit import Visit, code_of, visit_of


def check_in(desk: Desk, rest: Rest) -> Welcomed | Full | NotOpen | NoPouch:
    """Let a party in; Welcomed is returned after it is on the disk. Raises StorageTrouble where it can't be."""
    with desk.holding.choosing:
        return _choose_and_record(desk, rest)


def _choose_and_record(desk: Desk, rest: Rest) -> Welcomed | Full | NotOpen | NoPouch:
    room = board.room(desk)
    session = room.session
    if session is None:
        return NotOpen()
    left = board.places_left(desk, session, room.present)
    if left is not None and rest.party_size > left:
        return Full(left)
    out = board.pouches_out(room.everybody)
    numbers = () if rest.with_host else stowing.choose(rest.phones, desk.holding.pouches, out)
    if numbers is None:
        return NoPouch(len(stowing.free_pouches(desk.holding.pouches, out)))
    slip = slips.draw({visit.code for visit in room.everybody}, stripes=desk.holding.stripes)
    visit = visit_of(slip)
    desk.ledger.record((visit, _arrival(session.id, rest, numbers)))
    return Welcomed(
        numbers=numbers,
        phones=rest.phones,
        kept=rest.kept,
        party_size=rest.party_size,
        code=code_of(visit),
        slip=slip,
        shelf=desk.house.shelf,
        reach=desk.house.reach,
    )


def _arrival(session: UUID, rest: Rest, numbers: tuple[int, ...]) -> VisitCheckedIn:
    return VisitCheckedIn(
        session=session,
        party_size=rest.party_size,
        phones=rest.phones,
        kept=rest.kept,
        stow="pouch" if numbers else "none",
        numbers=numbers,
        language=rest.language,
    )


def check_out(desk: Desk, code: str) -> Farewell | NoSuchCode:
    """Hand the phones back to whoever has this code, and end the visit."""
    found = _holder(desk, code)
    if not isinstance(found, Visit):
        return found
    desk.ledger.record((found.id, VisitCheckedOut(how="code")))
    ended = desk.ledger.visit(found.id) or found
    return Farewell(found.id, found.numbers, found.phones_at_rest, timedelta(milliseconds=ended.phone_free or 0))


def step(desk: Desk, code: str) -> SteppedOut | CameBack | NoSuchCode:
    """Out with the phones for a while, or back from there; the places and pouches stay the party's own."""
    found = _holder(desk, code)
    if not isinstance(found, Visit):
        return found
    if found.on_break:
        desk.ledger.record((found.id, PhoneReturned()))
        return CameBack(found.numbers)
    desk.ledger.record((found.id, PhoneTaken(early=False)))
    return SteppedOut(found.numbers)


def give_pulse(desk: Desk, visit: UUID, score: Literal[1, 2, 3, 4, 5]) -> None:
    """How they feel now, 1 (low) to 5; one tap, after the visit."""
    desk.ledger.record((visit, PulseGiven(when="after", score=score)))


def _holder(desk: Desk, code: str) -> Visit | NoSuchCode:
    if seconds := tries.wait(desk.ledger, tries.CODE):
        return NoSuchCode(seconds)
    match desk.ledger.present(code=code):
        case [visit]:
            tries.right(desk.ledger, tries.CODE)
            return visit
        case [_, _, *_]:
            return NoSuchCode()  # two kiosks that could not hear each other gave it out: the host sees the pouches
    return NoSuchCode(tries.wrong(desk.ledger, tries.CODE))
