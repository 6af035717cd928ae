"""How a venue's kiosks are dealt their shares: pure, so that any order of messages can be tried.

What nobody holds is the pool. Every kiosk that is heard from shall have about the same free: whoever has less gets it
from the pool at once; whoever has more is asked for some back where another has fallen below half of what would be
fair, so that on a quiet evening nothing moves. Nothing is ever taken that was not given back.
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
    Amounts,
    Kind,
    Share,
    add,
    amounts_of,
    subtract,
)
from sync.protocol import AllocationReport

BELIEVED = 2**52  # the latest version that a kiosk may claim to have had; shares.Version has room for as many again


@dataclass(frozen=True)
class KioskState:
    """A kiosk as it is dealt to. ``spare`` is what it has free, as far as is known; ``live``: heard from lately."""

    zone: str
    version: int = 0
    granted: Share = EMPTY_SHARE
    spare: Amounts = NO_AMOUNTS
    pouches: int = 0
    lockers: int = 0
    live: bool = True
    unconfirmed: bool = False  # the database was restored, and the kiosk has not said since what it holds

    def there(self, kind: Kind) -> Ranges:
        """The numbers that it could make use of."""
        if kind == "codes":
            return ((0, STRIPES - 1),)
        return intervals.tidy([(1, self.pouches if kind == "pouches" else self.lockers)])


@dataclass(frozen=True)
class OfferedSession:
    """An open session: its places are dealt to its zone's kiosks once its opener has given some back.

    ``dealt``: that has happened, or its opener's pairing was ended, so that they are the pool's. ``capacity`` None: no
    limit, and nothing to deal. ``taken``: places of people who are in, let in by kiosks whose pairing was ended.
    """

    zone: str
    capacity: int | None
    dealt: bool = False
    taken: int = 0


@dataclass(frozen=True)
class Decision:
    """What comes of a kiosk's turn."""

    hand: KioskState
    wanted: Amounts = NO_AMOUNTS


def apply_report(
    hand: KioskState, said: AllocationReport, sessions: Collection[UUID], opened: Collection[UUID]
) -> KioskState:
    """Take back what a kiosk gives, if it speaks of the version that it has; else it is told that first.

    ``opened``: the sessions among those that are open which it opened. Only these can it claim; where two kiosks have
    opened the same plan, the one that came second is told that it has no places.

    A kiosk that knows a later version than this server does was dealt it before the server's database was restored from
    a backup: what it says that it holds is believed, and it gets a still later version, so that it listens. Nobody was
    ever dealt a version beyond BELIEVED: such a claim is not heard, or the next one would leave no later version to
    deal.
    """
    hand = dataclasses.replace(hand, pouches=said.pouches, lockers=said.lockers, unconfirmed=False)
    if said.version > max(hand.version, BELIEVED):
        return hand
    if said.version > hand.version:
        granted = hand.granted if said.granted is None else _as_held(said.granted, said, sessions)
        return dataclasses.replace(hand, version=said.version + 1, granted=granted, spare=said.spare)
    if said.version < hand.version:
        return hand
    claimed = {one: places for one, places in said.claimed.items() if one in opened}
    others = {one: 0 for one in said.claimed | said.spare.seats if one in sessions and one not in opened}
    granted = subtract(structs.replace(hand.granted, seats={**claimed, **others, **hand.granted.seats}), said.given)
    granted = structs.replace(granted, seats={one: n for one, n in granted.seats.items() if one in sessions})
    corrected = others.keys() - hand.granted.seats.keys()
    version = hand.version if said.given == EMPTY_SHARE and not corrected else hand.version + 1
    spare = structs.replace(said.spare, seats={**said.spare.seats, **dict.fromkeys(corrected, 0)})
    return dataclasses.replace(hand, version=version, granted=granted, spare=spare)


def without_overlap(mine: KioskState, others: Sequence[KioskState]) -> KioskState:
    """Take from a kiosk the numbers that another one holds as well, which only a restored database brings about."""
    taken = EMPTY_SHARE
    for hand in others:
        if not hand.unconfirmed:
            taken = add(taken, hand.granted)
    numbers = {kind: intervals.intersection(getattr(mine.granted, kind), getattr(taken, kind)) for kind in NUMBER_KINDS}
    both = structs.replace(EMPTY_SHARE, **numbers)
    if both == EMPTY_SHARE:
        return mine
    return dataclasses.replace(mine, version=mine.version + 1, granted=subtract(mine.granted, both))


