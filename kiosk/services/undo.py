"""Undoes the last act of this kiosk within two minutes: a visitor's, as a mistaken check-out, or a host's.

The act's entries stay in the journal; one kind of fact says that they have no effect. Entries that were recorded
together are one act, also after a restart: the ledger remembers which were.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from msgspec import UnsetType

from kiosk.services import occupancy
from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe
from kiosk.services.number_changes import usable_numbers
from kiosk.services.records.correction_records import ActIsUndone, ActKind, LastAct, UndoRefused
from kiosk.services.records.host_records import HostSession
from sync.domain.events import ActUndone, Entry, Event, PulseGiven, VisitCheckedOut, read_event
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger.local_keys import LAST_ACT

UNDO_MS = 2 * 60_000  # of uptime, after the act
LATER_ENTRIES = 50  # that may follow an act within that time without being one
NO_ACTS = {
    "pulse",
    "clock",
    "host",
    "kiosk",
    "pass",
    "venue",
}  # first words of kinds that are recorded between two acts
MAX_ENTRIES = 1000  # that an undoing can name

ACT_KINDS: dict[str, ActKind] = {  # the first of an act's kinds that is in here names the act
    "session.opened": "opened",
    "session.closed": "closed",
    "session.extended": "session_changed",
    "session.amended": "session_changed",
    "visit.split": "split",
    "visit.checked_in": "arrived",
    "visit.voided": "did_not_stay",
    "visit.checked_out": "left",
    "visit.amended": "corrected",
    "phone.taken": "stepped_out",
    "phone.returned": "came_back",
    "phone.cleared": "noted",
    "stow.cleared": "noted",
    "stow.lost": "noted",
    "stow.found": "noted",
    "closeout.noted": "noted",
}


@dataclass(frozen=True)
class EffectOfUndoing:
    """The rows of an act's visits before the undoing, and which of them only the act's check-in has brought here."""

    visits: Mapping[UUID, Visit]
    kinds: Mapping[UUID, frozenset[str]]  # of the act's facts, by subject


class CannotUndo(Exception):
    """Carries the :class:`UndoRefused`."""

    def __init__(self, refusal: UndoRefused) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


def last_act(context: KioskContext) -> LastAct | None:
    """The last act, if it can still be undone as far as its age and kind go."""
    now = context.ledger.clock.read()
    together = context.ledger.recall(LAST_ACT) or []
    entries = context.ledger.latest_entries(len(together) + LATER_ENTRIES)
    recent = [entry for entry in entries if entry.clock.boot == now.boot and now.up - entry.clock.up <= UNDO_MS]
    newest = next((entry for entry in recent if _subject_kind(entry) not in NO_ACTS), None)
    if newest is None:
        return None
    ids = set(together) if str(newest.id) in together else {str(newest.id)}
    act = [entry for entry in reversed(entries) if str(entry.id) in ids]
    return _describe(context, newest, act, entries) if _can_be_undone(act, len(ids)) else None


def _can_be_undone(act: Sequence[Entry], count: int) -> bool:
    """Whether all entries are here and are of kinds that can be undone; what the timetable does, it would do again."""
    is_hosts = not isinstance(act[-1].actor, UnsetType)
    return len(act) == count <= MAX_ENTRIES and all(
        entry.kind in ACT_KINDS and (is_hosts or _subject_kind(entry) != "session") for entry in act
    )


def _subject_kind(entry: Entry) -> str:
    return entry.kind.partition(".")[0]


def _describe(context: KioskContext, newest: Entry, act: Sequence[Entry], entries: Sequence[Entry]) -> LastAct:
    subjects = tuple(dict.fromkeys(entry.subject for entry in act))
    ids = tuple(entry.id for entry in act) + _pulses_after(act, entries)
    kinds = {entry.kind for entry in act}
    what = next(what for kind, what in ACT_KINDS.items() if kind in kinds)
    session_id = next((entry.subject for entry in act if _subject_kind(entry) in ("session", "closeout")), None)
    if session_id:
        session = context.ledger.session(session_id)
        return LastAct(newest.id, what, ids, subjects, title=session.title if session else "")
    visit = context.ledger.visit(subjects[0])
    is_known = visit is not None and visit.checked_in is not None
    return LastAct(newest.id, what, ids, subjects, describe(context, visit) if visit and is_known else None)


def _pulses_after(act: Sequence[Entry], entries: Sequence[Entry]) -> tuple[UUID, ...]:
    """What the parties that the act has checked out said then about how they feel."""
    checked_out = {entry.subject for entry in act if entry.kind == VisitCheckedOut.kind}
    pulses = [entry for entry in entries if entry.kind == PulseGiven.kind and entry.subject in checked_out]
    return tuple(entry.id for entry in pulses if entry.tick > act[-1].tick and _is_after(read_event(entry)))


def _is_after(event: Event) -> bool:
    return isinstance(event, PulseGiven) and event.when == "after"


def undo(context: KioskContext, act: LastAct, host: HostSession) -> ActIsUndone | UndoRefused:
    """Undo the act that :func:`last_act` has returned, if it still is the last one. Raises StorageError.

    Nothing is promised twice: numbers and places that it would take again must still be this kiosk's, and free.
    """
    with context.allocation.lock:
        current = last_act(context)
        if current is None or current.id != act.id:
            return UndoRefused("late")
        undone = ActUndone(current.entries)
        facts = [(subject, undone) for subject in current.subjects]
        try:
            context.ledger.record_if(partial(_check, context, _effect(context, current)), *facts, actor=host.host_id)
        except CannotUndo as error:
            return error.refusal
    return ActIsUndone(current)


def _effect(context: KioskContext, act: LastAct) -> EffectOfUndoing:
    rows = {subject: visit for subject in act.subjects if (visit := context.ledger.visit(subject))}
    kinds: dict[UUID, frozenset[str]] = {}
    for subject in act.subjects:
        history = context.ledger.history(subject)
        kinds[subject] = frozenset(entry.kind for entry, _ in history if entry.id in act.entries)
    return EffectOfUndoing(rows, kinds)


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
