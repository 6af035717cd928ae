"""Corrects what was counted of a visit. Each correction adds facts in one record, and erases none."""

from typing import TypeVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from kiosk.rules import pouch_assignment
from kiosk.services import locker_release, lockers, occupancy, visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe_correction, read_visit
from kiosk.services.number_changes import StowPlan, is_home, phone_limits, plan_numbers, usable_numbers
from kiosk.services.occupancy import Occupancy
from kiosk.services.records.correction_records import (
    Corrected,
    CorrectionOutcome,
    NumberElsewhere,
    NumberTaken,
    PartyCounts,
    VisitChanged,
)
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import NoPouch, SessionFull
from kiosk.services.roles import require_lead
from sync.domain.events import (
    Event,
    PhoneCleared,
    VisitAmended,
    VisitVoided,
)
from sync.domain.stow_returns import phones_by_slot
from sync.domain.visit import Visit

T = TypeVar("T")


def correct_counts(
    context: KioskContext, visit_id: UUID, counts: PartyCounts, host: HostSession
) -> CorrectionOutcome | SessionFull | NoPouch:
    """Correct a party's size and its phones; more phones get more numbers, fewer free the last ones."""
    with context.allocation.lock:
        visit = read_visit(context, visit_id)
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
        return describe_correction(context, visit)


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


def exchange_number(
    context: KioskContext, visit_id: UUID, wrong: int, right: int | None, host: HostSession
) -> CorrectionOutcome | NoPouch:
    """Put the number ``right`` in the place of ``wrong``; None: the next free one."""
    with context.allocation.lock:
        visit = read_visit(context, visit_id)
        if visit is None or not visit.is_in or wrong not in visit.numbers or not is_home(context, visit):
            return VisitChanged()
        number = _free_number(context, visit, right)
        if not isinstance(number, int):
            return number
        numbers = tuple(number if each == wrong else each for each in visit.numbers)
        doors = lockers.doors_of(context, visit.stow, [wrong, number])
        unlocking = lockers.unlock_facts(context, visit.id, visit.stow, doors, "host")
        context.ledger.record(
            (visit.id, VisitAmended(numbers=numbers)),
            *unlocking,
            actor=host.host_id,
            remember=locker_release.remembering(context, visit.id, doors),
        )
        lockers.send_openings(context, doors)  # the phones move from the one into the other
        return describe_correction(context, visit)


def _free_number(
    context: KioskContext, visit: Visit, number: int | None
) -> int | NumberTaken | NumberElsewhere | NoPouch:
    """That number, or the next free one. Only numbers of this kiosk's share: another kiosk may promise the others."""
    usable, stow = usable_numbers(context, visit.stow), visit_lookup.stow_kind(visit)
    _, outstanding = context.ledger.open_and_outstanding()
    in_use = {held for other in outstanding if other.stow == visit.stow for held in other.held}.union(visit.numbers)
    if number is None:
        offered = lockers.offered(context, usable) if stow == "locker" else usable
        free = pouch_assignment.free_numbers(offered, in_use)
        return free[0] if free else NoPouch(0, stow)
    if number in in_use or (stow == "locker" and lockers.is_unreleased(context, number)):
        return NumberTaken(number)
    return number if number in usable else NumberElsewhere(number)


def void(context: KioskContext, visit_id: UUID, host: HostSession) -> Corrected | VisitChanged:
    """The party did not stay: it counts as no visit, and its numbers are free. Raises LeadNeeded."""
    require_lead(host)
    with context.allocation.lock:
        visit = read_visit(context, visit_id)
        if visit is None:
            return VisitChanged()
        context.ledger.record((visit.id, VisitVoided("did_not_stay")), actor=host.host_id)
        return describe_correction(context, visit)
