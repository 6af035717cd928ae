"""A visit: check-in, breaks, check-out and pulses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from msgspec import UNSET

from kiosk.rules import pouch_assignment, slips
from kiosk.rules.slips import Slip
from kiosk.services import (
    admission,
    locker_release,
    lockers,
    occupancy,
    pass_issuing,
    printing,
    slip_formats,
    visit_lookup,
)
from kiosk.services.admission import Admission
from kiosk.services.context import KioskContext
from kiosk.services.records.visitor_records import (
    CameBack,
    CheckedIn,
    CheckedOut,
    CheckInRequest,
    LockersElsewhere,
    NoPouch,
    NoSuchCode,
    NotOpen,
    PartyFits,
    PassWays,
    SessionFull,
    SeveralSessions,
    SteppedOut,
    Unconfirmed,
    VisitOver,
)
from kiosk.services.visit_lookup import CheckOutMethod, FoundVisit, LookupKey, UnknownSlip
from sync.domain.events import PhoneReturned, PhoneTaken, PulseGiven, VisitCheckedIn, VisitCheckedOut
from sync.domain.visit import Visit, code_of, visit_of


def check_capacity(
    context: KioskContext, party_size: int, session_id: UUID | None
) -> PartyFits | SessionFull | NotOpen | SeveralSessions:
    """Whether a party of this size could check in now; :func:`check_in` checks again, since others may be faster."""
    result = admission.admit(context, occupancy.read_occupancy(context), session_id, party_size)
    return PartyFits(party_size, session_id) if isinstance(result, Admission) else result


def check_in(
    context: KioskContext, request: CheckInRequest
) -> CheckedIn | SessionFull | NotOpen | NoPouch | SeveralSessions:
    """Check a party in; CheckedIn is returned after the commit. Raises StorageError where it fails."""
    with context.allocation.lock:
        snapshot = occupancy.read_occupancy(context)
        admitted = admission.admit(context, snapshot, request.session, request.party_size, request.host)
        if isinstance(admitted, SessionFull | SeveralSessions):
            return replace(admitted, pass_hash=request.pass_hash)
        if not isinstance(admitted, Admission):
            return admitted
        if request.stow != "none" and not admitted.session.offers(request.stow):
            return NoPouch(0, request.stow)
        numbers = _assign_numbers(context, request, snapshot.outstanding)
        if isinstance(numbers, NoPouch):
            return numbers
        return _record_check_in(context, admitted, request, numbers, snapshot.outstanding)


def _assign_numbers(
    context: KioskContext, request: CheckInRequest, visits: Sequence[Visit]
) -> tuple[int, ...] | NoPouch:
    """The pouches, or lockers, that this party gets."""
    if request.stow == "none":
        return ()
    if request.stow == "pouch":
        count = request.phones
        allocated: Sequence[int] = context.allocation.pouches
    else:
        count = pouch_assignment.lockers_needed(request.phones)
        allocated = lockers.offered(context, context.allocation.lockers)
    in_use = occupancy.numbers_in_use(request.stow, visits)
    numbers = pouch_assignment.choose(count, allocated, in_use)
    if numbers is None:
        return NoPouch(len(pouch_assignment.free_numbers(allocated, in_use)), request.stow)
    return numbers


def _record_check_in(
    context: KioskContext,
    admitted: Admission,
    request: CheckInRequest,
    numbers: tuple[int, ...],
    visits: Sequence[Visit],
) -> CheckedIn:
    codes_in_use, checked = {visit.code for visit in visits}, slip_formats.issues_checked_slips(context)
    slip = slips.new_code(codes_in_use, stripes=context.allocation.stripes, checked=checked)
    visit_id = visit_of(slip)
    event = _check_in_event(admitted, request, numbers)
    actor = request.host.host_id if request.host and admitted.over_capacity else None
    unlocking = lockers.unlock_facts(context, visit_id, event.stow, numbers, "check_in")
    doors = lockers.doors_of(context, event.stow, numbers)
    remember = locker_release.remembering(context, visit_id, doors)
    entry, *_ = context.ledger.record((visit_id, event), *unlocking, actor=actor, remember=remember)
    lockers.send_openings(context, doors)
    return CheckedIn(
        numbers=numbers,
        phones=request.phones,
        kept=request.kept,
        party_size=request.party_size,
        code=code_of(visit_id),
        slip=slip,
        shelf=context.profile.shelf,
        reach=context.profile.reach,
        stow=event.stow,
        now=context.local_time(entry.at),
        until=occupancy.opened_session(context, admitted.session).until,
        asks_before=context.profile.asks_before,
        doors=doors,
        pass_ways=PassWays() if request.pass_hash or admitted.session.practice else pass_issuing.ways(context),
        venue=context.profile.venue,
        has_printer=printing.has_printer(context),
        is_practice=admitted.session.practice,
    )


def _check_in_event(admitted: Admission, request: CheckInRequest, numbers: tuple[int, ...]) -> VisitCheckedIn:
    return VisitCheckedIn(
        session=admitted.session.id,
        party_size=request.party_size,
        phones=request.phones,
        kept=request.kept,
        stow=request.stow if numbers else "none",
        numbers=numbers,
        language=request.language,
        over_capacity=True if admitted.over_capacity else UNSET,
        pass_=request.pass_hash or UNSET,
        practice=True if admitted.session.practice else UNSET,
    )


def check_out(context: KioskContext, key: LookupKey) -> CheckedOut | visit_lookup.NotFound:
    """End the visit of a code, a slip or a number."""
    result = visit_lookup.find(context, key)
    how = visit_lookup.checkout_method(key)
    return _record_check_out(context, result, how) if isinstance(result, FoundVisit | UnknownSlip) else result


def end_visit(context: KioskContext, visit: Visit, how: CheckOutMethod) -> CheckedOut:
    """End a visit that is in."""
    return _record_check_out(context, FoundVisit(visit), how)


def _record_check_out(context: KioskContext, found: FoundVisit | UnknownSlip, how: CheckOutMethod) -> CheckedOut:
    check_out = found.visit_id, VisitCheckedOut(how=how)
    doors = _doors_to_open(context, found)
    context.ledger.record(
        *lockers.unlock_facts(context, found.visit_id, "locker", doors, "check_out"),
        check_out,
        remember=locker_release.remembering(context, found.visit_id, doors),
    )
    lockers.send_openings(context, doors)
    ended = context.ledger.visit(found.visit_id)
    phone_free = timedelta(milliseconds=(ended and ended.phone_free) or 0)
    asks_after = context.profile.asks_after
    if isinstance(found, UnknownSlip):
        return CheckedOut(found.visit_id, (), 0, phone_free, known=False, asks_after=asks_after)
    visit = found.visit
    stow, elsewhere = visit_lookup.stow_kind(visit), lockers.of_other_kiosks(context, visit)
    if visit.is_in:
        return CheckedOut(
            visit.id,
            visit.numbers,
            visit.phones_here,
            phone_free,
            stow,
            asks_after=asks_after,
            doors=doors,
            elsewhere=elsewhere,
        )
    # an estimate had ended it; a check-out that is too late to replace that says nothing about the stay
    is_late = ended is None or ended.checked_out == visit.checked_out
    held = tuple(number for number in visit.numbers if number in visit.held and number not in visit.lost)
    return CheckedOut(
        visit.id,
        held,
        visit.phones_here,
        timedelta() if is_late else phone_free,
        stow,
        asks_after=asks_after and not is_late,
        late=is_late,
        doors=doors,
        elsewhere=elsewhere,
    )


def _doors_to_open(context: KioskContext, found: FoundVisit | UnknownSlip) -> tuple[int, ...]:
    """The lockers of the visit that have not come back, as far as a board opens them."""
    if isinstance(found, UnknownSlip):
        return ()
    visit = found.visit
    held = [number for number in visit.numbers if number in visit.held and number not in visit.lost]
    return lockers.doors_of(context, visit.stow, held)


def toggle_break(
    context: KioskContext, key: LookupKey
) -> SteppedOut | CameBack | LockersElsewhere | VisitOver | visit_lookup.NotFound:
    """Begin the break of a visit, or end it; the party keeps its places and pouches. Not of one that has ended."""
    result = visit_lookup.find(context, key)
    if isinstance(result, UnknownSlip | Unconfirmed):
        return NoSuchCode()  # only the kiosk where it checked in knows whether it is on a break
    if not isinstance(result, FoundVisit):
        return result
    visit = result.visit
    return toggle_break_of(context, visit) if visit.is_in else VisitOver(visit.phones_here)


def toggle_break_of(context: KioskContext, visit: Visit) -> SteppedOut | CameBack | LockersElsewhere:
    """Begin the break of a visit that is in, or end it: where its lockers can be opened."""
    if visit.on_break:
        return end_break(context, visit)
    if elsewhere := lockers.of_other_kiosks(context, visit):
        return LockersElsewhere(elsewhere)
    doors = _record_move(context, visit, PhoneTaken(early=False), "step_out")
    return SteppedOut(visit.numbers, visit_lookup.stow_kind(visit), doors)


def end_break(context: KioskContext, visit: Visit) -> CameBack | LockersElsewhere:
    """End the break of a visit: where its lockers can be opened."""
    if elsewhere := lockers.of_other_kiosks(context, visit):
        return LockersElsewhere(elsewhere)
    doors = _record_move(context, visit, PhoneReturned(), "come_back")
    return CameBack(visit.numbers, visit_lookup.stow_kind(visit), doors)


def _record_move(
    context: KioskContext, visit: Visit, move: PhoneTaken | PhoneReturned, why: Literal["step_out", "come_back"]
) -> tuple[int, ...]:
    """Record that the phone is taken or brought back, and open the lockers for it; returns these."""
    doors = lockers.doors_of(context, visit.stow, visit.numbers)
    context.ledger.record(
        (visit.id, move),
        *lockers.unlock_facts(context, visit.id, visit.stow, doors, why),
        remember=locker_release.remembering(context, visit.id, doors),
    )
    lockers.send_openings(context, doors)
    return doors


def process_slip(context: KioskContext, slip: Slip) -> CheckedOut | CameBack | LockersElsewhere | visit_lookup.NotFound:
    """End the break of a scanned slip's visit if it is on one, else check it out."""
    result = visit_lookup.find(context, slip)
    if isinstance(result, FoundVisit) and result.visit.on_break:
        return end_break(context, result.visit)
    return (
        _record_check_out(context, result, visit_lookup.checkout_method(slip))
        if isinstance(result, FoundVisit | UnknownSlip)
        else result
    )


def record_pulse(
    context: KioskContext, visit_id: UUID, when: Literal["before", "after"], score: Literal[1, 2, 3, 4, 5]
) -> None:
    """Record how a visitor feels, 1 (low) to 5, before the phone-free time or after it."""
    context.ledger.record((visit_id, PulseGiven(when=when, score=score)))
