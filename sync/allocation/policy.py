"""Decides how a venue's kiosks share its numbers and seats: pure, so that any order of messages can be tested.

What no kiosk holds is the pool. All live kiosks should have about the same free: a kiosk with less than its fair amount
gets the rest from the pool at once; one with more is asked to give some back where another has fallen below half of the
fair amount, so that on a quiet evening nothing moves. Nothing is taken from a kiosk that it has not given back.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from sync.allocation import intervals
from sync.allocation.intervals import Ranges
from sync.allocation.model import (
    EMPTY_SHARE,
    NO_AMOUNTS,
    NUMBER_KINDS,
    STRIPES,
    WHOLE_VENUE,
    AllocationReport,
    Amounts,
    Kind,
    Share,
    add,
    add_seats,
    amounts_of,
    subtract,
)

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
    """An open session: its seats are shared between its zone's kiosks once its opener has given some back.

    ``is_shared``: that has happened, or its opener's pairing was ended, so that its seats belong to the pool.
    ``capacity`` None: no limit, and nothing to share. ``taken``: seats of people who are in, admitted by kiosks whose
    pairing was ended.
    """

    zone: str
    capacity: int | None
    is_shared: bool = False
    taken: int = 0


@dataclass(frozen=True)
class Decision:
    """A kiosk's new state, and what it is asked to give back."""

    kiosk: KioskState
    wanted: Amounts = NO_AMOUNTS


def apply_report(
    kiosk: KioskState, report: AllocationReport, sessions: Collection[UUID], opened: Collection[UUID]
) -> KioskState:
    """Accept what a kiosk gives back, if it reports the current version; else it has to learn that one first.

    ``opened``: those of the open ``sessions`` that it opened. Only these can it claim; where two kiosks have opened the
    same plan, the second one is granted no seats of it.

    A kiosk that reports a later version than this server has got it before the server's database was restored from a
    backup: what it reports to hold is believed, and it gets a still later version, so that it applies it. A version
    beyond MAX_REPORTED was never granted: such a report is ignored, or no later version would be left to grant.
    """
    kiosk = dataclasses.replace(kiosk, pouches=report.pouches, lockers=report.lockers, unconfirmed=False)
    if report.version > max(kiosk.version, MAX_REPORTED):
        return kiosk
    if report.version > kiosk.version:
        granted = kiosk.granted if report.granted is None else _still_held(report.granted, report, sessions)
        return dataclasses.replace(kiosk, version=report.version + 1, granted=granted, spare=report.spare)
    if report.version < kiosk.version:
        return kiosk
    claimed = {session: seats for session, seats in report.claimed.items() if session in opened}
    reported = report.claimed | report.spare.seats
    others = {session: 0 for session in reported if session in sessions and session not in opened}
    before = structs.replace(kiosk.granted, seats={**claimed, **others, **kiosk.granted.seats})
    granted = _without_closed(subtract(before, report.given), sessions)
    corrected = others.keys() - kiosk.granted.seats.keys()
    version = kiosk.version if report.given == EMPTY_SHARE and not corrected else kiosk.version + 1
    spare = structs.replace(report.spare, seats={**report.spare.seats, **dict.fromkeys(corrected, 0)})
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


def _still_held(granted: Share, report: AllocationReport, sessions: Collection[UUID]) -> Share:
    """What a kiosk holds of a share that this database does not have: less what it has given back of it."""
    before = structs.replace(granted, seats={**report.claimed, **granted.seats})
    return _without_closed(subtract(before, report.given), sessions)


def _without_closed(share: Share, sessions: Collection[UUID]) -> Share:
    return structs.replace(share, seats={session: n for session, n in share.seats.items() if session in sessions})


def deal(kiosk: KioskState, others: Sequence[KioskState], sessions: Mapping[UUID, OfferedSession]) -> Decision:
    """What a kiosk is granted now, and what it is asked to give back.

    Nothing, until all kiosks have reported what they hold: the pool may be smaller than it looks.
    """
    if any(state.unconfirmed for state in (kiosk, *others)):
        return Decision(kiosk)
    parts = [_deal_numbers(kind, kiosk, others) for kind in NUMBER_KINDS]
    parts += [_deal_seats(session, offer, kiosk, others) for session, offer in sessions.items() if offer.capacity]
    grant, wanted = EMPTY_SHARE, NO_AMOUNTS
    for granted_part, wanted_part in parts:
        grant, wanted = add(grant, granted_part), _add_amounts(wanted, wanted_part)
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


def _deal_numbers(kind: Kind, kiosk: KioskState, others: Sequence[KioskState]) -> tuple[Share, Amounts]:
    pool: Ranges = getattr(WHOLE_VENUE, kind)
    for state in (kiosk, *others):
        pool = intervals.difference(pool, getattr(state.granted, kind))
    if not others:  # the whole pool, whatever its settings will be tomorrow
        return structs.replace(EMPTY_SHARE, **{kind: pool}), NO_AMOUNTS
    pool = intervals.intersection(pool, kiosk.existing(kind))
    rivals = [getattr(other.spare, kind) for other in others if other.live and other.existing(kind)]
    granted, wanted = split(getattr(kiosk.spare, kind), rivals, intervals.size(pool))
    grant = structs.replace(EMPTY_SHARE, **{kind: intervals.lowest(pool, granted)})
    return grant, structs.replace(NO_AMOUNTS, **{kind: wanted})


def _deal_seats(
    session: UUID, offer: OfferedSession, kiosk: KioskState, others: Sequence[KioskState]
) -> tuple[Share, Amounts]:
    if not _takes_part(kiosk, session, offer):
        return EMPTY_SHARE, NO_AMOUNTS
    granted_seats = [state.granted.seats[session] for state in (kiosk, *others) if session in state.granted.seats]
    pool = (offer.capacity or 0) - sum(granted_seats) - offer.taken if offer.is_shared else 0
    rivals = [
        other.spare.seats.get(session, 0) for other in others if other.live and _takes_part(other, session, offer)
    ]
    granted, wanted = split(kiosk.spare.seats.get(session, 0), rivals, pool)
    return Share(seats={session: granted} if granted else {}), Amounts(seats={session: wanted} if wanted else {})


def _takes_part(kiosk: KioskState, session: UUID, offer: OfferedSession) -> bool:
    return kiosk.zone == offer.zone or session in kiosk.granted.seats or session in kiosk.spare.seats


def _add_amounts(left: Amounts, right: Amounts) -> Amounts:
    numbers = {kind: getattr(left, kind) + getattr(right, kind) for kind in NUMBER_KINDS}
    return Amounts(**numbers, seats=add_seats(left.seats, right.seats))
