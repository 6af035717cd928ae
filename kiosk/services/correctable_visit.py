"""Describes a visit for the pages on which a host corrects it."""

from kiosk.services import visit_lookup
from kiosk.services.context import KioskContext
from kiosk.services.records.correction_records import CorrectableVisit, VisitState
from sync.domain.visit import Visit


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
