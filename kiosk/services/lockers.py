"""Lockers that a board opens: telling it to, recording what is seen of their doors, and which of them need a hand.

A command is sent after the fact about it is durable. Where power is cut between the two, or before the door was seen,
the board's first answer afterwards is compared with the facts, and what can't be known is recorded as unknown.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from kiosk.rules import pouch_assignment
from kiosk.rules.device_commands import CancelOpening, OpenLocker
from kiosk.rules.device_events import (
    BoardAnswers,
    DoorClosed,
    DoorLeftOpen,
    DoorOpened,
    DoorStuck,
    DoorUnsteady,
    LockerEvent,
)
from kiosk.rules.locker_wall import Door
from kiosk.services import locker_release
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.locker_records import LockerList, LockerState, LockerTrouble, Trouble
from kiosk.services.records.visitor_records import CheckedIn, NoPouch
from sync.domain.events import Event, KioskLockerNoted, LockerDoor, LockerUnlocked, VisitAmended
from sync.domain.visit import Visit
from sync.ledger.store import StorageError

KEY = "lockers to check"  # under which the ledger remembers, by number, what needs a hand after a restart too
NOTED = "doors of free lockers"  # under which it remembers what was recorded last of a door that no visit holds
OPEN = ("opened", "opened_unasked", "left_open")
Why = Literal["check_in", "check_out", "step_out", "come_back", "again", "host", "evacuation"]
Seen = Literal["opened", "opened_unasked", "closed", "left_open", "jammed"]

log = logging.getLogger(__name__)


def offered(context: KioskContext, numbers: Sequence[int]) -> Sequence[int]:
    """Of these lockers those that a visitor may get now: without a board all of them."""
    wall = context.locker_wall()
    if not wall.doors:
        return numbers
    to_check, unreleased = _to_check(context), locker_release.unreleased(context, numbers)
    return [
        number
        for number in numbers
        if wall.can_offer(number) and to_check.get(number) != "stuck" and number not in unreleased
    ]


def is_unreleased(context: KioskContext, number: int) -> bool:
    """Whether a locker on a board has left a visit, and its door was not used since: a phone may lie in it."""
    return number in locker_release.unreleased(context, context.locker_wall().of_boards([number]))


def unlock_facts(
    context: KioskContext, visit: UUID, stow: str, numbers: Sequence[int], why: Why
) -> list[tuple[UUID, Event]]:
    """The fact that these lockers of a visit are opened by a board; none where there is no board."""
    doors = doors_of(context, stow, numbers)
    return [(visit, LockerUnlocked(doors, why))] if doors else []


def doors_of(context: KioskContext, stow: str, numbers: Iterable[int]) -> tuple[int, ...]:
    """Of these numbers the lockers that a board opens."""
    return context.locker_wall().of_boards(numbers) if stow == "locker" else ()


def of_other_kiosks(context: KioskContext, visit: Visit) -> tuple[int, ...]:
    """The lockers of a visit that have not come back and that the board of another kiosk has opened."""
    held = [number for number in visit.numbers if number in visit.held and number not in visit.lost]
    others = set(held).difference(doors_of(context, visit.stow, held)) if visit.stow == "locker" else set()
    if not others:
        return ()
    opened = {
        number
        for entry, fact in context.ledger.history(visit.id)
        if isinstance(fact.event, LockerUnlocked) and not context.allocation.owns_journal(entry.journal)
        for number in fact.event.numbers
    }
    return tuple(number for number in held if number in others & opened)


def send_openings(context: KioskContext, doors: Iterable[int]) -> None:
    """Tell the boards to open these lockers. The fact about it has been recorded."""
    for number in doors:
        context.send_command(OpenLocker(number))


def open_again(context: KioskContext, visit_id: UUID, numbers: Sequence[int]) -> None:
    """Open a visit's lockers once more, while its party is in."""
    visit = context.ledger.visit(visit_id)
    if visit and visit.is_in and (facts := unlock_facts(context, visit_id, visit.stow, numbers, "again")):
        doors = doors_of(context, visit.stow, numbers)
        context.ledger.record(*facts, remember=locker_release.remembering(context, visit_id, doors))
        send_openings(context, doors)


def open_by_hand(context: KioskContext, number: int, host: HostSession) -> LockerList:
    """Open any locker for a host."""
    holder = _holder(context, number)
    if holder:
        context.ledger.record(
            (holder.id, LockerUnlocked((number,), "host")),
            actor=host.host_id,
            remember=locker_release.remembering(context, holder.id, [number]),
        )
    else:
        context.ledger.record((context.place.kiosk, KioskLockerNoted(number, "unlocked")), actor=host.host_id)
    send_openings(context, [number])
    return read_lockers(context)


