"""A visit from the door to the door: in, out for a while, back, and home."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from kiosk.rules import pouch_assignment, slips
from kiosk.rules.slips import Slip
from kiosk.services import occupancy, slip_formats, visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    NoPouch,
    NoSuchCode,
    NotOpen,
    PartyFits,
    SessionFull,
    SeveralSessions,
    SteppedOut,
    Unconfirmed,
)
from kiosk.services.visit_lookup import FoundVisit, Shown, UnknownSlip
from sync.domain.events import PhoneReturned, PhoneTaken, PulseGiven, VisitCheckedIn, VisitCheckedOut
from sync.domain.session import Session
from sync.domain.visit import Visit, code_of, visit_of


def look_for_room(
    context: KioskContext, party_size: int, session: UUID | None
) -> PartyFits | SessionFull | NotOpen | SeveralSessions:
    """Whether a party of this size could come in now; :func:`check_in` looks again, for others may be faster."""
    found = _session_with_room(context, occupancy.read_occupancy(context), session, party_size)
    return PartyFits(party_size, session) if isinstance(found, Session) else found


def _session_with_room(
    context: KioskContext, seen: occupancy.Occupancy, wanted: UUID | None, party_size: int
) -> Session | SessionFull | NotOpen | SeveralSessions:
    if wanted is None and len(seen.sessions) > 1:
        return SeveralSessions(occupancy.live(context, seen))
    session = seen.find(wanted)
    if session is None or wanted not in (None, session.id):
        return NotOpen()
    counts = occupancy.figures(context, session, seen.present(session))
    if counts.places_left is not None and party_size > counts.places_left:
        return SessionFull(counts.places_left, counts.venue_places_left or 0)
    return session


def check_in(
    context: KioskContext, rest: CheckInRequest
) -> CheckedIn | SessionFull | NotOpen | NoPouch | SeveralSessions:
    """Let a party in; Welcomed is returned after it is on the disk. Raises StorageTrouble where it can't be."""
    with context.allocation.lock:
        seen = occupancy.read_occupancy(context)
        session = _session_with_room(context, seen, rest.session, rest.party_size)
        if not isinstance(session, Session):
            return session
        numbers = _choose(context, rest, seen.everybody)
        return numbers if isinstance(numbers, NoPouch) else _welcome(context, session, rest, numbers, seen.everybody)


def _choose(context: KioskContext, rest: CheckInRequest, everybody: Sequence[Visit]) -> tuple[int, ...] | NoPouch:
    """The pouches, or lockers, that this party gets."""
    if rest.stow == "none":
        return ()
    if rest.stow == "pouch":
        count, there = rest.phones, context.allocation.pouches
    else:
        count, there = pouch_assignment.lockers_for(rest.phones), context.allocation.lockers
    out = occupancy.numbers_out(rest.stow, everybody)
    chosen = pouch_assignment.choose(count, there, out)
    return NoPouch(len(pouch_assignment.free(there, out)), rest.stow) if chosen is None else chosen


def _welcome(
    context: KioskContext, session: Session, rest: CheckInRequest, numbers: tuple[int, ...], everybody: Sequence[Visit]
) -> CheckedIn:
    taken, checked = {visit.code for visit in everybody}, slip_formats.gives_checked(context)
    slip = slips.draw(taken, stripes=context.allocation.stripes, checked=checked)
    visit = visit_of(slip)
    arrived = _arrival(session.id, rest, numbers)
    [entry] = context.ledger.record((visit, arrived))
    return CheckedIn(
        numbers=numbers,
        phones=rest.phones,
        kept=rest.kept,
        party_size=rest.party_size,
        code=code_of(visit),
        slip=slip,
        shelf=context.profile.shelf,
        reach=context.profile.reach,
        stow=arrived.stow,
        now=context.local(entry.at),
        until=occupancy.opened(context, session).until,
        asks_before=context.profile.asks_before,
    )


def _arrival(session: UUID, rest: CheckInRequest, numbers: tuple[int, ...]) -> VisitCheckedIn:
    return VisitCheckedIn(
        session=session,
        party_size=rest.party_size,
        phones=rest.phones,
        kept=rest.kept,
        stow=rest.stow if numbers else "none",
        numbers=numbers,
        language=rest.language,
    )


def check_out(context: KioskContext, shown: Shown) -> CheckedOut | visit_lookup.NotFound:
    """Hand the phones back to whoever shows a code, a slip or a number, and end the visit."""
    found = visit_lookup.find(context, shown)
    return _leave(context, found, shown) if isinstance(found, FoundVisit | UnknownSlip) else found


def _leave(context: KioskContext, found: FoundVisit | UnknownSlip, shown: Shown) -> CheckedOut:
    context.ledger.record((found.visit, VisitCheckedOut(how=visit_lookup.how(shown))))
    ended = context.ledger.visit(found.visit)
    time = timedelta(milliseconds=(ended and ended.phone_free) or 0)
    if isinstance(found, UnknownSlip):
        return CheckedOut(found.visit, (), 0, time, known=False, asks_after=context.profile.asks_after)
    was = found.was
    stow = visit_lookup.stow_of(was)
    return CheckedOut(was.id, was.numbers, was.phones_at_rest, time, stow, asks_after=context.profile.asks_after)


def step(context: KioskContext, shown: Shown) -> SteppedOut | CameBack | visit_lookup.NotFound:
    """Out with the phones for a while, or back from there; the places and pouches stay the party's own."""
    found = visit_lookup.find(context, shown)
    if isinstance(found, UnknownSlip | Unconfirmed):
        return NoSuchCode()  # whether it goes or comes is known where it came in
    if not isinstance(found, FoundVisit):
        return found
    was = found.was
    if was.on_break:
        return _come_back(context, was)
    context.ledger.record((was.id, PhoneTaken(early=False)))
    return SteppedOut(was.numbers, visit_lookup.stow_of(was))


def _come_back(context: KioskContext, visit: Visit) -> CameBack:
    context.ledger.record((visit.id, PhoneReturned()))
    return CameBack(visit.numbers, visit_lookup.stow_of(visit))


def show_slip(context: KioskContext, slip: Slip) -> CheckedOut | CameBack | visit_lookup.NotFound:
    """A slip at the door: a party on a break is back, and any other leaves."""
    found = visit_lookup.find(context, slip)
    if isinstance(found, FoundVisit) and found.was.on_break:
        return _come_back(context, found.was)
    return _leave(context, found, slip) if isinstance(found, FoundVisit | UnknownSlip) else found


def give_pulse(
    context: KioskContext, visit: UUID, when: Literal["before", "after"], score: Literal[1, 2, 3, 4, 5]
) -> None:
    """How they feel now, 1 (low) to 5; one tap, before the time without phones or after it."""
    context.ledger.record((visit, PulseGiven(when=when, score=score)))
