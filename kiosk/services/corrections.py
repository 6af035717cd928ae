"""Corrects a visit: each correction adds facts in one record and erases none. Raises StorageError where that fails."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from kiosk.rules import pouch_assignment, slips
from kiosk.services import occupancy, slip_formats, visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe
from kiosk.services.number_changes import StowPlan, is_home, phone_limits, plan_numbers, usable_numbers
from kiosk.services.occupancy import Occupancy
from kiosk.services.records.correction_records import (
    Corrected,
    CorrectionOutcome,
    Departure,
    NumberElsewhere,
    NumberTaken,
    PartOfParty,
    PartyCounts,
    VisitChanged,
)
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import NoPouch, SessionFull
from kiosk.services.void_permission import may_void
from sync.domain.clock import Moment
from sync.domain.events import (
    Arrival,
    Event,
    PhoneCleared,
    StowCleared,
    VisitAmended,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitSplit,
    VisitVoided,
    read_event,
)
from sync.domain.fold import breaks_until
from sync.domain.stow_returns import phones_by_slot
from sync.domain.visit import Visit, visit_of

T = TypeVar("T")


class MayNotVoid(Exception):
    """Only a lead may say that a party did not stay."""


def correct_counts(
    context: KioskContext, visit_id: UUID, counts: PartyCounts, host: HostSession
) -> CorrectionOutcome | SessionFull | NoPouch:
    """Correct a party's size and its phones; more phones get more numbers, fewer free the last ones."""
    with context.allocation.lock:
        visit = _read(context, visit_id)
        if visit is None:
            return VisitChanged()
        fewest, most = phone_limits(context, visit)
        if not fewest <= counts.phones <= most:
            return VisitChanged()
        snapshot = occupancy.read_occupancy(context)
        if visit.is_in and (full := _check_places(context, snapshot, visit, counts.party_size - visit.party_size)):
            return full
        plan = plan_numbers(context, snapshot.outstanding, visit, counts.phones)
        if isinstance(plan, NoPouch):
            return plan
        if facts := _count_facts(visit, counts, plan):
            context.ledger.record(*facts, actor=host.host_id)
        return _corrected(context, visit)


def _read(context: KioskContext, visit_id: UUID) -> Visit | None:
    """A visit that can be corrected."""
    visit = context.ledger.visit(visit_id)
    return None if visit is None or visit.checked_in is None or visit.voided else visit


def _check_places(context: KioskContext, snapshot: Occupancy, visit: Visit, added: int) -> SessionFull | None:
    """None where so many more people may be in the visit's session."""
    session = next((session for session in snapshot.sessions if session.id == visit.session), None)
    if session is None or added <= 0:
        return None
    present = snapshot.visits_in(session)
    figures = occupancy.count_figures(context, session, present)
    venue_places = figures.venue_places_left or 0
    if session.firm_limit is not None and occupancy.count_people(present) + added > session.firm_limit:
        free = max(0, session.firm_limit - occupancy.count_people(present))
        return SessionFull(free, free)
    if figures.places_left is not None and not visit.over_capacity and added > figures.places_left:
        return SessionFull(figures.places_left, venue_places)
    return None


def _count_facts(visit: Visit, counts: PartyCounts, plan: StowPlan) -> list[tuple[UUID, Event]]:
    """The changed fields alone. Phones that an ended visit had in no number have been handed back too."""
    amended = VisitAmended(
        party_size=_if_changed(counts.party_size, visit.party_size),
        phones=_if_changed(counts.phones, visit.phones),
        kept=_if_changed(counts.kept, visit.kept),
        stow=_if_changed(plan.stow, visit_lookup.stow_kind(visit)),
        numbers=_if_changed(plan.numbers, visit.numbers),
    )
    if amended == VisitAmended():
        return []
    facts: list[tuple[UUID, Event]] = [(visit.id, amended)]
    has_loose_phones = phones_by_slot(plan.stow, plan.numbers, counts.phones)[None] > 0
    if not visit.is_in and counts.phones > visit.phones and has_loose_phones:
        facts.append((visit.id, PhoneCleared("handed_back")))
    return facts


def _if_changed(value: T, before: T) -> T | UnsetType:
    return UNSET if value == before else value


def _corrected(context: KioskContext, before: Visit) -> Corrected:
    """The corrected visit, and what that did to its numbers."""
    visit = context.ledger.visit(before.id)
    assert visit is not None  # it has just been recorded
    added = tuple(number for number in visit.held if number not in before.held)
    freed = tuple(number for number in before.held if number not in visit.held)
    return Corrected(describe(context, visit), visit_lookup.stow_kind(before if before.held else visit), added, freed)