def open_all(context: KioskContext, host: HostSession | None) -> LockerList:
    """Open every locker on a board, those with phones first; also where the disk can't be written."""
    wall = context.locker_wall()
    held: list[int] = []
    try:
        visits = [visit for visit in _outstanding(context) if doors_of(context, "locker", visit.held)]
        facts: list[tuple[UUID, Event]] = [
            (visit.id, LockerUnlocked(wall.of_boards(visit.held), "evacuation")) for visit in visits
        ]
        held = sorted({number for visit in visits for number in wall.of_boards(visit.held)})
        free = [number for number in wall.doors if number not in held]
        facts += [(context.place.kiosk, KioskLockerNoted(number, "unlocked")) for number in free]
        if facts:
            context.ledger.record(*facts, actor=host.host_id if host else None)
    except StorageError as error:
        log.warning("that all lockers are opened is not recorded: %s", error)
    for number in dict.fromkeys([*held, *sorted(wall.doors)]):
        context.send_command(OpenLocker(number, is_evacuation=True))
    return read_all(context)


def stop_opening(context: KioskContext) -> LockerList:
    """Open no more lockers of an evacuation."""
    for number in context.locker_wall().doors:
        context.send_command(CancelOpening(number))
    return read_all(context)


def replace_stuck(context: KioskContext, welcomed: CheckedIn) -> CheckedIn | NoPouch:
    """Give a party other lockers in place of those that do not open, or pouches where none of its lockers has opened.

    The lockers that have opened stay with the party. NoPouch says how many lockers, or pouches, are free.
    """
    with context.allocation.lock:
        outstanding = context.ledger.open_and_outstanding()[1]
        visit = next((visit for visit in outstanding if visit.id == welcomed.visit), None)
        if visit is None or not visit.is_in or visit.stow != "locker":
            return NoPouch(0, "locker")
        stuck = _stuck(context, visit.numbers)
        lockers_in_use = {number for other in outstanding if other.stow == "locker" for number in other.held}
        usable = offered(context, context.allocation.lockers)
        others = pouch_assignment.choose(len(stuck), usable, lockers_in_use) if stuck else ()
        if others is not None:
            return _move_to_lockers(context, welcomed, visit, dict(zip(stuck, others, strict=True)))
        if len(stuck) < len(visit.numbers):
            return NoPouch(len(pouch_assignment.free_numbers(usable, lockers_in_use)), "locker")
        pouches_in_use = {number for other in outstanding if other.stow == "pouch" for number in other.held}
        pouches = pouch_assignment.choose(visit.phones, context.allocation.pouches, pouches_in_use)
        if pouches is None:
            return NoPouch(len(pouch_assignment.free_numbers(context.allocation.pouches, pouches_in_use)))
        context.ledger.record((visit.id, VisitAmended(stow="pouch", numbers=pouches)))
        return replace(welcomed, stow="pouch", numbers=pouches, doors=())


def _stuck(context: KioskContext, numbers: Iterable[int]) -> list[int]:
    doors = context.locker_wall().doors
    return [number for number in numbers if doors.get(number) in ("stuck", "silent", "unsteady")]


def _move_to_lockers(context: KioskContext, welcomed: CheckedIn, visit: Visit, others: Mapping[int, int]) -> CheckedIn:
    """Put each of the ``others`` in the place of the locker that does not open, and open it."""
    numbers = tuple(others.get(number, number) for number in visit.numbers)
    if others:
        opening = doors_of(context, "locker", others.values())
        context.ledger.record(
            (visit.id, VisitAmended(numbers=numbers)),
            *unlock_facts(context, visit.id, "locker", opening, "check_in"),
            remember=locker_release.remembering(context, visit.id, opening),
        )
        send_openings(context, opening)
    return replace(welcomed, numbers=numbers, doors=doors_of(context, "locker", numbers))


# what is seen


def note(context: KioskContext, event: LockerEvent) -> None:
    """Record what a board has reported. Raises StorageError; the board's next answer is compared with the facts."""
    match event:
        case BoardAnswers(numbers, open_numbers):
            for number in numbers:
                _compare(context, number, number in open_numbers)
                if number in open_numbers:
                    locker_release.note_open(context, number)
                else:
                    locker_release.note_closed(context, number)
        case DoorOpened(number, is_asked):
            _note_seen(context, number, "opened" if is_asked else "opened_unasked")
            _set_to_check(context, number, None)
            locker_release.note_open(context, number)
        case DoorClosed(number):
            _note_seen(context, number, "closed")
            locker_release.note_closed(context, number)
        case DoorLeftOpen(number, is_again):
            if not is_again:
                _note_seen(context, number, "left_open")
        case DoorStuck(number):
            _note_seen(context, number, "jammed")
            _set_to_check(context, number, "stuck")
        case DoorUnsteady():
            pass  # nothing was seen of the door; the locker is not offered, and the board of the hosts says why


