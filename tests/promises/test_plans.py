"""Facts of the server itself: in its own journal, in the venue's rows, and in its feed without a gap."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from sync.domain.events import (
    PassRevoked,
    SessionCancelled,
    SessionOpened,
    SessionPlanned,
    VenueConfigured,
    VisitCheckedIn,
    read_entry,
)
from sync.domain.venue import Configuration
from sync.ledger import plans
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay
from sync.manual_clock import ManualClock

HOME, AWAY = uuid4(), uuid4()  # two venues of one server
SESSION = uuid4()
HOUR = 60 * 60_000
Open = Callable[[str], Ledger]


@pytest.fixture
def server(open_ledger: Open) -> Ledger:
    return open_ledger("server")


@pytest.fixture
def planned(clock: ManualClock) -> SessionPlanned:
    now = clock.read().at
    return SessionPlanned("hall", "Quiet evening", "event", planned_start=now + HOUR, planned_end=now + 3 * HOUR)


@pytest.fixture
def hour(clock: ManualClock) -> Callable[[int], int]:
    now = clock.read().at
    return lambda hours: now + hours * HOUR


def learn(ledger: Ledger, server: Ledger, venue: UUID = HOME) -> int:
    page = server.feed(venue, 0, 1000, uuid4())
    ledger.apply_feed([line.encode() for line in page.lines], {})
    return page.position


def waiting(ledger: Ledger, hour: Callable[[int], int]) -> list[UUID]:
    return [plan.id for plan in plans.waiting(ledger.store, "hall", hour(0), hour(12))]


def test_a_plan_reaches_its_own_venue_and_no_other(
    open_ledger: Open, server: Ledger, planned: SessionPlanned, hour: Callable[[int], int]
) -> None:
    server.record((SESSION, planned), stream=HOME)
    home, away = open_ledger("here"), open_ledger("there")

    assert (learn(home, server), learn(away, server, AWAY)) == (1, 0)

    assert waiting(home, hour) == [SESSION] and waiting(away, hour) == []
    assert home.session(SESSION) == server.session(SESSION, HOME)
    assert home.open_sessions() == [] == server.open_sessions()
    assert home.waiting().count == 0  # what was learnt is not sent back


def test_a_plan_waits_in_its_zone_until_it_is_over(
    open_ledger: Open, server: Ledger, planned: SessionPlanned, hour: Callable[[int], int]
) -> None:
    server.record((SESSION, planned), stream=HOME)
    kiosk = open_ledger("kiosk")
    learn(kiosk, server)

    plans_by_time = [
        [plan.id for plan in plans.waiting(kiosk.store, zone, hour(start), hour(end))]
        for zone, start, end in (("hall", 2, 9), ("hall", 3, 9), ("hall", 0, 1), ("attic", 0, 9))
    ]

    assert plans_by_time == [[SESSION], [], [], []]


@pytest.mark.parametrize("first", ["opened", "cancelled"])
def test_opened_or_cancelled_it_waits_no_longer_and_both_sides_agree(
    open_ledger: Open, server: Ledger, planned: SessionPlanned, hour: Callable[[int], int], first: str
) -> None:
    kiosk, sibling = open_ledger("kiosk"), open_ledger("sibling")
    server.record((SESSION, planned), stream=HOME)
    learn(kiosk, server)
    if first == "opened":
        kiosk.record((SESSION, SessionOpened("hall", "Quiet evening", "event")))
        server.record((SESSION, SessionCancelled()), stream=HOME)
    else:
        server.record((SESSION, SessionCancelled("illness")), stream=HOME)
        kiosk.record((SESSION, SessionOpened("hall", "Quiet evening", "event")))  # it has not received the plan
    learn(kiosk, server)
    journal = kiosk.waiting().journal
    assert journal is not None
    server.absorb(journal, [line.encode() for line in kiosk.lines(journal, 0, 9)], uuid4(), HOME)
    learn(sibling, server)

    assert waiting(kiosk, hour) == waiting(sibling, hour) == []
    session = kiosk.session(SESSION)
    assert session == sibling.session(SESSION) == server.session(SESSION, HOME)
    assert session is not None and session.is_open and session.cancelled


def test_a_cancelled_plan_vanishes(
    open_ledger: Open, server: Ledger, planned: SessionPlanned, hour: Callable[[int], int]
) -> None:
    kiosk = open_ledger("kiosk")
    server.record((SESSION, planned), stream=HOME)
    learn(kiosk, server)
    server.record((SESSION, SessionCancelled()), stream=HOME)
    learn(kiosk, server)

    assert waiting(kiosk, hour) == []


def test_a_venues_configuration_is_stored_at_that_venue_alone(open_ledger: Open, server: Ledger) -> None:
    kiosk = open_ledger("kiosk")
    server.record((HOME, VenueConfigured(pouches=40)), stream=HOME)
    server.record((HOME, VenueConfigured(pouches=0)), stream=AWAY)  # as if from a kiosk of another venue
    server.record((HOME, VenueConfigured(reach="+31 20 555 0123")), stream=HOME)
    learn(kiosk, server)

    expected = Configuration(HOME, pouches=40, reach="+31 20 555 0123")
    assert plans.configuration(server.store, HOME) == plans.configuration(kiosk.store, HOME) == expected
    assert plans.configuration(kiosk.store, AWAY) == Configuration(AWAY)
    list(replay.refold(server.store))
    assert plans.configuration(server.store, HOME) == expected


def test_listeners_are_called_after_a_page_of_the_feed(open_ledger: Open, server: Ledger) -> None:
    kiosk, seen = open_ledger("kiosk"), list[int | None]()
    kiosk.on_feed(lambda: seen.append(plans.configuration(kiosk.store, HOME).pouches))

    for pouches in (7, 8):
        server.record((HOME, VenueConfigured(pouches=pouches)), stream=HOME)
        learn(kiosk, server)

    assert seen == [7, 8]


def test_what_else_record_writes_is_in_the_same_transaction(server: Ledger) -> None:
    def refuse(_: Connection) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        server.record((HOME, VenueConfigured(pouches=7)), stream=HOME, then=refuse)

    assert plans.configuration(server.store, HOME) == Configuration(HOME)
    assert server.feed(HOME, 0, 9, uuid4()).position == 0


def test_positions_of_the_server_and_of_pushing_kiosks_have_no_gap(
    open_ledger: Open, server: Ledger, clock: ManualClock
) -> None:
    """Two processes' worth of the server's own facts, and three kiosks, all at once."""
    arrived = VisitCheckedIn(session=SESSION, party_size=2, phones=2)
    kiosks = {uuid4(): open_ledger(f"kiosk{number}") for number in range(3)}
    for kiosk in kiosks.values():
        kiosk.record(*[(uuid4(), arrived) for _ in range(20)])
    together = threading.Barrier(5)

    def speak(_: int) -> None:
        together.wait()
        for venue in (HOME, AWAY) * 10:
            server.record((uuid4(), PassRevoked()), stream=venue)

    def send(kiosk: tuple[UUID, Ledger]) -> None:
        together.wait()
        journal = kiosk[1].waiting().journal
        assert journal is not None
        for line in kiosk[1].lines(journal, 0, 100):
            server.absorb(journal, [line.encode()], kiosk[0], HOME)

    with ThreadPoolExecutor(5) as threads:
        jobs = [(speak, 0), (speak, 1), *[(send, kiosk) for kiosk in kiosks.items()]]
        list(threads.map(lambda job: job[0](job[1]), jobs))

    pages = list(_read(server, HOME))
    assert [position for position, _ in pages] == list(range(1, 81))
    assert sum(read_entry(line).kind == PassRevoked.kind for _, line in pages) == 20
    assert len(list(_read(server, AWAY))) == 20
    own = server.waiting().journal
    assert own is not None
    entries = [read_entry(line) for line in server.lines(own, 0, 100)]
    assert [entry.seq for entry in entries] == list(range(1, 41))


def _read(server: Ledger, venue: UUID) -> Iterator[tuple[int, str]]:
    """Each position with its line: one line a page, so that a gap would be seen."""
    after = 0
    while (page := server.feed(venue, after, 1, uuid4())).position != after:
        after = page.position
        yield after, *page.lines  # type: ignore[misc]
