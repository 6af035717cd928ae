"""What this kiosk may promise, kept beside its ledger: its share, and what it has given back of it.

Choosing pouches, code and places for a party and giving such back run on different threads and exclude each other:
whoever chooses holds ``choosing`` until what was chosen is recorded. A kiosk that was never dealt a share has all.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import select

from sync.allocation import intervals, model
from sync.allocation.intervals import Ranges
from sync.allocation.model import EMPTY_SHARE, STRIPES, WHOLE_VENUE, Amounts, HeldShare, Kind, Share
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import COPY
from sync.protocol import AllocationReport, Grant

KEY = "share"
STOWS: dict[str, Kind] = {"pouch": "pouches", "locker": "lockers"}
ALONE = HeldShare(0, WHOLE_VENUE)


def stored_share(dealt: Grant | None) -> object:
    """What is remembered of a share that was dealt with the pairing; without one the kiosk has all."""
    return dealt and msgspec.to_builtins(HeldShare(dealt.version, dealt.granted))


@dataclass(frozen=True)
class Presence:
    """Open sessions and everybody who is in, as :meth:`Ledger.room` has them."""

    sessions: Sequence[Session]
    visits: Sequence[Visit]

    def in_use(self, kind: Kind) -> Ranges:
        """What nobody may be promised now, whoever promised it first."""
        if kind == "codes":
            return intervals.from_numbers(model.stripe_of(visit.code) for visit in self.visits)
        stowed = (visit.numbers for visit in self.visits if STOWS.get(visit.stow) == kind)
        return intervals.from_numbers(number for numbers in stowed for number in numbers)


class KioskAllocation:
    """One kiosk's share. ``pouches`` and ``lockers``: how many its settings say that the venue has, from 1."""

    def __init__(self, ledger: Ledger, pouches: int, lockers: int = 0) -> None:
        self.choosing = threading.RLock()
        self._ledger = ledger
        self._own: dict[UUID, bool] = {}
        remembered = ledger.recall(KEY)
        self._held = msgspec.convert(remembered, HeldShare) if remembered else None
        self.count(pouches, lockers)

    def count(self, pouches: int, lockers: int = 0) -> None:
        """So many there are, as the coordinator says now."""
        with self.choosing:
            self._there: dict[Kind, Ranges] = {
                "pouches": intervals.tidy([(1, pouches)]),
                "lockers": intervals.tidy([(1, lockers)]),
                "codes": ((0, STRIPES - 1),),
            }
            self._counts = (pouches, lockers)
            self._use(self._held)

    def _use(self, held: HeldShare | None) -> None:
        self._held = held
        self.pouches = tuple(intervals.each(self._usable("pouches")))  # that may be promised, the lowest first
        self.lockers = tuple(intervals.each(self._usable("lockers")))
        self.stripes = frozenset(intervals.each(self._usable("codes")))  # of codes

    def _usable(self, kind: Kind) -> Ranges:
        return intervals.intersection((self._held or ALONE).usable(kind), self._there[kind])

    # places

    def places_left(self, session: Session, present: Iterable[Visit]) -> int | None:
        """How many more may come in at this kiosk; None where there is no limit. ``present``: who is in the session."""
        if session.capacity is None:
            return None
        present = list(present)
        left = session.capacity - sum(visit.party_size for visit in present)
        if self._held:
            left = min(left, self._seats(self._held, session) - self._admitted(present))
        return max(0, left)

    def _seats(self, held: HeldShare, session: Session) -> int:
        return held.seats(session.id, session.capacity or 0, self.wrote(session.journal))

    def _admitted(self, present: Iterable[Visit]) -> int:
        return sum(visit.party_size for visit in present if self.wrote(visit.journal))

    def wrote(self, journal: UUID | None) -> bool:
        """Whether this ledger wrote that journal itself. A journal's writer never changes: each is looked up once."""
        if journal is None:
            return False
        if journal not in self._own:
            table = tables.journal.c
            with self._ledger.store.reading() as connection:
                mine = select(table.id).where(table.id == journal, table.kiosk.is_(None))
                self._own[journal] = connection.execute(mine).first() is not None
        return self._own[journal]

    # what travels

    def drop(self) -> None:
        """Promise no more of the share, which another device has: this one works on a copy of its data folder.

        Durable, until the kiosk is paired. What visitors hold stays theirs; a session that is opened here from now on
        is this kiosk's own.
        """
        with self.choosing:
            sessions, _ = self._ledger.room()
            held = self._held or ALONE
            self._keep(HeldShare(held.version, EMPTY_SHARE, claimed={session.id: 0 for session in sessions}))
            self._ledger.remember(COPY, True)  # last: where power is cut before it, the server says so again

    def report(self) -> AllocationReport:
        """What the server is told: how far its word is known here, what was given back, and what is free just now."""
        with self.choosing:
            room, held = Presence(*self._ledger.room()), self._held or ALONE
            spare = model.amounts_of(self._free(room))
            return AllocationReport(held.version, held.given, held.claimed, spare, *self._counts, held.granted)

    def hear(self, dealt: Grant | None, wanted: Amounts | None) -> bool:
        """Take the server's answer. True: something was given back, and is on the disk; tell it."""
        with self.choosing:
            room = Presence(*self._ledger.room())
            if dealt:
                self._adopt(dealt, room)
            return self._held is not None and wanted is not None and self._give_back(self._held, wanted, room)

    def _adopt(self, dealt: Grant, room: Presence) -> None:
        before = self._held or ALONE
        held = before.hear(dealt.version, dealt.granted, {session.id for session in room.sessions})
        if held is not before:
            self._keep(held)

    def _give_back(self, held: HeldShare, wanted: Amounts, room: Presence) -> bool:
        useless: dict[str, Ranges] = {
            kind: intervals.difference(held.usable(kind), intervals.union(there, room.in_use(kind)))
            for kind, there in self._there.items()
        }
        back = model.pick_returns(self._free(room), wanted, structs.replace(EMPTY_SHARE, **useless))
        if back == EMPTY_SHARE:
            return False
        self._keep(held.give(back, {session.id: session.capacity or 0 for session in room.sessions}))
        return True

    def _free(self, room: Presence) -> Share:
        numbers = {kind: intervals.difference(self._usable(kind), room.in_use(kind)) for kind in self._there}
        left = {session.id: self._free_seats(session, room) for session in room.sessions if session.capacity}
        return Share(**numbers, seats={session: count for session, count in left.items() if count > 0})

    def _free_seats(self, session: Session, room: Presence) -> int:
        present = [visit for visit in room.visits if visit.session == session.id]
        return self._seats(self._held or ALONE, session) - self._admitted(present)

    def _keep(self, held: HeldShare) -> None:
        self._ledger.remember(KEY, msgspec.to_builtins(held))
        self._use(held)
