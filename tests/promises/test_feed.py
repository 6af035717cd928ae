"""The feed: what one kiosk of a venue wrote, the others get, each entry once and without gaps."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.domain import events
from sync.domain.events import PhoneTaken, SessionClosed, SessionOpened, VisitCheckedIn, VisitCheckedOut
from sync.ledger import feed
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay
from sync.manual_clock import ManualClock

Open = Callable[[str], Ledger]
VENUE, SESSION = uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def push(ledger: Ledger, server: Ledger, kiosk: UUID, venue: UUID = VENUE) -> None:
    waiting = ledger.waiting()
    if waiting.journal is not None:
        lines = [line.encode() for line in ledger.lines(waiting.journal, waiting.acknowledged, 1000)]
        ledger.acknowledge(waiting.journal, server.absorb(waiting.journal, lines, kiosk, venue).acknowledged)


def learn(ledger: Ledger, server: Ledger, kiosk: UUID, after: int = 0, limit: int = 2) -> int:
    """Read the feed to its end; returns the position."""
    while (page := server.feed(VENUE, after, limit, kiosk)).position != after:
        after = page.position
        ledger.apply_feed([line.encode() for line in page.lines], {"feed": after})
    return after


def test_another_kiosk_learns_of_the_visit_and_can_end_it(open_ledger: Open, clock: ManualClock) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    first, second, visit = uuid4(), uuid4(), uuid4()
    kiosk_a.record((SESSION, OPENED))
    kiosk_a.record((visit, ARRIVED))
    push(kiosk_a, server, first)

    learn(kiosk_b, server, second)
    assert [session.id for session in kiosk_b.open_sessions()] == [SESSION]
    assert kiosk_b.present()[0].code == kiosk_a.present()[0].code

    clock.move(minutes=30)
    kiosk_b.record((visit, VisitCheckedOut()))
    push(kiosk_b, server, second)
    learn(kiosk_a, server, first)

    assert kiosk_a.visits() == kiosk_b.visits() == server.visits()
    assert kiosk_a.present() == []


def test_entries_of_the_feed_are_not_pushed(open_ledger: Open) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record((uuid4(), ARRIVED))
    push(kiosk_a, server, uuid4())

    learn(kiosk_b, server, uuid4())
    kiosk_b.start_journal(carry_after=None)

    assert kiosk_b.waiting().count == 0


def test_the_feed_leaves_out_the_readers_own_entries_and_its_position_advances(open_ledger: Open) -> None:
    kiosk_a, server, kiosk = open_ledger("one"), open_ledger("server"), uuid4()
    kiosk_a.record(*[(uuid4(), ARRIVED) for _ in range(5)])
    push(kiosk_a, server, kiosk)

    page = server.feed(VENUE, 0, 3, kiosk)

    assert (page.lines, page.position) == ([], 3)
    assert server.feed(VENUE, 5, 3, kiosk).position == 5


def test_another_venue_gets_nothing(open_ledger: Open) -> None:
    kiosk_a, server = open_ledger("one"), open_ledger("server")
    kiosk_a.record((uuid4(), ARRIVED))
    push(kiosk_a, server, uuid4(), venue=uuid4())

    assert server.feed(VENUE, 0, 10, uuid4()).lines == []


def test_applying_a_page_twice_changes_nothing(open_ledger: Open) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record((uuid4(), ARRIVED), (uuid4(), ARRIVED))
    push(kiosk_a, server, uuid4())

    for _ in range(3):
        assert learn(kiosk_b, server, uuid4(), after=0) == 2

    assert kiosk_b.visits() == kiosk_a.visits()
    assert kiosk_b.recall("feed") == 2


def test_entries_that_an_upgrade_can_read_get_new_positions_at_the_end(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    visit = uuid4()
    kiosk_a.record((visit, ARRIVED), (visit, PhoneTaken()), (SESSION, OPENED))
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (PhoneTaken.kind, 1))
        push(kiosk_a, server, uuid4())
    position = learn(kiosk_b, server, uuid4())
    assert position == 2 and not kiosk_b.present()[0].on_break

    list(replay.reread(server.store))

    assert learn(kiosk_b, server, uuid4(), after=position) == 3
    assert kiosk_b.present() == kiosk_a.present()


def test_positions_have_no_gap_however_many_write(open_ledger: Open) -> None:
    server = open_ledger("server")
    ledgers = {uuid4(): open_ledger(f"kiosk{number}") for number in range(4)}
    for ledger in ledgers.values():
        ledger.record(*[(uuid4(), ARRIVED) for _ in range(40)])
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        after = 0
        while not done.is_set() or server.feed(VENUE, after, 7, VENUE).position != after:
            page = server.feed(VENUE, after, 7, VENUE)
            assert page.position - after == len(page.lines)  # no hole that could be filled later
            seen.extend(range(after + 1, page.position + 1))
            after = page.position

    def send(kiosk: UUID, ledger: Ledger) -> None:
        waiting = ledger.waiting()
        assert waiting.journal is not None
        for line in ledger.lines(waiting.journal, 0, 100):
            server.absorb(waiting.journal, [line.encode()], kiosk, VENUE)

    reader = threading.Thread(target=look)
    writers = [threading.Thread(target=send, args=pair) for pair in ledgers.items()]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()

    assert seen == list(range(1, 161))


def test_another_kiosks_closing_ends_the_visits_here(open_ledger: Open, clock: ManualClock) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record((SESSION, OPENED))
    push(kiosk_a, server, uuid4())
    second = uuid4()
    learn(kiosk_b, server, second)
    kiosk_b.record((uuid4(), ARRIVED))
    push(kiosk_b, server, second)
    clock.move(minutes=10)
    kiosk_a.record((SESSION, SessionClosed()))
    waiting = kiosk_a.waiting()
    assert waiting.journal is not None
    kiosk_b.apply_feed([line.encode() for line in kiosk_a.lines(waiting.journal, 1, 10)], {})

    assert kiosk_b.present() == []
    assert kiosk_b.visits()[0].estimated


def test_a_line_that_is_not_an_entry_rejects_the_whole_page(ledger: Ledger) -> None:
    from sync.ledger.journal_lines import BadFraming

    with pytest.raises(BadFraming):
        ledger.apply_feed([msgspec.json.encode({"seq": 3})], {"feed": 1})
    assert ledger.recall("feed") is None


def test_the_largest_tick_stops_no_kiosk(open_ledger: Open) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record((uuid4(), ARRIVED))
    journal = kiosk_a.waiting().journal
    assert journal is not None
    poisoned = msgspec.json.decode(kiosk_a.lines(journal, 0, 1)[0]) | {"tick": events.MAX_TICK}
    server.absorb(journal, [msgspec.json.encode(poisoned)], uuid4(), VENUE)

    learn(kiosk_b, server, uuid4())
    visit = uuid4()
    kiosk_b.record((visit, ARRIVED), (visit, PhoneTaken()))
    kiosk_b.record((visit, VisitCheckedOut()))

    assert kiosk_b.waiting().count == 3
    push(kiosk_b, server, uuid4())
    assert server.visit(visit) == kiosk_b.visit(visit)
    assert kiosk_b.waiting().count == 0


def test_what_an_older_kiosk_cant_read_is_stored_until_its_upgrade(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    visit = uuid4()
    kiosk_a.record((visit, ARRIVED), (visit, PhoneTaken()))
    push(kiosk_a, server, uuid4())
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (PhoneTaken.kind, 1))
        assert learn(kiosk_b, server, uuid4()) == 2
    assert not kiosk_b.present()[0].on_break

    list(replay.reread(kiosk_b.store))

    assert kiosk_b.present() == kiosk_a.present()


def test_a_page_keeps_its_size_limit_but_has_at_least_one_line(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record(*[(uuid4(), ARRIVED) for _ in range(4)])
    push(kiosk_a, server, uuid4())
    whole = server.feed(VENUE, 0, 10, uuid4()).lines

    monkeypatch.setattr(feed, "MAX_SIZE", len(whole[0]) + 1)
    assert server.feed(VENUE, 0, 10, uuid4()).lines == whole[:2]
    monkeypatch.setattr(feed, "MAX_SIZE", 1)
    assert server.feed(VENUE, 3, 10, uuid4()).lines == whole[3:]

    assert learn(kiosk_b, server, uuid4(), limit=10) == 4
    assert kiosk_b.visits() == kiosk_a.visits()


def test_a_fact_recorded_after_a_page_has_a_later_tick_than_the_page(open_ledger: Open) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    [own] = kiosk_b.record((uuid4(), ARRIVED))
    kiosk_a.record(*[(uuid4(), ARRIVED) for _ in range(9)])
    push(kiosk_a, server, uuid4())

    learn(kiosk_b, server, uuid4())

    [later] = kiosk_b.record((uuid4(), ARRIVED))
    assert (own.tick, later.tick) == (1, 10)


def test_an_unreadable_line_of_the_feed_is_stored_once(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk_a, kiosk_b, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    kiosk_a.record((uuid4(), ARRIVED))
    push(kiosk_a, server, uuid4())

    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (VisitCheckedIn.kind, 1))
        learn(kiosk_b, server, uuid4())
        learn(kiosk_b, server, uuid4())
    learn(kiosk_b, server, uuid4())

    assert [progress.of for progress in replay.reread(kiosk_b.store)] == [1]
    assert kiosk_b.visits() == kiosk_a.visits()
