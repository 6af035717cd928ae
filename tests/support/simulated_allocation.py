"""A venue's kiosks and server in memory, over a network that loses, repeats and delays heartbeats and their answers.

Ledgers, pairing and both sides of the allocation are the real ones, on SQLite in memory; only the network is simulated.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update

from sync.allocation import kiosk_side, model
from sync.allocation.kiosk_side import KioskAllocation, Presence
from sync.allocation.model import AllocationReport, Amounts, Grant
from sync.client import share_exchange
from sync.domain.events import Event, SessionAmended, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from sync.protocol import Enrolled, HeartbeatAnswer
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import allocation as server_side
from sync.server.kiosks import pairing
from sync.server.kiosks import service as kiosk_service

POUCHES, LOCKERS = 12, 3
SESSIONS = (UUID(int=1), UUID(int=2))  # the first two kiosks have opened one each
MOST_KIOSKS = 4
NOW = 1_795_507_200_000  # ms since 1970 UTC
FIRST_VISIT = 1000  # of the numbers that ids of visits are made from
PAGE = 10_000  # entries of the feed
Step = tuple[int, int, int]  # which kiosk, what, and a number to choose with


class SimulatedKiosk:
    """One kiosk: its ledger, its allocation and its visitors."""

    def __init__(self, ledger: Ledger, enrolled: Enrolled, visit_numbers: "count[int]") -> None:
        self.id = enrolled.kiosk
        self.zone = str(enrolled.zone.id)
        self.ledger = ledger
        self.feed_position = 0
        self._visit_numbers = visit_numbers
        ledger.remember(kiosk_side.KEY, kiosk_side.stored_share(enrolled.share))
        self.restart()

    def restart(self) -> None:
        """Read the allocation from the database again."""
        self.allocation = KioskAllocation(self.ledger, POUCHES, LOCKERS)

    def presence(self) -> Presence:
        return Presence(*self.ledger.open_and_outstanding())

    def own_visits(self, presence: Presence) -> list[Visit]:
        return [visit for visit in presence.visits if self.allocation.owns_journal(visit.journal)]

    def open_session(self, session: UUID, capacity: int) -> None:
        self.ledger.record((session, SessionOpened(self.zone, "Evening", "event", capacity=capacity)))

    def come_in(self, n: int) -> None:
        """Check in one to three people, each as a visit of its own, if there are seats and codes for them."""
        presence, size = self.presence(), 1 + n % 3
        session = _session_in(presence, n)
        if session is None:
            return
        present = [visit for visit in presence.visits if visit.session == session.id]
        left = self.allocation.seats_left(session, present)
        stripes = sorted(self.allocation.stripes - _numbers_in_use(presence.visits)["codes"])
        if left is None or left < size or len(stripes) < size:
            return
        used = _numbers_in_use(presence.visits)
        free = {
            "pouch": [number for number in self.allocation.pouches if number not in used["pouches"]],
            "locker": [number for number in self.allocation.lockers if number not in used["lockers"]],
        }
        self.ledger.record(*(self._arrival(session, stripe, free, n) for stripe in stripes[:size]))

    def _arrival(self, session: Session, stripe: int, free: dict[str, list[int]], n: int) -> tuple[UUID, Event]:
        visit = UUID(int=next(self._visit_numbers) * model.STRIPES + stripe)
        for stow in ("locker", "pouch") if n % 4 == 0 else ("pouch", "locker"):
            if free[stow]:
                numbers = (free[stow].pop(0),)
                return visit, VisitCheckedIn(session.id, 1, 1, stow=stow, numbers=numbers)  # type: ignore[arg-type]
        return visit, VisitCheckedIn(session.id, 1, 0)

    def leave(self, n: int) -> None:
        """Check out some of the visits that this kiosk knows of, whichever kiosk they came in at."""
        leaving = self.presence().visits[n % 4 :: 3]
        if leaving:
            self.ledger.record(*((visit.id, VisitCheckedOut()) for visit in leaving))

    def raise_capacity(self, session: UUID, more: int) -> None:
        row = self.ledger.session(session)
        assert row is not None
        assert row.capacity is not None
        self.ledger.record((session, SessionAmended(capacity=row.capacity + more)))


@dataclass
class SimulatedVenue:
    """The server, the kiosks, and the messages under way between them."""

    server: Ledger
    venue: UUID
    kiosks: list[SimulatedKiosk]
    heartbeats: list[tuple[SimulatedKiosk, AllocationReport]] = field(default_factory=list)
    answers: list[tuple[SimulatedKiosk, Grant | None, Amounts | None]] = field(default_factory=list)
    revoked: set[UUID] = field(default_factory=set)
    feed_end: int = 0
    largest: dict[UUID, int] = field(default_factory=dict)  # the largest capacity of each session so far

    def step(self, kiosk: SimulatedKiosk, action: int, n: int) -> None:
        ACTIONS[action % len(ACTIONS)](self, kiosk, n)

    def is_trusted(self, kiosk: SimulatedKiosk) -> bool:
        return kiosk.id not in self.revoked

    def trusted(self) -> list[SimulatedKiosk]:
        return [kiosk for kiosk in self.kiosks if self.is_trusted(kiosk)]

    def replicate(self, kiosk: SimulatedKiosk) -> None:
        """Push what the kiosk has recorded, and apply what others have."""
        waiting = kiosk.ledger.waiting()
        if waiting.journal and waiting.count:
            lines = kiosk.ledger.lines(waiting.journal, waiting.acknowledged, waiting.count)
            absorbed = self.server.absorb(waiting.journal, [line.encode() for line in lines], kiosk.id, self.venue)
            kiosk.ledger.acknowledge(waiting.journal, waiting.last)
            self.feed_end = absorbed.feed or 0
        if kiosk.feed_position < self.feed_end:
            page = self.server.feed(self.venue, kiosk.feed_position, PAGE, kiosk.id)
            kiosk.ledger.apply_feed([line.encode() for line in page.lines], {})
            kiosk.feed_position = page.position

    def send_heartbeat(self, kiosk: SimulatedKiosk, _: int = 0) -> None:
        if self.is_trusted(kiosk):
            self.replicate(kiosk)
            self.heartbeats.append((kiosk, kiosk.allocation.report()))

    def receive_heartbeat(self, _: SimulatedKiosk, n: int) -> None:
        """One of the heartbeats under way arrives, perhaps not for the last time."""
        if self.heartbeats:
            kiosk, report = _take_or_repeat(self.heartbeats, n)
            if self.is_trusted(kiosk):
                self.answers.append((kiosk, *self.answer(kiosk, report)))

    def answer(self, kiosk: SimulatedKiosk, report: AllocationReport) -> tuple[Grant | None, Amounts | None]:
        with self.server.store.writing() as connection:
            return server_side.exchange(connection, kiosk.id, self.venue, report, NOW)

    def receive_answer(self, _: SimulatedKiosk, n: int) -> None:
        """One of the answers under way arrives, perhaps not for the last time."""
        if self.answers:
            kiosk, grant, wanted = _take_or_repeat(self.answers, n)
            kiosk.allocation.apply_answer(grant, wanted)

    def lose(self, _: SimulatedKiosk, n: int) -> None:
        messages: list[Any] = (self.heartbeats, self.answers)[n % 2]
        if messages:
            messages.pop(n // 2 % len(messages))

    def exchange(self, kiosk: SimulatedKiosk, _: int = 0) -> None:
        """A heartbeat and its answer without disturbance, and what is given back is reported at once."""

        def heartbeat() -> HeartbeatAnswer:
            grant, wanted = self.answer(kiosk, kiosk.allocation.report())
            return HeartbeatAnswer(NOW, share=grant, wanted=wanted)

        if self.is_trusted(kiosk):
            self.replicate(kiosk)
            share_exchange.apply_answer(kiosk.allocation, heartbeat(), heartbeat)

    def exchange_round(self) -> bool:
        """An exchange of each kiosk; returns whether it has changed what a kiosk holds."""
        held = [kiosk.ledger.recall(kiosk_side.KEY) for kiosk in self.trusted()]
        for kiosk in self.trusted():
            self.exchange(kiosk)
        return held != [kiosk.ledger.recall(kiosk_side.KEY) for kiosk in self.trusted()]

    def raise_capacity(self, kiosk: SimulatedKiosk, n: int) -> None:
        """By the kiosk that opened the session: corrections by two kiosks would lower it again."""
        number = self.kiosks.index(kiosk)
        if number < len(SESSIONS):
            kiosk.raise_capacity(SESSIONS[number], n % 4)
            self.largest[SESSIONS[number]] += n % 4

    def set_live(self, kiosk: SimulatedKiosk, n: int) -> None:
        last_seen = NOW if n % 2 == 0 else 0
        with self.server.store.writing() as connection:
            rows = update(tables.kiosk).where(tables.kiosk.c.id == kiosk.id)
            connection.execute(rows.values(last_seen_at=last_seen))

    def revoke(self, kiosk: SimulatedKiosk, n: int) -> None:
        """Rarely, and never the last one."""
        if n % 5 == 0 and len(self.trusted()) > 1 and self.is_trusted(kiosk):
            kiosk_service.revoke(self.server, Scope.everything(UUID(int=0)), kiosk.id, NOW)
            self.revoked.add(kiosk.id)

    def assert_nothing_is_promised_twice(self) -> None:
        """No number can be promised by two kiosks, nor is one in use that another kiosk can promise; seats likewise."""
        presences = {kiosk.id: kiosk.presence() for kiosk in self.trusted()}
        for kind in model.NUMBER_KINDS:
            promised = [
                _usable(kiosk)[kind] | _numbers_in_use(kiosk.own_visits(presences[kiosk.id]))[kind]
                for kiosk in self.trusted()
            ]
            assert len(set().union(*promised)) == sum(map(len, promised)), kind
        for session, capacity in self.largest.items():
            assert sum(_seats(kiosk, session, presences[kiosk.id]) for kiosk in self.trusted()) <= capacity

    def come_to_rest(self) -> None:
        """All kiosks are live again, and every message arrives."""
        self.heartbeats.clear()
        self.answers.clear()
        for kiosk in self.kiosks:
            self.set_live(kiosk, 0)
        unchanged = 0
        for _ in range(6):
            unchanged = 0 if self.exchange_round() else unchanged + 1
            if unchanged == 2:  # a change of what is free is known to the server only in the round after it
                break

    def assert_nothing_leaks(self) -> None:
        """Each number can be promised by a kiosk, each seat too, and no kiosk has far less than the others."""
        existing = {"pouches": POUCHES, "lockers": LOCKERS, "codes": model.STRIPES}
        spare = [kiosk.allocation.report().spare for kiosk in self.trusted()]
        for kind in model.NUMBER_KINDS:
            assert sum(len(_usable(kiosk)[kind]) for kiosk in self.trusted()) == existing[kind], kind
            _assert_fair([getattr(amounts, kind) for amounts in spare])
        for session in self.server.open_sessions():
            seats = sum(_seats(kiosk, session.id, kiosk.presence()) for kiosk in self.trusted())
            assert seats == (session.capacity or 0) - self._admitted_by_revoked(session.id)
            _assert_fair([amounts.seats.get(session.id, 0) for amounts in spare])

    def _admitted_by_revoked(self, session: UUID) -> int:
        """People in the session whom a kiosk admitted that is revoked, as far as the server has received."""
        trusted = {kiosk.ledger.waiting().journal for kiosk in self.trusted()}
        return sum(visit.party_size for visit in self.server.present(session) if visit.journal not in trusted)


def _session_in(presence: Presence, n: int) -> Session | None:
    return next((session for session in presence.sessions if session.id == SESSIONS[n % len(SESSIONS)]), None)


def _take_or_repeat(messages: list[Any], n: int) -> Any:  # noqa: ANN401 - of either list
    index = n % len(messages)
    return messages[index] if n % 3 == 0 else messages.pop(index)


def _usable(kiosk: SimulatedKiosk) -> dict[str, set[int]]:
    allocation = kiosk.allocation
    return {"pouches": set(allocation.pouches), "lockers": set(allocation.lockers), "codes": set(allocation.stripes)}


def _numbers_in_use(visits: Any) -> dict[str, set[int]]:  # noqa: ANN401
    used: dict[str, set[int]] = {kind: set() for kind in model.NUMBER_KINDS}
    for visit in visits:
        used["codes"].add(model.stripe_of(visit.code))
        if visit.stow in kiosk_side.STOWS:
            used[kiosk_side.STOWS[visit.stow]].update(visit.numbers)
    return used


def _seats(kiosk: SimulatedKiosk, session: UUID, presence: Presence) -> int:
    """How many people this kiosk has admitted and may still admit, if it were alone."""
    row = next((row for row in presence.sessions if row.id == session), None)
    if row is None:
        return 0
    own = [visit for visit in kiosk.own_visits(presence) if visit.session == session]
    return len(own) + (kiosk.allocation.seats_left(row, own) or 0)


def _assert_fair(free: list[int]) -> None:
    fair = sum(free) // len(free)
    assert not fair or min(free) > fair // 2, free


ACTIONS: list[Callable[[SimulatedVenue, SimulatedKiosk, int], None]] = [
    lambda _, kiosk, n: kiosk.come_in(n),
    lambda _, kiosk, n: kiosk.come_in(n),
    lambda _, kiosk, n: kiosk.leave(n),
    SimulatedVenue.send_heartbeat,
    SimulatedVenue.send_heartbeat,
    SimulatedVenue.receive_heartbeat,
    SimulatedVenue.receive_heartbeat,
    SimulatedVenue.receive_answer,
    SimulatedVenue.receive_answer,
    SimulatedVenue.lose,
    SimulatedVenue.exchange,
    lambda _, kiosk, __: kiosk.restart(),
    SimulatedVenue.raise_capacity,
    SimulatedVenue.set_live,
    SimulatedVenue.revoke,
]


class Databases:
    """Databases in memory, made once and reset for each venue: to migrate one takes far longer than to use it."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._kiosks = [self._open() for _ in range(MOST_KIOSKS)]
        self._server = self._open()
        self._empty = self._open()
        self._paired = cache(self._pair)

    def venue(self, kiosks: int, capacity: int) -> SimulatedVenue:
        """A venue of so many kiosks, paired one after the other: the first has everything, the next have nothing."""
        template, enrolments = self._paired(kiosks)
        _copy(template, self._server)
        numbers = count(FIRST_VISIT)
        simulated: list[SimulatedKiosk] = []
        for ledger, enrolled in zip(self._kiosks, enrolments, strict=False):
            _copy(self._empty, ledger)
            simulated.append(SimulatedKiosk(ledger, enrolled, numbers))
        venue = SimulatedVenue(self._server, enrolments[0].venue.id, simulated)
        for kiosk, session in zip(simulated, SESSIONS, strict=False):
            kiosk.open_session(session, capacity)
            venue.largest[session] = capacity
        return venue

    def close(self) -> None:
        self._opened.close()

    def _open(self) -> Ledger:
        return self._opened.enter_context(closing(Ledger(open_sqlite(Path(":memory:")), ManualClock(NOW))))

    def _pair(self, kiosks: int) -> tuple[Ledger, list[Enrolled]]:
        """A server's database with a venue of so many kiosks."""
        server = self._open()
        with server.store.writing() as connection:
            connection.execute(insert(tables.organisation).values(id=uuid4(), secret=secrets.token_hex(32)))
        enrolments = []
        for _ in range(kiosks):
            code = pairing.make_code(server.store, "Mill", None, "UTC", NOW).code
            enrolments.append(pairing.enrol(server, code, NOW))
        with server.store.writing() as connection:
            connection.execute(update(tables.kiosk).values(last_seen_at=NOW))
        return server, enrolments


def _copy(source: Ledger, target: Ledger) -> None:
    raw = [ledger.store.engine.raw_connection() for ledger in (source, target)]
    with closing(raw[0]), closing(raw[1]):
        driver: Any = raw[0].driver_connection
        driver.backup(raw[1].driver_connection)
