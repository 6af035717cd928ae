"""The last act of this kiosk, a visitor's or a host's, as far as it can be undone by its age and kind.

Entries that were recorded together are one act, also after a restart: the ledger remembers which were.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UnsetType

from kiosk.services.context import KioskContext
from kiosk.services.correctable_visit import describe
from kiosk.services.records.correction_records import ActKind, LastAct
from sync.domain.events import Entry, Event, PulseGiven, VisitCheckedOut, VisitPassGiven, read_event
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
    "locker",
}  # first words of kinds that are recorded between acts

ACT_KINDS: dict[str, ActKind] = {  # the first of an act's kinds that is in here names the act
    "session.opened": "opened",
    "session.closed": "closed",
    "session.extended": "session_changed",
    "session.amended": "session_changed",
    "session.turned_away": "turned_away",
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
    "locker.unlocked": "noted",  # with a check-in or a check-out
}


def read_last_act(context: KioskContext) -> LastAct | None:
    """The last act, if it can still be undone as far as its age and kind go."""
    now = context.ledger.clock.read()
    together = context.ledger.recall(LAST_ACT) or []
    entries = context.ledger.latest_entries(len(together) + LATER_ENTRIES)
    recent = [entry for entry in entries if entry.clock.boot == now.boot and now.up - entry.clock.up <= UNDO_MS]
    newest = next((entry for entry in recent if _is_of_an_act(entry)), None)
    if newest is None:
        return None
    ids = set(together) if str(newest.id) in together else {str(newest.id)}
    act = [entry for entry in reversed(entries) if str(entry.id) in ids]
    return _describe(context, newest, act, entries) if _can_be_undone(act, len(ids)) else None


def _can_be_undone(act: Sequence[Entry], count: int) -> bool:
    """Whether all entries are here and are of kinds that can be undone; what the timetable does, it would do again."""
    is_hosts = not isinstance(act[-1].actor, UnsetType)
    return len(act) == count and all(
        entry.kind in ACT_KINDS and (is_hosts or _subject_kind(entry) != "session") for entry in act
    )


def _is_of_an_act(entry: Entry) -> bool:
    return _subject_kind(entry) not in NO_ACTS and entry.kind != VisitPassGiven.kind


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
