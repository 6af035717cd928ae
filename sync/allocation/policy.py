"""Decides how a venue's kiosks share its numbers and seats: pure, so that any order of messages can be tested.

What no kiosk holds is the pool. All live kiosks should have about the same free: a kiosk with less than its fair amount
gets the rest from the pool at once; one with more is asked to give some back where another has fallen below half of the
fair amount, so that on a quiet evening nothing moves. Nothing is taken from a kiosk that it has not given back.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from sync.allocation import intervals
from sync.allocation.intervals import NONE, Ranges
from sync.allocation.model import (
    EMPTY_SHARE,
    MAX_SESSIONS,
    NO_AMOUNTS,
    NUMBER_KINDS,
    STRIPES,
    WHOLE_VENUE,
    AllocationReport,
    Amounts,
    Kind,
    Seats,
    Share,
    add,
    add_seats,
    amounts_of,
    subtract,
)

NOTHING: Mapping[UUID, int] = {}
MAX_DEALT = MAX_SESSIONS - 40  # sessions that a kiosk is dealt; it mentions some that it was dealt before as well
MAX_REPORTED = 2**52  # the highest version that is accepted from a kiosk; model.Version allows twice as many


@dataclass(frozen=True)
class KioskState:
    """A kiosk's part of the allocation. ``spare``: what it has free, as last reported; ``live``: not silent."""

    zone: str
    version: int = 0
    granted: Share = EMPTY_SHARE
    spare: Amounts = NO_AMOUNTS
    pouches: int = 0
    lockers: int = 0
    live: bool = True
    unconfirmed: bool = False  # the database was restored, and the kiosk has not reported since what it holds

    def existing(self, kind: Kind) -> Ranges:
        """The numbers that the venue has by this kiosk's settings."""
        if kind == "codes":
            return ((0, STRIPES - 1),)
        return intervals.tidy([(1, self.pouches if kind == "pouches" else self.lockers)])


@dataclass(frozen=True)
class OfferedSession:
    """The seats of a session, or its headroom: shared between its zone's kiosks once its opener has given some back.

    ``is_shared``: that has happened, or they are dealt ahead, or its opener's pairing was ended, so that they belong to
    the pool. ``taken``: of people who are in, admitted by kiosks whose pairing was
    ended. ``is_ahead``: it has not opened yet, so that a kiosk that is silent now should have its part as well.
    """

    zone: str
    capacity: int
    is_shared: bool = False
    taken: int = 0
    is_ahead: bool = False


@dataclass(frozen=True)
class Decision:
    """A kiosk's new state, and what it is asked to give back."""

    kiosk: KioskState
    wanted: Amounts = NO_AMOUNTS


def apply_report(
    kiosk: KioskState,
    report: AllocationReport,
    sessions: Collection[UUID],
    opened: Collection[UUID],
    dealt_ahead: Mapping[UUID, int] = NOTHING,
) -> KioskState:
    """Accept what a kiosk gives back, if it reports the current version; else it has to learn that one first.

    ``opened``: those of the open ``sessions`` that it opened. Only these can it claim; where two kiosks have opened the
    same plan, the second one is granted no seats of it. ``dealt_ahead``: those of ``opened`` that are dealt before they
    open, with what no other kiosk was dealt: what is left for this one, if it was dealt nothing.

    A kiosk that reports a later version than this server has got it before the server's database was restored from a
    backup: what it reports to hold is believed, and it gets a still later version, so that it applies it. A version
    beyond MAX_REPORTED was never granted: such a report is ignored, or no later version would be left to grant.
    """
    kiosk = dataclasses.replace(kiosk, pouches=report.pouches, lockers=report.lockers, unconfirmed=False)
    if report.version > max(kiosk.version, MAX_REPORTED):
        return kiosk
    if report.version > kiosk.version:
        granted = kiosk.granted if report.granted is None else _still_held(report.granted, report)
        return dataclasses.replace(kiosk, version=report.version + 1, granted=granted, spare=report.spare)
    if report.version < kiosk.version:
        return kiosk
    claims = {**dealt_ahead, **{id: seats for id, seats in report.claimed.items() if id in opened}}
    claimed = {session: min(seats, dealt_ahead.get(session, seats)) for session, seats in claims.items()}
    reported = report.claimed | report.spare.seats
    others = {session: 0 for session in reported if session in sessions and session not in opened}
    before = structs.replace(kiosk.granted, seats={**claimed, **others, **kiosk.granted.seats})
    granted = subtract(before, report.given)
    corrected = (others.keys() | dealt_ahead.keys()) - kiosk.granted.seats.keys()
    version = kiosk.version if report.given == EMPTY_SHARE and not corrected else kiosk.version + 1
    spare = structs.replace(report.spare, seats={**report.spare.seats, **dict.fromkeys(corrected & others.keys(), 0)})
    return dataclasses.replace(kiosk, version=version, granted=granted, spare=spare)


def without_overlap(kiosk: KioskState, others: Sequence[KioskState]) -> KioskState:
    """Take from a kiosk the numbers that another one holds as well, which only a restored database can cause."""
    held = EMPTY_SHARE
    for other in others:
        if not other.unconfirmed:
            held = add(held, other.granted)
    numbers = {kind: intervals.intersection(getattr(kiosk.granted, kind), getattr(held, kind)) for kind in NUMBER_KINDS}
    overlap = structs.replace(EMPTY_SHARE, **numbers)
    if overlap == EMPTY_SHARE:
        return kiosk
    return dataclasses.replace(kiosk, version=kiosk.version + 1, granted=subtract(kiosk.granted, overlap))


def _still_held(granted: Share, report: AllocationReport) -> Share:
    """What a kiosk holds of a share that this database does not have: less what it has given back of it."""
    before = structs.replace(granted, seats={**report.claimed, **granted.seats})
    return subtract(before, report.given)


