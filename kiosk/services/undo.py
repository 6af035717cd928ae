"""Undoes the last act of this kiosk within two minutes: a visitor's, as a mistaken check-out, or a host's.

The act's entries stay in the journal; one kind of fact says that they have no effect.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from kiosk.services import last_act, occupancy
from kiosk.services.context import KioskContext
from kiosk.services.number_changes import usable_numbers
from kiosk.services.records.correction_records import ActIsUndone, LastAct, UndoRefused
from kiosk.services.records.host_records import HostSession
from sync.domain.events import ActUndone
from sync.domain.session import Session
from sync.domain.visit import Visit


@dataclass(frozen=True)
class EffectOfUndoing:
    """The rows of an act's visits before the undoing, and which of them only the act's check-in has brought here."""

    visits: Mapping[UUID, Visit]
    kinds: Mapping[UUID, frozenset[str]]  # of the act's facts, by subject
    entries: Mapping[UUID, tuple[UUID, ...]]  # the same


class CannotUndo(Exception):
    """Carries the :class:`UndoRefused`."""

    def __init__(self, refusal: UndoRefused) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


def undo(context: KioskContext, act: LastAct, host: HostSession) -> ActIsUndone | UndoRefused:
    """Undo the act that ``read_last_act`` has returned, if it still is the last one. Raises StorageError.

    Nothing is promised twice: numbers and places that it would take again must still be this kiosk's, and free.
    """
    with context.allocation.lock:
        current = last_act.read_last_act(context)
        if current is None or current.id != act.id:
            return UndoRefused("late")
        effect = _effect(context, current)
        facts = [(subject, ActUndone(entries)) for subject, entries in effect.entries.items()]
        try:
            context.ledger.record_if(partial(_check, context, effect), *facts, actor=host.host_id)
        except CannotUndo as error:
            return error.refusal
    return ActIsUndone(current)


def _effect(context: KioskContext, act: LastAct) -> EffectOfUndoing:
    rows = {subject: visit for subject in act.subjects if (visit := context.ledger.visit(subject))}
    undone = frozenset(act.entries)
    kinds: dict[UUID, frozenset[str]] = {}
    entries: dict[UUID, tuple[UUID, ...]] = {}
    for subject in act.subjects:
        of_act = [entry for entry, _ in context.ledger.history(subject) if entry.id in undone]
        kinds[subject] = frozenset(entry.kind for entry in of_act)
        entries[subject] = tuple(entry.id for entry in of_act)
    return EffectOfUndoing(rows, kinds, entries)


def _check(
    context: KioskContext, effect: EffectOfUndoing, sessions: Sequence[Session], outstanding: Sequence[Visit]
) -> None:
    """Raise CannotUndo where ``outstanding``, what would be in and out then, must not be."""
    _check_known(effect)
    _check_numbers(context, effect, outstanding)
    for session in sessions:
        _check_places(context, effect, session, outstanding)
    opened = [subject for subject, kinds in effect.kinds.items() if "session.opened" in kinds]
    if any(visit.is_in and visit.session in opened for visit in outstanding):
        raise CannotUndo(UndoRefused("in_use"))


def _check_known(effect: EffectOfUndoing) -> None:
    """A visit that checked in elsewhere, and whose check-in is unknown here, may hold any number there."""
    for subject, visit in effect.visits.items():
        if visit.checked_in is None and "visit.checked_in" not in effect.kinds[subject]:
            raise CannotUndo(UndoRefused("promised"))


def _check_numbers(context: KioskContext, effect: EffectOfUndoing, outstanding: Sequence[Visit]) -> None:
    holders = Counter((visit.stow, number) for visit in outstanding for number in visit.held)
    for visit in outstanding:
        before = effect.visits.get(visit.id)
        if before is None:
            continue
        usable = usable_numbers(context, visit.stow)
        already = before.held if before.stow == visit.stow else ()
        for number in visit.held:
            if number not in already and (number not in usable or holders[visit.stow, number] > 1):
                raise CannotUndo(UndoRefused("promised"))


def _check_places(
    context: KioskContext, effect: EffectOfUndoing, session: Session, outstanding: Sequence[Visit]
) -> None:
    present = [visit for visit in outstanding if visit.is_in and visit.session == session.id]
    before = [visit for visit in effect.visits.values() if visit.is_in and visit.session == session.id]
    before += [visit for visit in present if visit.id not in effect.visits]
    added = _count_seated(present) - _count_seated(before)
    places = context.allocation.seats_left(session, before)
    exceeds_places = places is not None and added > max(0, places)
    people, people_before = occupancy.count_people(present), occupancy.count_people(before)
    exceeds_limit = session.firm_limit is not None and people > max(session.firm_limit, people_before)
    if (added > 0 and exceeds_places) or exceeds_limit:
        raise CannotUndo(UndoRefused("full"))


def _count_seated(visits: Sequence[Visit]) -> int:
    return occupancy.count_people([visit for visit in visits if not visit.over_capacity])
