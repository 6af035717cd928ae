"""This kiosk's allocation, stored beside its ledger: the share that it may promise of, less what it has given back.

Choosing pouches, a code and seats for a party runs on another thread than giving back, and both hold ``lock``: a caller
that chooses holds it until its choice is recorded. A kiosk without a share has the whole venue.
"""

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import select

from sync.allocation import intervals, model
from sync.allocation.intervals import Ranges
from sync.allocation.model import (
    EMPTY_SHARE,
    PLANS,
    SERIES,
    STRIPES,
    WHOLE_VENUE,
    AllocationReport,
    Amounts,
    Grant,
    HeldShare,
    Kind,
    Seats,
    Share,
)
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import tables
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import COPY

KEY = "share"
STOWS: dict[str, Kind] = {"pouch": "pouches", "locker": "lockers"}
NO_SEATS: Seats = {}
WITHOUT_SERVER = HeldShare(0, WHOLE_VENUE)


def stored_share(grant: Grant | None, ahead: Collection[str] | None = None, claimed: Seats = NO_SEATS) -> object:
    """The value to remember of a share that was granted with the pairing; None: the whole venue.

    ``ahead``: what the server deals before it opens. ``claimed``: seats of sessions that are this kiosk's alone.
    """
    if grant is None:
        return None
    return msgspec.to_builtins(HeldShare(grant.version, grant.granted, claimed=claimed, ahead=tuple(ahead or ())))


def claimed_series(ledger: Ledger) -> Seats:
    """The seats of open sessions of series, of a kiosk that had no server: until now no other kiosk could open them."""
    derived = [session for session in ledger.open_sessions() if session.id.version == model.DERIVED]
    return {id: seats for limits in Presence(derived, ()).limits() for id, seats in limits.items()}


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

    def visits_in(self, session: Session) -> list[Visit]:
        """Visits that are in this session."""
        return [visit for visit in self.visits if visit.session == session.id and visit.is_in]

    def limits(self) -> list[Seats]:
        """The seats and the headroom of each open session, under the ids that shares have."""
        return [model.limits_of(session.id, session.capacity, session.firm_limit) for session in self.sessions]

    def dealt_ids(self) -> set[UUID]:
        """The ids that shares have for the open sessions."""
        return {id for limits in self.limits() for id in limits}


class FreeHere(NamedTuple):
    """How many more people this kiosk's share of a session admits, as if no other kiosk were there.

    Below 0: more are in than it has seats for. ``headroom``: over the capacity; None: no firm limit.
    """

    seats: int
    headroom: int | None


