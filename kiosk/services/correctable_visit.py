"""Reads a visit that a host corrects, and describes it and its correction for the screens."""

from uuid import UUID

from kiosk.services import visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records.correction_records import CorrectableVisit, Corrected, VisitState
from sync.domain.visit import Visit


def read_visit(context: KioskContext, visit_id: UUID) -> Visit | None:
    """A visit that can be corrected: its check-in is known here, and it has not been voided."""
    visit = context.ledger.visit(visit_id)
    return None if visit is None or visit.checked_in is None or visit.voided else visit


def describe_correction(context: KioskContext, before: Visit) -> Corrected:
    """The corrected visit, and what that did to its numbers."""
    visit = context.ledger.visit(before.id)
    assert visit is not None  # it has just been recorded
    added = tuple(number for number in visit.held if number not in before.held)
    freed = tuple(number for number in before.held if number not in visit.held)
    return Corrected(describe(context, visit), visit_lookup.stow_kind(before if before.held else visit), added, freed)


def describe(context: KioskContext, visit: Visit) -> CorrectableVisit:
    """The record of a visit, without its code."""
    return CorrectableVisit(
        visit.id,
        context.local_time(visit.checked_in or 0),
        visit_lookup.stow_kind(visit),
        visit.numbers,
        visit.party_size,
        visit.phones,
        visit.kept,
        _state(visit),
        None if visit.checked_out is None else context.local_time(visit.checked_out),
    )


def _state(visit: Visit) -> VisitState:
    if visit.voided:
        return "did_not_stay"
    if visit.checked_out is not None:
        return "left_estimated" if visit.estimated else "left"
    return "on_break" if visit.on_break else "in"
