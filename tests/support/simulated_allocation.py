"""A venue's kiosks and server in memory, over a network that loses, repeats and delays heartbeats and their answers.

Ledgers, pairing and both sides of the allocation are the real ones, on SQLite in memory; only the network is simulated.
"""

import secrets
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

from msgspec import UNSET, UnsetType
from sqlalchemy import insert, update

from sync.allocation import kiosk_side, model
from sync.allocation.kiosk_side import KioskAllocation, Presence
from sync.allocation.model import AllocationReport, Amounts, Grant
from sync.client import share_exchange
from sync.domain.events import (
    ActUndone,
    Event,
    PhoneCleared,
    SeriesSet,
    SessionAmended,
    SessionCancelled,
    SessionClosed,
    SessionOpened,
    SessionPlanned,
    StowCleared,
    StowLost,
    VisitCheckedIn,
    VisitCheckedOut,
)
from sync.domain.series import occurrence_id
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger import feed_positions, plans
from sync.ledger.ledger import Ledger
from sync.ledger.store import open_sqlite
from sync.manual_clock import ManualClock
from sync.protocol import Enrolled, HeartbeatAnswer
from sync.server import tables
from sync.server.auth.scope import Scope
from sync.server.kiosks import allocation as server_side
from sync.server.kiosks import pairing
from sync.server.kiosks import service as kiosk_service
from sync.server.kiosks.dealt_sessions import AHEAD