def _as_held(granted: Share, said: AllocationReport, sessions: Collection[UUID]) -> Share:
    """What a kiosk holds of a share that this database does not know: without what it has given back of it."""
    held = subtract(structs.replace(granted, seats={**said.claimed, **granted.seats}), said.given)
    return structs.replace(held, seats={one: places for one, places in held.seats.items() if one in sessions})


def deal(mine: KioskState, others: Sequence[KioskState], sessions: Mapping[UUID, OfferedSession]) -> Decision:
    """One kiosk's turn: what it is granted now, and what it is asked to give back.

    Nothing, until all have said what they hold: the pool may be smaller than it looks.
    """
    if any(hand.unconfirmed for hand in (mine, *others)):
        return Decision(mine)
    shares = [_of_numbers(kind, mine, others) for kind in NUMBER_KINDS]
    places = [_of_places(one, offered, mine, others) for one, offered in sessions.items() if offered.capacity]
    grant, wanted = EMPTY_SHARE, NO_AMOUNTS
    for granted, asked in (*shares, *places):
        grant, wanted = add(grant, granted), _more(wanted, asked)
    if grant == EMPTY_SHARE:
        return Decision(mine, wanted)
    there = structs.replace(
        grant, **{kind: intervals.intersection(getattr(grant, kind), mine.there(kind)) for kind in NUMBER_KINDS}
    )
    spare = _more(mine.spare, amounts_of(there))
    return Decision(
        dataclasses.replace(mine, version=mine.version + 1, granted=add(mine.granted, grant), spare=spare), wanted
    )


def split(mine: int, rivals: Sequence[int], pool: int) -> tuple[int, int]:
    """Of one kind: how many this kiosk gets from the pool, and how many it is asked to give back.

    ``mine`` and ``rivals`` are what each has free. A pool below nothing (a smaller capacity) is filled up first.
    """
    if pool < 0:
        return 0, min(mine, -pool)
    fair, rest = divmod(mine + sum(rivals) + pool, 1 + len(rivals))
    owed = sum(max(0, fair - one) for one in rivals)
    granted = min(pool, max(0, fair - mine))
    if rest and mine + granted == fair and pool > granted + owed:
        granted += 1  # of what can't be divided
    lacking = sum(fair - one for one in rivals if one <= fair // 2) - pool
    return granted, max(0, min(mine - fair, lacking))


def _of_numbers(kind: Kind, mine: KioskState, others: Sequence[KioskState]) -> tuple[Share, Amounts]:
    pool: Ranges = getattr(WHOLE_VENUE, kind)
    for hand in (mine, *others):
        pool = intervals.difference(pool, getattr(hand.granted, kind))
    if not others:
        return structs.replace(
            EMPTY_SHARE, **{kind: pool}
        ), NO_AMOUNTS  # all is its own, whatever its settings will say tomorrow
    pool = intervals.intersection(pool, mine.there(kind))
    rivals = [getattr(hand.spare, kind) for hand in others if hand.live and hand.there(kind)]
    granted, wanted = split(getattr(mine.spare, kind), rivals, intervals.size(pool))
    return structs.replace(EMPTY_SHARE, **{kind: intervals.lowest(pool, granted)}), structs.replace(
        NO_AMOUNTS, **{kind: wanted}
    )


def _of_places(
    session: UUID, offered: OfferedSession, mine: KioskState, others: Sequence[KioskState]
) -> tuple[Share, Amounts]:
    takers = [hand for hand in others if hand.live and _takes_part(hand, session, offered)]
    dealt = [hand.granted.seats[session] for hand in (mine, *others) if session in hand.granted.seats]
    if not _takes_part(mine, session, offered):
        return EMPTY_SHARE, NO_AMOUNTS
    pool = (offered.capacity or 0) - sum(dealt) - offered.taken if offered.dealt else 0
    free = [hand.spare.seats.get(session, 0) for hand in takers]
    granted, wanted = split(mine.spare.seats.get(session, 0), free, pool)
    return Share(seats={session: granted} if granted else {}), Amounts(seats={session: wanted} if wanted else {})


def _takes_part(hand: KioskState, session: UUID, offered: OfferedSession) -> bool:
    return hand.zone == offered.zone or session in hand.granted.seats or session in hand.spare.seats


def _more(one: Amounts, other: Amounts) -> Amounts:
    seats = {session: one.seats.get(session, 0) + other.seats.get(session, 0) for session in one.seats | other.seats}
    return Amounts(**{kind: getattr(one, kind) + getattr(other, kind) for kind in NUMBER_KINDS}, seats=seats)