class KioskAllocation:
    """One kiosk's allocation. ``pouches`` and ``lockers``: how many the venue has by its settings, numbered from 1.

    ``board_lockers``: those that this kiosk's boards open. It never gives them back: no other kiosk can open them, and
    a server that takes one for free too early, as earlier releases do, has none to grant.
    """

    def __init__(self, ledger: Ledger, pouches: int, lockers: int = 0, board_lockers: Iterable[int] = ()) -> None:
        self._board_lockers = intervals.from_numbers(board_lockers)
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
        limit = model.seat_limit(session.capacity, session.firm_limit)
        if limit is None:
            return None
        present = list(present)
        left = limit - _people(visit for visit in present if not visit.over_capacity)
        if session.firm_limit is not None:
            left = min(left, session.firm_limit - _people(present))
        if self._held:
            left = min(left, self._free_here(session, present).seats)
        return max(0, left)

    def headroom_left(self, session: Session, present: Iterable[Visit]) -> int | None:
        """How many more people a host may admit over the capacity at this kiosk; None: no firm limit.

        Seats that are left here are among them: a party that doesn't fit into these may take them as well.
        ``present``: visits in this session.
        """
        if session.firm_limit is None:
            return None
        present = list(present)
        left = session.firm_limit - _people(present)
        if self._held:
            free = self._free_here(session, present)
            left = min(left, max(0, free.seats) + (free.headroom or 0))
        return max(0, left)

    def _free_here(self, session: Session, present: Iterable[Visit]) -> FreeHere:
        """What is free of the share. People over the capacity take seats where they are more than the headroom."""
        here = [visit for visit in present if self.owns_journal(visit.journal)]
        limits = model.limits_of(session.id, session.capacity, session.firm_limit)
        over, headroom, excess = model.over_id(session.id), None, 0
        if over in limits:
            room = self._promised(session, over, limits[over]) - _people(visit for visit in here if visit.over_capacity)
            headroom, excess = max(0, room), max(0, -room)
        seated = _people(visit for visit in here if not visit.over_capacity)
        return FreeHere(self._promised(session, session.id, limits.get(session.id, 0)) - seated - excess, headroom)

    def _promised(self, session: Session, id: UUID, limit: int) -> int:
        """This kiosk's part of the seats (or of the headroom) of a session; ``id``: as shares have it."""
        held = self._held or WITHOUT_SERVER
        is_shared = session.id in held.granted.seats or session.id in held.claimed
        is_own = not is_shared and self.owns_journal(session.journal) and not self._is_dealt_ahead(session)
        return held.seats(id, limit, is_own)

    def _is_dealt_ahead(self, session: Session) -> bool:
        """Whether each kiosk of the zone was dealt its part, so that the session isn't wholly its opener's.

        Kiosks derive the ids of a series' sessions (UUIDv5), so that two of them may open the same one.
        """
        ahead = self._held.ahead if self._held else ()
        return (PLANS in ahead and session.planned_start is not None) or (
            SERIES in ahead and session.id.version == model.DERIVED
        )

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
            claimed = dict.fromkeys(Presence(sessions, ()).dealt_ids(), 0)
            self._save(HeldShare(held.version, EMPTY_SHARE, claimed=claimed, ahead=held.ahead))
            self._ledger.remember(COPY, True)  # last: after a power cut in between, the server refuses the copy again

    def report(self) -> AllocationReport:
        """The heartbeat's part: the version of the share, what was given back of it, and what is free now."""
        with self.lock:
            presence, held = Presence(*self._ledger.open_and_outstanding()), self._held or WITHOUT_SERVER
            spare = model.amounts_of(self._free(presence))
            return AllocationReport(held.version, held.given, held.claimed, spare, *self._counts, held.granted)

    def apply_answer(self, grant: Grant | None, wanted: Amounts | None, ahead: Collection[str] = ()) -> bool:
        """Apply a newer grant, and give back what is ``wanted`` as far as it is free. Raises StorageError.

        ``ahead``: what the server deals before it opens (PLANS, SERIES); older servers deal nothing ahead.
        True: something was given back, which is stored, and has to be reported.
        """
        with self.lock:
            presence = Presence(*self._ledger.open_and_outstanding())
            if grant:
                self._apply_grant(grant, presence)
            if self._held and self._held.ahead != tuple(ahead):
                self._save(structs.replace(self._held, ahead=tuple(ahead)))
            return self._held is not None and wanted is not None and self._give_back(self._held, wanted, presence)

    def _apply_grant(self, grant: Grant, presence: Presence) -> None:
        before = self._held or WITHOUT_SERVER
        held = before.apply_grant(grant.version, grant.granted, presence.dealt_ids())
        if held is not before:
            self._save(held)

    def _give_back(self, held: HeldShare, wanted: Amounts, presence: Presence) -> bool:
        useless: dict[str, Ranges] = {
            kind: intervals.difference(held.usable(kind), intervals.union(existing, presence.in_use(kind)))
            for kind, existing in self._venue.items()
        }
        free = self._free(presence)
        free = structs.replace(free, lockers=intervals.difference(free.lockers, self._board_lockers))
        returned = model.pick_returns(free, wanted, structs.replace(EMPTY_SHARE, **useless))
        if returned == EMPTY_SHARE:
            return False
        self._save(held.give_back(returned, presence.limits()))
        return True

    def _free(self, presence: Presence) -> Share:
        numbers = {kind: intervals.difference(self._usable(kind), presence.in_use(kind)) for kind in self._venue}
        seats = self._free_ahead(presence)
        for session in presence.sessions:
            seats |= self._free_seats(session, presence.visits_in(session))
        return Share(**numbers, seats={session: count for session, count in seats.items() if count > 0})

    def _free_seats(self, session: Session, present: Sequence[Visit]) -> dict[UUID, int]:
        if model.seat_limit(session.capacity, session.firm_limit) is None:
            return {}
        free = self._free_here(session, present)
        return {session.id: free.seats, model.over_id(session.id): free.headroom or 0}

    def _free_ahead(self, presence: Presence) -> dict[UUID, int]:
        """Seats of sessions that have not opened yet. Those of closed ones stay: their closing may be undone."""
        held = self._held or WITHOUT_SERVER
        mentioned = held.granted.seats.keys() - presence.dealt_ids()
        table = tables.session.c
        query = select(table.id).where(table.id.in_(mentioned), table.opened.is_not(None))
        with self._ledger.store.reading() as connection:
            opened = set(connection.execute(query).scalars()) if mentioned else set()
        opened |= {model.over_id(session) for session in opened}
        return {session: held.seats(session, 0, own=False) for session in mentioned - opened}

    def _save(self, held: HeldShare) -> None:
        self._ledger.remember(KEY, msgspec.to_builtins(held))
        self._set_held(held)


def _people(visits: Iterable[Visit]) -> int:
    return sum(visit.party_size for visit in visits)