def _pool_of(kind: Kind, kiosk: KioskState, others: Sequence[KioskState]) -> Ranges:
    """The numbers that no kiosk holds, and that this one can be granted."""
    pool: Ranges = getattr(WHOLE_VENUE, kind)
    for state in (kiosk, *others):
        pool = intervals.difference(pool, getattr(state.granted, kind))
    if not others:
        return pool  # all of it, whatever its settings will be tomorrow
    return intervals.intersection(pool, kiosk.existing(kind))


def deal(
    kiosk: KioskState,
    others: Sequence[KioskState],
    sessions: Mapping[UUID, OfferedSession],
    held_numbers: Callable[[], Share],
) -> Decision:
    """What a kiosk is granted now, and what it is asked to give back.

    Nothing, until all kiosks have reported what they hold: the pool may be smaller than it looks. ``held_numbers``
    reads the pouches and lockers that have not come back: no kiosk is granted these. It is called only where a number
    could be granted.
    """
    if any(state.unconfirmed for state in (kiosk, *others)):
        return Decision(kiosk)
    numbers, wanted_numbers = _deal_all_numbers(kiosk, others, held_numbers)
    seats, wanted_seats = _deal_all_seats(kiosk, others, sessions)
    grant = structs.replace(numbers, seats=seats)
    wanted = structs.replace(wanted_numbers, seats=wanted_seats)
    if grant == EMPTY_SHARE:
        return Decision(kiosk, wanted)
    usable = {kind: intervals.intersection(getattr(grant, kind), kiosk.existing(kind)) for kind in NUMBER_KINDS}
    spare = _add_amounts(kiosk.spare, amounts_of(structs.replace(grant, **usable)))
    granted = add(kiosk.granted, grant)
    return Decision(dataclasses.replace(kiosk, version=kiosk.version + 1, granted=granted, spare=spare), wanted)


def split(own: int, rivals: Sequence[int], pool: int) -> tuple[int, int]:
    """Of one kind: how many a kiosk gets from the pool, and how many it is asked to give back.

    ``own`` and ``rivals``: what each kiosk has free. A pool below 0 (the capacity was reduced) is filled up first.
    """
    if pool < 0:
        return 0, min(own, -pool)
    fair, remainder = divmod(own + sum(rivals) + pool, 1 + len(rivals))
    owed = sum(max(0, fair - rival) for rival in rivals)
    granted = min(pool, max(0, fair - own))
    if remainder and own + granted == fair and pool > granted + owed:
        granted += 1  # of what can't be divided evenly
    lacking = sum(fair - rival for rival in rivals if rival <= fair // 2) - pool
    return granted, max(0, min(own - fair, lacking))


def _deal_all_numbers(
    kiosk: KioskState, others: Sequence[KioskState], held_numbers: Callable[[], Share]
) -> tuple[Share, Amounts]:
    pools = {kind: _pool_of(kind, kiosk, others) for kind in NUMBER_KINDS}
    held = held_numbers() if pools["pouches"] or pools["lockers"] else EMPTY_SHARE
    granted: dict[str, Ranges] = {}
    wanted: dict[str, int] = {}
    for kind, unallocated in pools.items():
        pool = intervals.difference(unallocated, getattr(held, kind)) if unallocated else NONE
        if not others:
            granted[kind] = pool
            continue
        rivals = [getattr(other.spare, kind) for other in others if other.live and other.existing(kind)]
        count, wanted[kind] = split(getattr(kiosk.spare, kind), rivals, intervals.size(pool))
        granted[kind] = intervals.lowest(pool, count)
    return structs.replace(EMPTY_SHARE, **granted), structs.replace(NO_AMOUNTS, **wanted)


def _deal_all_seats(
    kiosk: KioskState, others: Sequence[KioskState], sessions: Mapping[UUID, OfferedSession]
) -> tuple[Seats, Seats]:
    granted: Seats = {}
    wanted: Seats = {}
    room = MAX_DEALT - len(kiosk.granted.seats)  # for sessions that its share does not mention yet
    for session, offer in sessions.items():
        if not _takes_part(kiosk, session, offer):
            continue
        granted_seats, wanted_seats = _deal_seats(session, offer, kiosk, others)
        is_new = session not in kiosk.granted.seats
        if granted_seats and (room > 0 or not is_new):
            granted[session] = granted_seats
            room -= is_new
        if wanted_seats:
            wanted[session] = wanted_seats
    return granted, wanted


def _deal_seats(
    session: UUID, offer: OfferedSession, kiosk: KioskState, others: Sequence[KioskState]
) -> tuple[int, int]:
    pool = offer.capacity - seats_granted(session, (kiosk, *others)) - offer.taken if offer.is_shared else 0
    rivals = [
        other.spare.seats.get(session, 0)
        for other in others
        if (other.live or offer.is_ahead) and _takes_part(other, session, offer)
    ]
    return split(kiosk.spare.seats.get(session, 0), rivals, pool)


def seats_granted(session: UUID, kiosks: Iterable[KioskState]) -> int:
    """The seats of a session, or its headroom, that these kiosks hold together."""
    return sum(state.granted.seats.get(session, 0) for state in kiosks)


def _takes_part(kiosk: KioskState, session: UUID, offer: OfferedSession) -> bool:
    return kiosk.zone == offer.zone or session in kiosk.granted.seats or session in kiosk.spare.seats


def _add_amounts(left: Amounts, right: Amounts) -> Amounts:
    numbers = {kind: getattr(left, kind) + getattr(right, kind) for kind in NUMBER_KINDS}
    return Amounts(**numbers, seats=add_seats(left.seats, right.seats))