def exchange_number(
    context: KioskContext, visit_id: UUID, wrong: int, right: int | None, host: HostSession
) -> CorrectionOutcome | NoPouch:
    """Put the number ``right`` in the place of ``wrong``; None: the next free one."""
    with context.allocation.lock:
        visit = _read(context, visit_id)
        if visit is None or not visit.is_in or wrong not in visit.numbers or not is_home(context, visit):
            return VisitChanged()
        number = _free_number(context, visit, right)
        if not isinstance(number, int):
            return number
        numbers = tuple(number if each == wrong else each for each in visit.numbers)
        context.ledger.record((visit.id, VisitAmended(numbers=numbers)), actor=host.host_id)
        return _corrected(context, visit)


def _free_number(
    context: KioskContext, visit: Visit, number: int | None
) -> int | NumberTaken | NumberElsewhere | NoPouch:
    """That number, or the next free one. Only numbers of this kiosk's share: another kiosk may promise the others."""
    usable, stow = usable_numbers(context, visit.stow), visit_lookup.stow_kind(visit)
    _, outstanding = context.ledger.open_and_outstanding()
    in_use = {held for other in outstanding if other.stow == visit.stow for held in other.held}.union(visit.numbers)
    if number is None:
        free = pouch_assignment.free_numbers(usable, in_use)
        return free[0] if free else NoPouch(0, stow)
    if number in in_use:
        return NumberTaken(number)
    return number if number in usable else NumberElsewhere(number)


def void(context: KioskContext, visit_id: UUID, host: HostSession) -> CorrectionOutcome:
    """The party did not stay: it counts as no visit, and its numbers are free. Raises MayNotVoid."""
    if not may_void(host):
        raise MayNotVoid
    with context.allocation.lock:
        visit = _read(context, visit_id)
        if visit is None:
            return VisitChanged()
        context.ledger.record((visit.id, VisitVoided("did_not_stay")), actor=host.host_id)
        return _corrected(context, visit)


def check_out_unseen(
    context: KioskContext, visit_id: UUID, departure: Departure, host: HostSession
) -> CorrectionOutcome:
    """The party left without checking out, at a time that is an estimate; what is not back stays outstanding."""
    with context.allocation.lock:
        visit = _read(context, visit_id)
        if visit is None or not visit.is_in or visit.checked_in is None:
            return VisitChanged()
        now = max(context.ledger.clock.read().at, visit.checked_in)
        left_at = min(max(_milliseconds(departure.left), visit.checked_in), now)
        check_out = VisitCheckedOut("host", estimated=True, left_at=left_at, closeout=True)
        cleared = _clearing_facts(visit, departure)
        context.ledger.record((visit.id, check_out), *((visit.id, fact) for fact in cleared), actor=host.host_id)
        return _corrected(context, visit)


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


def split(context: KioskContext, visit_id: UUID, part: PartOfParty, host: HostSession) -> CorrectionOutcome:
    """A part of the party leaves now, as a visit of its own; the rest stays. Raises ValueError for an impossible part.

    Phones in a locker that the rest still uses leave without a number of their own.
    """
    with context.allocation.lock:
        visit = _read(context, visit_id)
        if visit is None or not visit.is_in:
            return VisitChanged()
        _check_part(visit, part)
        _, outstanding = context.ledger.open_and_outstanding()
        checked = slip_formats.issues_checked_slips(context)
        codes_in_use = {other.code for other in outstanding}
        new_visit = visit_of(slips.new_code(codes_in_use, stripes=context.allocation.stripes, checked=checked))
        leaving = VisitSplit(new_visit, part.party_size, part.phones, part.kept, part.numbers)
        context.ledger.record(
            (visit.id, leaving),
            (new_visit, _check_in_of_part(context, visit, part)),
            (new_visit, VisitCheckedOut("host")),
            actor=host.host_id,
        )
        return _corrected(context, visit)


def _check_part(visit: Visit, part: PartOfParty) -> None:
    phones = visit.phones - visit.phones_back - visit.phones_lost
    fits = 0 < part.party_size < visit.party_size and 0 <= part.phones <= phones and 0 <= part.kept <= visit.kept
    if not fits or not set(part.numbers) <= set(visit.numbers) or len(part.numbers) > part.phones:
        raise ValueError("this part is not in the party")


def _check_in_of_part(context: KioskContext, visit: Visit, part: PartOfParty) -> VisitCheckedIn:
    """The check-in of those who leave: they came when the whole party did."""
    assert visit.session is not None
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