POUCHES, LOCKERS = 12, 3
SESSIONS = (UUID(int=1), UUID(int=2))  # the first two kiosks have opened one each
PLANS = (UUID(int=3), UUID(int=4))
SERIES = UUID(int=5)  # every Wednesday
MOST_KIOSKS = 4
NOW = 1_795_507_200_000  # ms since 1970 UTC
HOUR = 3_600_000  # ms
OCCURRENCE = occurrence_id(SERIES, NOW + 34 * HOUR)  # Wednesday at 18:00
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
        self._closing: tuple[tuple[UUID, ...], tuple[UUID, ...]] | None = None  # its entries and their subjects
        ledger.remember(kiosk_side.KEY, kiosk_side.stored_share(enrolled.share, enrolled.ahead))
        self.restart()

    def restart(self) -> None:
        """Read the allocation from the database again."""
        self.allocation = KioskAllocation(self.ledger, POUCHES, LOCKERS)

    def presence(self) -> Presence:
        return Presence(*self.ledger.open_and_outstanding())

    def own_visits(self, presence: Presence) -> list[Visit]:
        return [visit for visit in presence.visits if self.allocation.owns_journal(visit.journal)]

    def open_session(self, session: UUID, capacity: int, firm_limit: int | None = None) -> None:
        self.ledger.record((session, _opening(self.zone, capacity, firm_limit)))

    def open_plan(self, n: int) -> None:
        """Open a plan that is known here, unless it is known to be open, closed or cancelled."""
        if n % 3 == 2:
            self._open_occurrence()
            return
        plan = self.ledger.session(PLANS[n % len(PLANS)])
        if plan is not None and plan.opened is None and not plan.cancelled and plan.capacity is not None:
            self.open_session(plan.id, plan.capacity, plan.firm_limit)

    def _open_occurrence(self) -> None:
        """Open the series' session, where it is known and no fact of the session is."""
        for series in plans.series(self.ledger.store):
            if series.capacity is not None and self.ledger.session(OCCURRENCE) is None:
                self.open_session(OCCURRENCE, series.capacity, series.firm_limit)

    def set_series(self, capacity: int, firm_limit: int | None) -> None:
        """A host sets or changes the series."""
        limit = UNSET if firm_limit is None else firm_limit
        series = SeriesSet(self.zone, "Evening", "event", (3,), 18 * 60, 120, capacity, firm_limit=limit)
        self.ledger.record((SERIES, series))

    def come_in(self, n: int) -> None:
        """Check in one to three people, each as a visit of its own, if there are seats and codes for them."""
        presence = self.presence()
        session = _session_in(presence, n)
        if session is not None:
            left = self.allocation.seats_left(session, presence.visits_in(session))
            self._admit(session, presence, left or 0, n, over=False)

    def come_in_over(self, n: int) -> None:
        """The same over the capacity: by a host, up to the firm limit."""
        presence = self.presence()
        session = _session_in(presence, n)
        if session is not None:
            left = self.allocation.headroom_left(session, presence.visits_in(session))
            self._admit(session, presence, 3 if left is None else left, n, over=True)

    def _admit(self, session: Session, presence: Presence, left: int, n: int, *, over: bool) -> None:
        size, used = 1 + n % 3, _numbers_in_use(presence.visits)
        stripes = sorted(self.allocation.stripes - used["codes"])
        if min(left, len(stripes)) < size:
            return
        free = {
            "pouch": [number for number in self.allocation.pouches if number not in used["pouches"]],
            "locker": [number for number in self.allocation.lockers if number not in used["lockers"]],
        }
        flag = True if over else UNSET
        self.ledger.record(*(self._arrival(session, stripe, free, n, flag) for stripe in stripes[:size]))

    def _arrival(
        self, session: Session, stripe: int, free: dict[str, list[int]], n: int, over: Literal[True] | UnsetType
    ) -> tuple[UUID, Event]:
        visit = UUID(int=next(self._visit_numbers) * model.STRIPES + stripe)
        stows: tuple[Literal["pouch", "locker"], ...] = ("locker", "pouch") if n % 4 == 0 else ("pouch", "locker")
        for stow in stows:
            if free[stow]:
                numbers = (free[stow].pop(0),)
                return visit, VisitCheckedIn(session.id, 1, 1, stow=stow, numbers=numbers, over_capacity=over)
        return visit, VisitCheckedIn(session.id, 1, 0, over_capacity=over)

    def leave(self, n: int) -> None:
        """Check out some of the visits that this kiosk knows of, whichever kiosk they came in at."""
        leaving = [visit for visit in self.presence().visits if visit.is_in][n % 4 :: 3]
        if leaving:
            self.ledger.record(*((visit.id, VisitCheckedOut()) for visit in leaving))

    def close_session(self, n: int) -> None:
        """Close a session with a close-out: what is not back is held."""
        presence = self.presence()
        session = _session_in(presence, n)
        if session is not None:
            visits = [(visit.id, _left_unseen()) for visit in presence.visits_in(session)]
            facts = [*visits, (session.id, SessionClosed(closeout=True))]
            entries = self.ledger.record(*facts)
            self._closing = tuple(entry.id for entry in entries), tuple(subject for subject, _ in facts)

    def undo_closing(self) -> None:
        """The session that was closed here last is open again."""
        if self._closing:
            (entries, subjects), self._closing = self._closing, None
            self.ledger.record(*((subject, ActUndone(entries)) for subject in subjects))

    def clear(self, n: int) -> None:
        """A host has looked for some of what is not back. It is; at the kiosk that gave it, it may be lost."""
        for visit in [visit for visit in self.presence().visits if visit.held and not visit.is_in][n % 3 :: 2]:
            stow: Any = visit.stow
            if n % 4 == 0 and self.allocation.owns_journal(visit.journal):
                self.ledger.record((visit.id, StowLost(stow, visit.held)))
            else:
                phones, pouches = PhoneCleared("handed_back", visit.held), StowCleared(stow, visit.held)
                self.ledger.record((visit.id, phones), (visit.id, pouches))

    def change_limits(self, n: int) -> tuple[UUID, int, int | None] | None:
        """A host changes an open session's capacity or firm limit; returns both, with the session."""
        session = _session_in(self.presence(), n)
        if session is None or session.capacity is None:
            return None
        capacity, firm_limit = max(1, session.capacity + (-3, -1, 1, 4)[n % 4]), session.firm_limit
        if firm_limit is None or n % 5:
            self.ledger.record((session.id, SessionAmended(capacity=capacity)))
            return session.id, capacity, firm_limit
        firm_limit = max(1, firm_limit + (-2, 3)[n % 2])
        self.ledger.record((session.id, SessionAmended(firm_limit=firm_limit)))
        return session.id, session.capacity, firm_limit


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
    firmest: dict[UUID, int | None] = field(default_factory=dict)  # the largest firm limit; None: it had none once

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
            kiosk.allocation.apply_answer(grant, wanted, AHEAD)

    def lose(self, _: SimulatedKiosk, n: int) -> None:
        messages: list[Any] = (self.heartbeats, self.answers)[n % 2]
        if messages:
            messages.pop(n // 2 % len(messages))

    def exchange(self, kiosk: SimulatedKiosk, _: int = 0) -> None:
        """A heartbeat and its answer without disturbance, and what is given back is reported at once."""

        def heartbeat() -> HeartbeatAnswer:
            grant, wanted = self.answer(kiosk, kiosk.allocation.report())
            return HeartbeatAnswer(NOW, share=grant, wanted=wanted, ahead=list(AHEAD))

        if self.is_trusted(kiosk):
            self.replicate(kiosk)
            share_exchange.apply_answer(kiosk.allocation, heartbeat(), heartbeat)

    def exchange_round(self) -> bool:
        """An exchange of each kiosk; returns whether it has changed what a kiosk holds."""
        held = [kiosk.ledger.recall(kiosk_side.KEY) for kiosk in self.trusted()]
        for kiosk in self.trusted():
            self.exchange(kiosk)
        return held != [kiosk.ledger.recall(kiosk_side.KEY) for kiosk in self.trusted()]

    def plan(self, _: SimulatedKiosk, n: int) -> None:
        """The coordinator plans a session, or changes the plan."""
        session, capacity = PLANS[n % len(PLANS)], 1 + n % 11
        firm_limit = capacity + n % 4 if n % 3 else None
        opening = _opening(self.kiosks[0].zone, capacity, firm_limit)
        planned = SessionPlanned(
            opening.zone,
            opening.title,
            opening.session_kind,
            planned_start=NOW + HOUR,
            planned_end=NOW + 3 * HOUR,
            capacity=capacity,
            firm_limit=opening.firm_limit,
        )
        self._state_on_server(session, planned)
        self.note_limits(session, capacity, firm_limit)

    def set_series(self, kiosk: SimulatedKiosk, n: int) -> None:
        capacity = 1 + n % 11
        firm_limit = capacity + n % 4 if n % 3 else None
        kiosk.set_series(capacity, firm_limit)
        self.note_limits(OCCURRENCE, capacity, firm_limit)

    def cancel(self, _: SimulatedKiosk, n: int) -> None:
        if n % 4 == 0 and PLANS[n % len(PLANS)] in self.largest:
            self._state_on_server(PLANS[n % len(PLANS)], SessionCancelled())

    def _state_on_server(self, subject: UUID, event: Event) -> None:
        self.server.record((subject, event), stream=self.venue)
        with self.server.store.reading() as connection:
            self.feed_end = feed_positions.end(connection, self.venue).number

    def change_limits(self, kiosk: SimulatedKiosk, n: int) -> None:
        changed = kiosk.change_limits(n)
        if changed:
            self.note_limits(*changed)

    def note_limits(self, session: UUID, capacity: int, firm_limit: int | None) -> None:
        self.largest[session] = max(capacity, self.largest.get(session, 0))
        former = self.firmest.get(session, 0)
        self.firmest[session] = None if firm_limit is None or former is None else max(firm_limit, former)

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
            admitted = [_admitted(kiosk, session, presences[kiosk.id]) for kiosk in self.trusted()]
            revoked = self._admitted_by_revoked(session)
            assert sum(kiosk.seated + kiosk.seats for kiosk in admitted) + revoked.seated <= capacity
            firm_limit = self.firmest[session]
            if firm_limit is not None:
                assert sum(kiosk.people + kiosk.headroom for kiosk in admitted) + revoked.people <= firm_limit

    def come_to_rest(self) -> None:
        """All kiosks are live again, and every message arrives."""
        self.heartbeats.clear()
        self.answers.clear()
        for kiosk in self.kiosks:
            self.set_live(kiosk, 0)
        unchanged = 0
        for _ in range(10):
            unchanged = 0 if self.exchange_round() else unchanged + 1
            if unchanged == 2:  # a change of what is free is known to the server only in the round after it
                break

    def assert_nothing_leaks(self) -> None:
        """Each number can be promised by a kiosk, each seat too, and no kiosk has far less than the others."""
        existing = {"pouches": POUCHES, "lockers": LOCKERS, "codes": model.STRIPES}
        spare = [kiosk.allocation.report().spare for kiosk in self.trusted()]
        held = self._held_by_revoked()
        for kind in model.NUMBER_KINDS:
            usable = [_usable(kiosk)[kind] for kiosk in self.trusted()]
            assert len(set().union(held[kind], *usable)) == existing[kind], kind
            _assert_fair([getattr(amounts, kind) for amounts in spare])
        for session in self.server.open_sessions():
            self._assert_seats_are_dealt(session)
            for limits in Presence([session], ()).limits():
                for id in limits:
                    _assert_fair([amounts.seats.get(id, 0) for amounts in spare])

    def _assert_seats_are_dealt(self, session: Session) -> None:
        """All seats are promised, and all of the headroom; what is free is within both limits."""
        admitted = [_admitted(kiosk, session.id, kiosk.presence()) for kiosk in self.trusted()]
        revoked = self._admitted_by_revoked(session.id)
        seated = sum(kiosk.seated for kiosk in admitted) + revoked.seated
        people = sum(kiosk.people for kiosk in admitted) + revoked.people
        left = (model.seat_limit(session.capacity, session.firm_limit) or 0) - seated
        fewest = left
        if session.firm_limit is not None:
            headroom = sum(kiosk.headroom for kiosk in admitted)
            assert headroom == max(0, session.firm_limit - people), (session, admitted, revoked)
            left = min(left, session.firm_limit - people)
            fewest = left - (people - seated)  # who is in over the capacity may take seats
        assert max(0, fewest) <= sum(kiosk.seats for kiosk in admitted) <= max(0, left), (session, admitted, revoked)

    def _admitted_by_revoked(self, session: UUID) -> "Admitted":
        """People in the session whom a kiosk admitted that is revoked, as far as the server has learnt."""
        visits = [visit for visit in self._of_revoked() if visit.is_in and visit.session == session]
        return Admitted(_people(visits), _people(visit for visit in visits if not visit.over_capacity), 0, 0)

    def _held_by_revoked(self) -> dict[str, set[int]]:
        return {**_numbers_in_use(self._of_revoked()), "codes": set()}

    def _of_revoked(self) -> list[Visit]:
        trusted = {kiosk.ledger.waiting().journal for kiosk in self.trusted()}
        return [visit for visit in self.server.open_and_outstanding()[1] if visit.journal not in trusted]


class Admitted(NamedTuple):
    """People of a session whom one kiosk has admitted, and how many more it may admit, if it were alone."""

    people: int
    seated: int  # of these, not over the capacity
    seats: int
    headroom: int


def _opening(zone: str, capacity: int, firm_limit: int | None) -> SessionOpened:
    limit = UNSET if firm_limit is None else firm_limit
    return SessionOpened(zone, "Evening", "event", capacity=capacity, firm_limit=limit)


def _left_unseen() -> VisitCheckedOut:
    return VisitCheckedOut("host", estimated=True, closeout=True)


def _people(visits: Iterable[Visit]) -> int:
    return sum(visit.party_size for visit in visits)


def _session_in(presence: Presence, n: int) -> Session | None:
    """The session that a visitor goes to, if it is open."""
    sessions = (*SESSIONS, *PLANS, OCCURRENCE)
    return next((session for session in presence.sessions if session.id == sessions[n % len(sessions)]), None)


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
            used[kiosk_side.STOWS[visit.stow]].update(visit.held)
    return used


def _admitted(kiosk: SimulatedKiosk, session: UUID, presence: Presence) -> Admitted:
    row = next((row for row in presence.sessions if row.id == session), None)
    if row is None:
        return Admitted(0, 0, 0, 0)
    own = [visit for visit in kiosk.own_visits(presence) if visit.session == session and visit.is_in]
    seats, headroom = kiosk.allocation.seats_left(row, own), kiosk.allocation.headroom_left(row, own)
    seated = [visit for visit in own if not visit.over_capacity]
    return Admitted(_people(own), _people(seated), seats or 0, headroom or 0)


def _assert_fair(free: list[int]) -> None:
    fair = sum(free) // len(free)
    assert not fair or min(free) > fair // 2, free


ACTIONS: list[Callable[[SimulatedVenue, SimulatedKiosk, int], None]] = [
    lambda _, kiosk, n: kiosk.come_in(n),
    lambda _, kiosk, n: kiosk.come_in(n),
    lambda _, kiosk, n: kiosk.come_in_over(n),
    lambda _, kiosk, n: kiosk.leave(n),
    lambda _, kiosk, n: kiosk.close_session(n),
    lambda _, kiosk, __: kiosk.undo_closing(),
    lambda _, kiosk, n: kiosk.clear(n),
    lambda _, kiosk, n: kiosk.open_plan(n),
    lambda _, kiosk, n: kiosk.open_plan(n),
    SimulatedVenue.plan,
    SimulatedVenue.set_series,
    SimulatedVenue.cancel,
    SimulatedVenue.send_heartbeat,
    SimulatedVenue.send_heartbeat,
    SimulatedVenue.receive_heartbeat,
    SimulatedVenue.receive_heartbeat,
    SimulatedVenue.receive_answer,
    SimulatedVenue.receive_answer,
    SimulatedVenue.lose,
    SimulatedVenue.exchange,
    lambda _, kiosk, __: kiosk.restart(),
    SimulatedVenue.change_limits,
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
        for kiosk, session, firm_limit in zip(simulated, SESSIONS, (None, capacity + 2), strict=False):
            kiosk.open_session(session, capacity, firm_limit)
            venue.note_limits(session, capacity, firm_limit)
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
