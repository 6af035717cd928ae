"""This kiosk's allocation, stored beside its ledger: the share that it may promise of, less what it has given back.

Choosing pouches, a code and seats for a party runs on another thread than giving back, and both hold ``lock``: a caller
that chooses holds it until its choice is recorded. A kiosk without a share has the whole venue.
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
from sync.allocation.model import (
    EMPTY_SHARE,
    STRIPES,
    WHOLE_VENUE,
    AllocationReport,
    Amounts,
    Grant,
    HeldShare,
    Kind,
    Share,
)
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import COPY

KEY = "share"
STOWS: dict[str, Kind] = {"pouch": "pouches", "locker": "lockers"}
WITHOUT_SERVER = HeldShare(0, WHOLE_VENUE)


def stored_share(grant: Grant | None) -> object:
    """The value to remember of a share that was granted with the pairing; None: the whole venue."""
    return grant and msgspec.to_builtins(HeldShare(grant.version, grant.granted))


@dataclass(frozen=True)
class Presence:
    """Open sessions and outstanding visits, as :meth:`Ledger.open_and_outstanding` returns them."""

    sessions: Sequence[Session]
    visits: Sequence[Visit]

    def in_use(self, kind: Kind) -> Ranges:
        """The numbers that are held, whichever kiosk promised them: of visits that are in, or not cleared yet."""
        if kind == "codes":
            return intervals.from_numbers(model.stripe_of(visit.code) for visit in self.visits)
        stowed = (visit.held for visit in self.visits if STOWS.get(visit.stow) == kind)
        return intervals.from_numbers(number for numbers in stowed for number in numbers)


class KioskAllocation:
    """One kiosk's allocation. ``pouches`` and ``lockers``: how many the venue has by its settings, numbered from 1."""

    def __init__(self, ledger: Ledger, pouches: int, lockers: int = 0) -> None:
        self.lock = threading.RLock()
        self._ledger = ledger
        self._is_own_journal: dict[UUID, bool] = {}
        self._held = self._stored()
        self.set_counts(pouches, lockers)

    def reload(self) -> None:
        """Promise of the share that is stored now, or of the whole venue: the kiosk was paired or unpaired."""
        with self.lock:
            self._set_held(self._stored())

    def _stored(self) -> HeldShare | None:
        remembered = self._ledger.recall(KEY)
        return msgspec.convert(remembered, HeldShare) if remembered else None

    def set_counts(self, pouches: int, lockers: int = 0) -> None:
        """Change how many pouches and lockers the venue has."""
        with self.lock:
            self._venue: dict[Kind, Ranges] = {
                "pouches": intervals.tidy([(1, pouches)]),
                "lockers": intervals.tidy([(1, lockers)]),
                "codes": ((0, STRIPES - 1),),
            }
            self._counts = (pouches, lockers)
            self._set_held(self._held)

    def _set_held(self, held: HeldShare | None) -> None:
        self._held = held
        self.pouches = tuple(intervals.each(self._usable("pouches")))  # that may be promised, the lowest first
        self.lockers = tuple(intervals.each(self._usable("lockers")))
        self.stripes = frozenset(intervals.each(self._usable("codes")))  # of codes

    def _usable(self, kind: Kind) -> Ranges:
        return intervals.intersection((self._held or WITHOUT_SERVER).usable(kind), self._venue[kind])

    # seats

    def seats_left(self, session: Session, present: Iterable[Visit]) -> int | None:
        """How many more people may come in at this kiosk; None: no limit. ``present``: visits in this session.

        People admitted over the capacity take no seats, and leave none behind.
        """
        if session.capacity is None:
            return None
        present = [visit for visit in present if not visit.over_capacity]
        seats = session.capacity - sum(visit.party_size for visit in present)
        if self._held:
            seats = min(seats, self._seats(self._held, session) - self._admitted_here(present))
        return max(0, seats)

    def _seats(self, held: HeldShare, session: Session) -> int:
        return held.seats(session.id, session.capacity or 0, self.owns_journal(session.journal))

    def _admitted_here(self, present: Iterable[Visit]) -> int:
        return sum(visit.party_size for visit in present if self.owns_journal(visit.journal))

    def owns_journal(self, journal: UUID | None) -> bool:
        """Whether this ledger writes that journal. A journal's writer never changes, so the answer is cached."""
        if journal is None:
            return False
        if journal not in self._is_own_journal:
            table = tables.journal.c
            with self._ledger.store.reading() as connection:
                own = select(table.id).where(table.id == journal, table.kiosk.is_(None))
                self._is_own_journal[journal] = connection.execute(own).first() is not None
        return self._is_own_journal[journal]

    # exchange with the server

    def discard_share(self) -> None:
        """Promise no more of the share, which another device has: this one works on a copy of its data folder.

        Durable, until the kiosk is paired. Visitors keep what they have; a session that is opened here from now on is
        this kiosk's own. Raises StorageError.
        """
        with self.lock:
            sessions, _ = self._ledger.open_and_outstanding()
            held = self._held or WITHOUT_SERVER
            self._save(HeldShare(held.version, EMPTY_SHARE, claimed={session.id: 0 for session in sessions}))
            self._ledger.remember(COPY, True)  # last: after a power cut in between, the server refuses the copy again

    def report(self) -> AllocationReport:
        """The heartbeat's part: the version of the share, what was given back of it, and what is free now."""
        with self.lock:
            presence, held = Presence(*self._ledger.open_and_outstanding()), self._held or WITHOUT_SERVER
            spare = model.amounts_of(self._free(presence))
            return AllocationReport(held.version, held.given, held.claimed, spare, *self._counts, held.granted)

    def apply_answer(self, grant: Grant | None, wanted: Amounts | None) -> bool:
        """Apply a newer grant, and give back what is ``wanted`` as far as it is free. Raises StorageError.

        True: something was given back, which is stored, and has to be reported.
        """
        with self.lock:
            presence = Presence(*self._ledger.open_and_outstanding())
            if grant:
                self._apply_grant(grant, presence)
            return self._held is not None and wanted is not None and self._give_back(self._held, wanted, presence)

    def _apply_grant(self, grant: Grant, presence: Presence) -> None:
        before = self._held or WITHOUT_SERVER
        held = before.apply_grant(grant.version, grant.granted, {session.id for session in presence.sessions})
        if held is not before:
            self._save(held)

    def _give_back(self, held: HeldShare, wanted: Amounts, presence: Presence) -> bool:
        useless: dict[str, Ranges] = {
            kind: intervals.difference(held.usable(kind), intervals.union(existing, presence.in_use(kind)))
            for kind, existing in self._venue.items()
        }
        returned = model.pick_returns(self._free(presence), wanted, structs.replace(EMPTY_SHARE, **useless))
        if returned == EMPTY_SHARE:
            return False
        capacities = {session.id: session.capacity or 0 for session in presence.sessions}
        self._save(held.give_back(returned, capacities))
        return True

    def _free(self, presence: Presence) -> Share:
        numbers = {kind: intervals.difference(self._usable(kind), presence.in_use(kind)) for kind in self._venue}
        seats = {session.id: self._free_seats(session, presence) for session in presence.sessions if session.capacity}
        return Share(**numbers, seats={session: count for session, count in seats.items() if count > 0})

    def _free_seats(self, session: Session, presence: Presence) -> int:
        present = [visit for visit in presence.visits if visit.session == session.id and _takes_seats(visit)]
        return self._seats(self._held or WITHOUT_SERVER, session) - self._admitted_here(present)

    def _save(self, held: HeldShare) -> None:
        self._ledger.remember(KEY, msgspec.to_builtins(held))
        self._set_held(held)


def _takes_seats(visit: Visit) -> bool:
    return visit.is_in and not visit.over_capacity
