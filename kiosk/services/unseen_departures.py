"""Departures that the door has not seen: of a whole party, at an estimated time, or of a part of it."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET

from kiosk.rules import slips
from kiosk.services import locker_release, lockers, slip_formats, visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe_correction, read_visit
from kiosk.services.records.correction_records import Corrected, Departure, PartOfParty, VisitChanged
from kiosk.services.records.host_records import HostSession
from sync.domain.clock import Moment
from sync.domain.events import (
    Arrival,
    Event,
    PhoneCleared,
    StowCleared,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitSplit,
    read_event,
)
from sync.domain.fold import breaks_until
from sync.domain.stow_returns import phones_by_slot
from sync.domain.visit import Visit, visit_of


def check_out_unseen(
    context: KioskContext, visit_id: UUID, departure: Departure, host: HostSession
) -> Corrected | VisitChanged:
    """The party left without checking out, at a time that is an estimate; what is not back stays outstanding."""
    with context.allocation.lock:
        visit = read_visit(context, visit_id)
        if visit is None or not visit.is_in or visit.checked_in is None:
            return VisitChanged()
        now = max(context.ledger.clock.read().at, visit.checked_in)
        left_at = min(max(_milliseconds(departure.left), visit.checked_in), now)
        check_out = VisitCheckedOut("host", estimated=True, left_at=left_at, closeout=True)
        cleared = _clearing_facts(visit, departure)
        context.ledger.record((visit.id, check_out), *((visit.id, fact) for fact in cleared), actor=host.host_id)
        return describe_correction(context, visit)


def _milliseconds(when: datetime) -> int:
    return round(when.timestamp() * 1000)


def _clearing_facts(visit: Visit, departure: Departure) -> list[Event]:
    facts: list[Event] = []
    if departure.phones_back and visit.phones:
        slots = phones_by_slot(visit.stow, visit.numbers, visit.phones)
        if numbers := tuple(number for number in visit.numbers if slots[number]):
            facts.append(PhoneCleared("handed_back", numbers))
        if slots[None]:
            facts.append(PhoneCleared("handed_back"))
    if departure.stow_back and visit.numbers and visit.stow != "none":
        facts.append(StowCleared("locker" if visit.stow == "locker" else "pouch", visit.numbers))
    return facts


def split(context: KioskContext, visit_id: UUID, part: PartOfParty, host: HostSession) -> Corrected | VisitChanged:
    """A part of the party leaves now, as a visit of its own; the rest stays. Raises ValueError for an impossible part.

    Phones in a locker that the rest still uses leave without a number of their own.
    """
    with context.allocation.lock:
        visit = read_visit(context, visit_id)
        if visit is None or not visit.is_in:
            return VisitChanged()
        _check_part(visit, part)
        _, outstanding = context.ledger.open_and_outstanding()
        checked = slip_formats.issues_checked_slips(context)
        codes_in_use = {other.code for other in outstanding}
        new_visit = visit_of(slips.new_code(codes_in_use, stripes=context.allocation.stripes, checked=checked))
        leaving = VisitSplit(new_visit, part.party_size, part.phones, part.kept, part.numbers)
        doors = lockers.doors_of(context, visit.stow, part.numbers)
        context.ledger.record(
            (visit.id, leaving),
            (new_visit, _check_in_of_part(context, visit, part)),
            *lockers.unlock_facts(context, new_visit, visit.stow, doors, "check_out"),
            (new_visit, VisitCheckedOut("host")),
            actor=host.host_id,
            remember=locker_release.remembering(context, new_visit, doors),
        )
        lockers.send_openings(context, doors)
        return describe_correction(context, visit)


def _check_part(visit: Visit, part: PartOfParty) -> None:
    phones = visit.phones - visit.phones_back - visit.phones_lost
    fits = 0 < part.party_size < visit.party_size and 0 <= part.phones <= phones and 0 <= part.kept <= visit.kept
    if not fits or not set(part.numbers) <= set(visit.numbers) or len(part.numbers) > part.phones:
        raise ValueError("this part is not in the party")


def _check_in_of_part(context: KioskContext, visit: Visit, part: PartOfParty) -> VisitCheckedIn:
    """The check-in of those who leave: they came when the whole party did."""
    assert visit.session is not None
    session = context.ledger.session(visit.session)
    return VisitCheckedIn(
        session=visit.session,
        party_size=part.party_size,
        phones=part.phones,
        kept=part.kept,
        stow=visit_lookup.stow_kind(visit) if part.phones else "none",
        numbers=part.numbers,
        language=visit.language,
        split_from=visit.id,
        arrived=_arrival(context, visit),
        practice=True if session and session.practice else UNSET,
    )


def _arrival(context: KioskContext, visit: Visit) -> Arrival:
    """When the party came, as its entry states it, and for how long it was on breaks since then."""
    history = context.ledger.history(visit.id)
    now = context.ledger.clock.read()
    away = breaks_until([fact for _, fact in history], Moment(now.at, now.boot, now.up, estimated=not now.sure))
    entry = next(entry for entry, fact in history if isinstance(fact.event, VisitCheckedIn))
    check_in = read_event(entry)
    if isinstance(check_in, VisitCheckedIn) and isinstance(check_in.arrived, Arrival):
        return Arrival(check_in.arrived.at, check_in.arrived.clock, away)
    return Arrival(entry.at, entry.clock, away)
