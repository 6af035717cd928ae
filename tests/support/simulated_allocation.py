"""A venue whose kiosks and server speak over a line that loses, doubles and delays: the dealing alone, without a disk.

The rules are the real ones. What a kiosk remembers goes through JSON when it restarts, as it does on its disk.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from sync.allocation import intervals, model, policy
from sync.allocation.intervals import Ranges
from sync.allocation.model import EMPTY_SHARE, NUMBER_KINDS, WHOLE_VENUE, Amounts, HeldShare, Kind, Share
from sync.allocation.policy import KioskState, OfferedSession
from sync.protocol import AllocationReport, Grant

POUCHES, LOCKERS = 12, 3
SESSIONS = (UUID(int=1), UUID(int=2))  # the first two kiosks have opened one each
THERE: dict[Kind, Ranges] = {"pouches": ((1, POUCHES),), "lockers": ((1, LOCKERS),), "codes": ((0, 99),)}
Step = tuple[int, int, int]  # which kiosk, what, and a number to choose with


@dataclass
class SimulatedKiosk:
    """One kiosk: what is on its disk, and who came in here."""

    number: int
    held: HeldShare
    capacities: dict[UUID, int] = field(default_factory=dict)  # of the sessions that it knows
    out: dict[Kind, set[int]] = field(default_factory=lambda: {kind: set() for kind in NUMBER_KINDS})
    admitted: dict[UUID, int] = field(default_factory=lambda: dict.fromkeys(SESSIONS, 0))
    live: bool = True

    def opened(self, session: UUID) -> bool:
        return session == SESSIONS[self.number] if self.number < len(SESSIONS) else False

    def usable(self, kind: Kind) -> Ranges:
        return intervals.intersection(self.held.usable(kind), THERE[kind])

    def seats(self, session: UUID) -> int:
        return self.held.seats(session, self.capacities.get(session, 0), self.opened(session))

    def free(self) -> Share:
        numbers = {
            kind: intervals.difference(self.usable(kind), intervals.from_numbers(self.out[kind]))
            for kind in NUMBER_KINDS
        }
        left = {session: self.seats(session) - self.admitted[session] for session in self.capacities}
        return Share(**numbers, seats={session: count for session, count in left.items() if count > 0})

    def come_in(self, n: int) -> None:
        """One person or a few, each with what is free here; who finds no place stays outside."""
        free, session, size = self.free(), SESSIONS[n % len(SESSIONS)], 1 + n % 3
        if free.seats.get(session, 0) < size:
            return
        self.admitted[session] += size
        for kind in NUMBER_KINDS:
            self.out[kind].update(intervals.each(intervals.lowest(getattr(free, kind), size)))

    def leave(self, n: int) -> None:
        for kind in NUMBER_KINDS:
            self.out[kind] -= set(sorted(self.out[kind])[n % 4 :: 3])
        session = SESSIONS[n % len(SESSIONS)]
        self.admitted[session] = max(0, self.admitted[session] - 1 - n % 3)

    def restart(self) -> None:
        self.held = msgspec.json.decode(msgspec.json.encode(self.held), type=HeldShare)

    def report(self) -> AllocationReport:
        held = self.held
        return AllocationReport(held.version, held.given, held.claimed, model.amounts_of(self.free()), POUCHES, LOCKERS)

    def hear(self, dealt: Grant | None, wanted: Amounts) -> bool:
        held = self.held
        if dealt:
            self.held = held = held.hear(dealt.version, dealt.granted, self.capacities)
        back = model.pick_returns(self.free(), wanted)
        if back != EMPTY_SHARE:
            self.held = held.give(back, self.capacities)
        return back != EMPTY_SHARE


@dataclass
class SimulatedVenue:
    """The server's side, the kiosks, and what is on its way between them."""

    doors: list[SimulatedKiosk]
    hands: dict[int, KioskState]
    capacities: dict[UUID, int]
    asked: list[tuple[int, AllocationReport]] = field(default_factory=list)
    answered: list[tuple[int, Grant | None, Amounts]] = field(default_factory=list)
    revoked: set[int] = field(default_factory=set)

    def step(self, door: SimulatedKiosk, what: int, n: int) -> None:
        ACTIONS[what % len(ACTIONS)](self, door, n)

    def say(self, door: SimulatedKiosk, _: int = 0) -> None:
        """A heartbeat sets out. What was recorded was pushed before, and what others recorded learnt."""
        for session, capacity in door.capacities.items():
            self.capacities[session] = max(self.capacities[session], capacity)
        door.capacities = dict(self.capacities)
        self.asked.append((door.number, door.report()))

    def take(self, _: SimulatedKiosk, n: int) -> None:
        """One of the heartbeats under way arrives, perhaps not for the last time."""
        if not self.asked:
            return
        number, said = self.asked[n % len(self.asked)] if n % 3 == 0 else self.asked.pop(n % len(self.asked))
        if number not in self.revoked:
            self.answered.append((number, *self.turn(number, said)))

    def turn(self, number: int, said: AllocationReport) -> tuple[Grant | None, Amounts]:
        others = [
            policy.KioskState(
                one.zone, one.version, one.granted, one.spare, one.pouches, one.lockers, self.doors[other].live
            )
            for other, one in self.hands.items()
            if other != number
        ]
        opened = {session for opener, session in enumerate(self.capacities) if opener == number}
        heard = policy.apply_report(self.hands[number], said, self.capacities, opened)
        hands = {**self.hands, number: heard}
        sessions = {
            session: OfferedSession("main", capacity, opener in self.revoked or session in hands[opener].granted.seats)
            for opener, (session, capacity) in enumerate(self.capacities.items())
        }
        turn = policy.deal(heard, others, sessions)
        self.hands[number] = turn.hand
        stands = Grant(turn.hand.version, turn.hand.granted)
        return (stands if said.version != turn.hand.version else None), turn.wanted

    def give(self, _: SimulatedKiosk, n: int) -> None:
        """One of the answers under way arrives, perhaps not for the last time."""
        if self.answered:
            at = n % len(self.answered)
            number, dealt, wanted = self.answered[at] if n % 3 == 0 else self.answered.pop(at)
            self.doors[number].hear(dealt, wanted)

    def lose(self, _: SimulatedKiosk, n: int) -> None:
        line = (self.asked, self.answered)[n % 2]
        if line:
            line.pop(n // 2 % len(line))

    def exchange(self, door: SimulatedKiosk, _: int = 0) -> None:
        """All goes well, with what it gives back told at once."""
        again = door.number not in self.revoked
        while again:
            self.say(door)
            again = door.hear(*self.turn(*self.asked.pop()))

    def raise_capacity(self, door: SimulatedKiosk, n: int) -> None:
        session = SESSIONS[n % len(SESSIONS)]
        if session in door.capacities:
            door.capacities[session] += n % 4

    def fall_silent(self, door: SimulatedKiosk, n: int) -> None:
        door.live = n % 2 == 0

    def revoke(self, door: SimulatedKiosk, n: int) -> None:
        """Now and then; somebody stays."""
        if n % 5 == 0 and len(self.doors) - len(self.revoked) > 1 and door.number not in self.revoked:
            self.revoked.add(door.number)
            del self.hands[door.number]

    def trusted(self) -> list[SimulatedKiosk]:
        return [door for door in self.doors if door.number not in self.revoked]

    def assert_nothing_is_promised_twice(self) -> None:
        for kind in NUMBER_KINDS:
            usable = [door.held.usable(kind) for door in self.trusted()]
            together = intervals.tidy([one for share in usable for one in share])
            assert intervals.size(together) == sum(map(intervals.size, usable)), kind
        for session in self.capacities:
            most = max(door.capacities.get(session, 0) for door in self.doors)
            assert sum(max(0, door.seats(session)) for door in self.trusted()) <= max(most, self.capacities[session])
            assert all(door.admitted[session] <= max(0, door.seats(session)) for door in self.trusted())

    def come_to_rest(self) -> None:
        """Everybody is there again, and all that was said arrives."""
        self.asked.clear()
        self.answered.clear()
        for door in self.doors:
            door.live = True
        for _ in range(6):
            for door in self.trusted():
                self.exchange(door)

    def assert_nothing_leaks(self) -> None:
        """Each number that is there is somebody's, each place too, and nobody is left far behind."""
        doors = self.trusted()
        for kind in NUMBER_KINDS:
            usable = intervals.tidy([one for door in doors for one in door.usable(kind)])
            assert usable == THERE[kind], kind
            self.assert_fair([intervals.size(getattr(door.free(), kind)) for door in doors])
        for session, capacity in self.capacities.items():
            assert sum(door.seats(session) for door in doors) == capacity
            self.assert_fair([door.free().seats.get(session, 0) for door in doors])

    @staticmethod
    def assert_fair(free: list[int]) -> None:
        fair = sum(free) // len(free)
        assert not fair or min(free) > fair // 2, free


ACTIONS: list[Callable[[SimulatedVenue, SimulatedKiosk, int], None]] = [
    lambda _, door, n: door.come_in(n),
    lambda _, door, n: door.come_in(n),
    lambda _, door, n: door.leave(n),
    SimulatedVenue.say,
    SimulatedVenue.say,
    SimulatedVenue.take,
    SimulatedVenue.take,
    SimulatedVenue.give,
    SimulatedVenue.give,
    SimulatedVenue.lose,
    SimulatedVenue.exchange,
    lambda _, door, __: door.restart(),
    SimulatedVenue.raise_capacity,
    SimulatedVenue.fall_silent,
    SimulatedVenue.revoke,
]


def venue(kiosks: int, capacity: int) -> SimulatedVenue:
    """Paired one after the other: the first has everything, the next have nothing yet."""
    capacities = dict.fromkeys(SESSIONS[:kiosks], capacity)
    doors = [SimulatedKiosk(number, HeldShare(1, EMPTY_SHARE if number else WHOLE_VENUE)) for number in range(kiosks)]
    for door, session in zip(doors, SESSIONS, strict=False):
        door.capacities[session] = capacity
    hands = {door.number: KioskState("main", 1, door.held.granted) for door in doors}
    return SimulatedVenue(doors, hands, capacities)