def _note_seen(context: KioskContext, number: int, seen: Seen) -> None:
    """Record what was seen of a door, once. A door that is closed was open, whether or not that could be recorded."""
    holder = _holder(context, number)
    last = _last_seen(context, holder, number)
    if seen.startswith("opened") and last in OPEN:
        return
    if holder is None:
        noted = {**(context.ledger.recall(NOTED) or {}), str(number): seen}
        context.ledger.record((context.place.kiosk, KioskLockerNoted(number, seen)), remember={NOTED: noted})
        return
    if seen == "closed" and last not in OPEN:
        context.ledger.record((holder.id, LockerDoor(number, "opened_unasked")))
    context.ledger.record((holder.id, LockerDoor(number, seen)))


def _compare(context: KioskContext, number: int, is_open: bool) -> None:
    """Compare a board's first answer about a door with the facts, and record where they differ."""
    holder = _holder(context, number)
    last = _last_seen(context, holder, number)
    if is_open:
        if last not in OPEN:
            _note_seen(context, number, "opened" if last in ("unlocked", "jammed") else "opened_unasked")
    elif last in OPEN:
        _note_seen(context, number, "closed")
    elif holder and last == "unlocked" and context.locker_wall().doors.get(number) != "opening":
        context.ledger.record((holder.id, LockerDoor(number, "unknown")))
        _set_to_check(context, number, "unknown")


def _last_seen(context: KioskContext, holder: Visit | None, number: int) -> str | None:
    """What the facts say last of this door: ``unlocked``, or what was seen; None: nothing."""
    if holder is None:
        return (context.ledger.recall(NOTED) or {}).get(str(number))
    for _, fact in reversed(context.ledger.history(holder.id)):
        match fact.event:
            case LockerUnlocked(numbers=numbers) if number in numbers:
                return "unlocked"
            case LockerDoor(number=of_door, seen=seen) if of_door == number:
                return seen
    return None


def _holder(context: KioskContext, number: int) -> Visit | None:
    """The visit that holds a locker, of two the one that is in."""
    holders = [visit for visit in _outstanding(context) if number in visit.held]
    return min(holders, key=lambda visit: not visit.is_in, default=None)


def _outstanding(context: KioskContext) -> list[Visit]:
    return [visit for visit in context.ledger.open_and_outstanding()[1] if visit.stow == "locker"]


# what needs a hand


def read_doors(context: KioskContext, numbers: Sequence[int]) -> dict[int, Door]:
    """The doors of these lockers, as far as a board opens them."""
    doors = context.locker_wall().doors
    return {number: doors[number] for number in numbers if number in doors}


def read_lockers(context: KioskContext) -> LockerList:
    """All lockers on boards, for hosts."""
    held = {number for visit in _outstanding(context) for number in visit.held}
    return _list(context, held)


def read_all(context: KioskContext) -> LockerList:
    """The same for an evacuation, where the disk may be broken."""
    try:
        return read_lockers(context)
    except StorageError as error:
        log.warning("which lockers are in use is not known: %s", error)
        return _list(context, set())


def _list(context: KioskContext, held: set[int]) -> LockerList:
    doors = context.locker_wall().doors
    states = tuple(LockerState(number, door, number in held) for number, door in sorted(doors.items()))
    return LockerList(states, context.profile.key_at)


def read_troubles(context: KioskContext, outstanding: Iterable[Visit]) -> tuple[LockerTrouble, ...]:
    """The lockers that a host should look at, by number. ``outstanding``: visits that may hold one."""
    wall = context.locker_wall()
    if not wall.doors:
        return ()
    held = {number for visit in outstanding if visit.stow == "locker" for number in visit.held}
    troubles: dict[int, Trouble] = {
        number: what
        for number, what in _to_check(context).items()
        if number in wall.doors and (what != "unknown" or number in held)
    }
    troubles |= {
        number: "unknown"
        for number in locker_release.unreleased(context, wall.doors)
        if number not in held and troubles.get(number) != "stuck"
    }
    for number, door in wall.doors.items():
        if door in ("stuck", "left_open", "unsteady"):
            troubles[number] = door
    return tuple(LockerTrouble(number, troubles[number]) for number in sorted(troubles))


def _to_check(context: KioskContext) -> Mapping[int, Trouble]:
    return {int(number): what for number, what in (context.ledger.recall(KEY) or {}).items()}


def _set_to_check(context: KioskContext, number: int, what: Trouble | None) -> None:
    before = _to_check(context)
    if before.get(number) == what:
        return
    remaining = {str(other): trouble for other, trouble in before.items() if other != number}
    context.ledger.remember(KEY, {**remaining, str(number): what} if what else remaining)
