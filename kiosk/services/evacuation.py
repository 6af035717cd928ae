"""The roll call of an evacuation: start or join it, count people out, end it.

It works whatever is broken. What can't be written is kept in memory and written as soon as that is possible; where the
ledger can't be read, the roll is the last one that was.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.evacuation_records import RollCall, RollEntry
from kiosk.services.records.host_records import HostSession
from kiosk.services.roll_memory import UnsavedAct
from sync.domain.evacuation import Evacuation, apply, of_one_roll
from sync.domain.events import (
    EvacuationCounted,
    EvacuationEnded,
    EvacuationStaffCounted,
    EvacuationStarted,
    Event,
)
from sync.domain.ids import uuid7
from sync.domain.visit import Visit
from sync.ledger import evacuations
from sync.ledger.evacuations import LastHeard, StoredRoll
from sync.ledger.store import StorageError

DAY = 24 * 3600 * 1000  # ms
REMEMBERED_DAYS = 7  # other kiosks that were last heard from earlier are not mentioned
MAX_SESSIONS = 99  # in one fact
STOWS = ("pouch", "locker", "none")  # in the order of the roll

log = logging.getLogger(__name__)


def is_running(context: KioskContext) -> bool:
    """Whether an evacuation is running at the venue, as far as this kiosk knows. Raises StorageError."""
    if context.roll_memory.unsaved:
        _save(context)
        return any(evacuation.is_running for evacuation in _read(context).evacuations)
    return evacuations.is_running(context.ledger.store)


def start(context: KioskContext, host: HostSession | None) -> RollCall:
    """Start an evacuation, or join the one that is running."""
    roll = _read(context)
    if roll.evacuations:
        return _show(context, roll)
    now = context.ledger.clock.read().at
    sessions = sorted({visit.session for visit in roll.visits if visit.session})[:MAX_SESSIONS]
    return _act(context, roll, [(uuid7(now), EvacuationStarted(context.profile.zone, tuple(sessions)))], host)


def read(context: KioskContext) -> RollCall | None:
    """The roll call that is running; None: it has been ended."""
    _save(context)
    roll = _read(context)
    return _show(context, roll) if roll.evacuations else None


def count(context: KioskContext, visit: UUID, is_out: bool, host: HostSession | None) -> RollCall | None:
    """Count a party out, or put it on the roll again; None where the roll call has been ended."""
    roll = _read(context)
    if not roll.evacuations:
        return None
    counted_out = [evacuation for evacuation in roll.evacuations if visit in evacuation.out]
    uncounted_in = [] if counted_out else _running(roll)[:1]
    changed = uncounted_in if is_out else counted_out
    return _act(context, roll, [(evacuation.id, EvacuationCounted(visit, is_out)) for evacuation in changed], host)


def count_staff(context: KioskContext, staff: int, host: HostSession | None) -> RollCall | None:
    """Set how many of the staff are out; None where the roll call has been ended."""
    roll = _read(context)
    if not roll.evacuations:
        return None
    changed = [evacuation for evacuation in _running(roll) if evacuation.staff_out != staff]
    return _act(context, roll, [(evacuation.id, EvacuationStaffCounted(staff)) for evacuation in changed], host)


def end(context: KioskContext, host: HostSession | None) -> HostSession | None:
    """End the roll call, also where several kiosks have started one; returns ``host``."""
    roll = _read(context)
    _act(context, roll, [(evacuation.id, EvacuationEnded()) for evacuation in _running(roll)], host)
    return host


def _running(roll: StoredRoll) -> list[Evacuation]:
    return [evacuation for evacuation in roll.evacuations if evacuation.is_running]


def _act(
    context: KioskContext, roll: StoredRoll, facts: Sequence[tuple[UUID, Event]], host: HostSession | None
) -> RollCall:
    """Write these facts, or keep them in memory; returns the roll with them."""
    at = context.ledger.clock.read().at
    if facts:
        act = UnsavedAct(facts, at, host.host_id if host else None)
        context.roll_memory.unsaved.append(act)
        _save(context)
        roll = StoredRoll(_with_acts(roll.evacuations, [act]), roll.visits, roll.others)
        context.roll_memory.evacuations = roll.evacuations
    return _show(context, roll)


def _save(context: KioskContext) -> None:
    """Write the acts that were not saved yet, in order, as far as possible."""
    unsaved = context.roll_memory.unsaved
    while unsaved:
        try:
            context.ledger.record(*unsaved[0].facts, actor=unsaved[0].actor)
        except StorageError as error:
            log.warning("an evacuation's facts are only in memory: %s", error)
            return
        del unsaved[0]


def _read(context: KioskContext) -> StoredRoll:
    """The roll from the ledger, or else from memory; with the acts that are not saved."""
    memory, now = context.roll_memory, context.ledger.clock.read().at
    since = min((evacuation.started or now for evacuation in memory.evacuations), default=now)
    try:
        roll = evacuations.read_roll(context.ledger.store, since)
        memory.needs_pin = hosts.has_hosts(context)
    except StorageError as error:
        log.warning("the roll is the last one that could be read: %s", error)
        memory.is_stale = True
        return StoredRoll(of_one_roll(memory.evacuations), memory.visits, memory.others)
    with_acts = of_one_roll(_with_acts(roll.evacuations, memory.unsaved))
    roll = StoredRoll(with_acts, roll.visits, roll.others)
    memory.remember_roll(roll, now)
    return roll


def _with_acts(stored: Sequence[Evacuation], acts: Sequence[UnsavedAct]) -> list[Evacuation]:
    """The evacuations after these acts."""
    by_id = {evacuation.id: evacuation for evacuation in stored}
    for act in acts:
        for subject, event in act.facts:
            by_id[subject] = apply(by_id.get(subject, Evacuation(subject)), event, act.at)
    return list(by_id.values())


def _show(context: KioskContext, roll: StoredRoll) -> RollCall:
    memory, profile, now = context.roll_memory, context.profile, context.ledger.clock.read().at
    started = min((evacuation.started or now for evacuation in roll.evacuations), default=now)
    return RollCall(
        started=context.local_time(started),
        entries=entries_of(roll, context.local_time),
        staff_out=staff_out(roll),
        others=tuple(_local_or_none(context, other.at) for other in roll.others if _is_recent(other, now)),
        is_paired=profile.paired,
        has_lockers=profile.lockers > 0,
        has_board=bool(context.locker_wall().doors),
        key_at=profile.key_at,
        is_saved=not memory.unsaved,
        is_stale=memory.is_stale,
        read_at=_local_or_none(context, memory.read_at),
        needs_pin=memory.needs_pin,
    )


def staff_out(roll: StoredRoll) -> int:
    """How many of the staff are out. Kiosks that could not hear each other may have counted the same people."""
    return max((evacuation.staff_out for evacuation in roll.evacuations), default=0)


def entries_of(roll: StoredRoll, local_time: Callable[[int], datetime]) -> tuple[RollEntry, ...]:
    """The parties on the roll, by kind of stow and number; a party is out that any of the evacuations counted out."""
    counted_out = {visit for evacuation in roll.evacuations for visit in evacuation.out}
    return tuple(sorted((_entry(visit, counted_out, local_time) for visit in roll.visits), key=_order))


def _entry(visit: Visit, counted_out: set[UUID], local_time: Callable[[int], datetime]) -> RollEntry:
    has_left = visit.checked_out is not None and not visit.estimated  # an estimate was not seen
    return RollEntry(
        visit=visit.id,
        stow=visit.stow if visit.numbers else "none",
        numbers=visit.numbers,
        arrived=local_time(visit.checked_in or 0),
        party_size=visit.party_size,
        on_break=visit.on_break,
        is_out=has_left or visit.id in counted_out,
        has_left=has_left,
    )


def _order(entry: RollEntry) -> tuple[int, tuple[int, ...], datetime, UUID]:
    return STOWS.index(entry.stow), entry.numbers, entry.arrived, entry.visit


def _is_recent(other: LastHeard, now: int) -> bool:
    return other.at is None or other.at > now - REMEMBERED_DAYS * DAY


def _local_or_none(context: KioskContext, at: int | None) -> datetime | None:
    return None if at is None else context.local_time(at)
