"""What one kiosk of a venue wrote, the others learn: each once, in an order without gaps."""

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


def test_a_sibling_knows_the_visit_and_can_end_it(open_ledger: Open, clock: ManualClock) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    first, second, visit = uuid4(), uuid4(), uuid4()
    one.record((SESSION, OPENED))
    one.record((visit, ARRIVED))
    push(one, server, first)

    learn(two, server, second)
    assert [session.id for session in two.open_sessions()] == [SESSION]
    assert two.present()[0].code == one.present()[0].code

    clock.move(minutes=30)
    two.record((visit, VisitCheckedOut()))
    push(two, server, second)
    learn(one, server, first)

    assert one.visits() == two.visits() == server.visits()
    assert one.present() == []


def test_what_was_learnt_is_not_sent_again(open_ledger: Open) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record((uuid4(), ARRIVED))
    push(one, server, uuid4())

    learn(two, server, uuid4())
    two.start_journal(carry_after=None)

    assert two.waiting().count == 0


def test_nobody_is_told_what_they_wrote_themselves_and_the_position_moves_on(open_ledger: Open) -> None:
    one, server, kiosk = open_ledger("one"), open_ledger("server"), uuid4()
    one.record(*[(uuid4(), ARRIVED) for _ in range(5)])
    push(one, server, kiosk)

    page = server.feed(VENUE, 0, 3, kiosk)

    assert (page.lines, page.position) == ([], 3)
    assert server.feed(VENUE, 5, 3, kiosk).position == 5


def test_another_venue_hears_nothing(open_ledger: Open) -> None:
    one, server = open_ledger("one"), open_ledger("server")
    one.record((uuid4(), ARRIVED))
    push(one, server, uuid4(), venue=uuid4())

    assert server.feed(VENUE, 0, 10, uuid4()).lines == []


def test_learning_twice_changes_nothing(open_ledger: Open) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record((uuid4(), ARRIVED), (uuid4(), ARRIVED))
    push(one, server, uuid4())

    for _ in range(3):
        assert learn(two, server, uuid4(), after=0) == 2

    assert two.visits() == one.visits()
    assert two.recall("feed") == 2


def test_what_an_upgrade_releases_comes_at_the_end(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    visit = uuid4()
    one.record((visit, ARRIVED), (visit, PhoneTaken()), (SESSION, OPENED))
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (PhoneTaken.kind, 1))
        push(one, server, uuid4())
    position = learn(two, server, uuid4())
    assert position == 2 and not two.present()[0].on_break

    list(replay.reread(server.store))

    assert learn(two, server, uuid4(), after=position) == 3
    assert two.present() == one.present()


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


def test_a_sibling_closing_ends_those_who_are_in_here(open_ledger: Open, clock: ManualClock) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record((SESSION, OPENED))
    push(one, server, uuid4())
    second = uuid4()
    learn(two, server, second)
    two.record((uuid4(), ARRIVED))
    push(two, server, second)
    clock.move(minutes=10)
    one.record((SESSION, SessionClosed()))
    waiting = one.waiting()
    assert waiting.journal is not None
    two.apply_feed([line.encode() for line in one.lines(waiting.journal, 1, 10)], {})

    assert two.present() == []
    assert two.visits()[0].estimated


def test_a_line_that_is_no_entry_is_refused_whole(ledger: Ledger) -> None:
    from sync.ledger.journal_lines import BadFraming

    with pytest.raises(BadFraming):
        ledger.apply_feed([msgspec.json.encode({"seq": 3})], {"feed": 1})
    assert ledger.recall("feed") is None


def test_the_largest_tick_stops_nobody(open_ledger: Open) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record((uuid4(), ARRIVED))
    journal = one.waiting().journal
    assert journal is not None
    poisoned = msgspec.json.decode(one.lines(journal, 0, 1)[0]) | {"tick": events.MAX_TICK}
    server.absorb(journal, [msgspec.json.encode(poisoned)], uuid4(), VENUE)

    learn(two, server, uuid4())
    visit = uuid4()
    two.record((visit, ARRIVED), (visit, PhoneTaken()))
    two.record((visit, VisitCheckedOut()))

    assert two.waiting().count == 3
    push(two, server, uuid4())
    assert server.visit(visit) == two.visit(visit)
    assert two.waiting().count == 0


def test_what_an_older_kiosk_cant_read_waits_there_for_its_upgrade(
    open_ledger: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    visit = uuid4()
    one.record((visit, ARRIVED), (visit, PhoneTaken()))
    push(one, server, uuid4())
    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (PhoneTaken.kind, 1))
        assert learn(two, server, uuid4()) == 2
    assert not two.present()[0].on_break

    list(replay.reread(two.store))

    assert two.present() == one.present()


def test_a_page_is_no_longer_than_it_may_be_but_has_a_line(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record(*[(uuid4(), ARRIVED) for _ in range(4)])
    push(one, server, uuid4())
    whole = server.feed(VENUE, 0, 10, uuid4()).lines

    monkeypatch.setattr(feed, "MAX_SIZE", len(whole[0]) + 1)
    assert server.feed(VENUE, 0, 10, uuid4()).lines == whole[:2]
    monkeypatch.setattr(feed, "MAX_SIZE", 1)
    assert server.feed(VENUE, 3, 10, uuid4()).lines == whole[3:]

    assert learn(two, server, uuid4(), limit=10) == 4
    assert two.visits() == one.visits()


def test_what_is_written_after_learning_is_later_than_what_was_learnt(open_ledger: Open) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    [mine] = two.record((uuid4(), ARRIVED))
    one.record(*[(uuid4(), ARRIVED) for _ in range(9)])
    push(one, server, uuid4())

    learn(two, server, uuid4())

    [later] = two.record((uuid4(), ARRIVED))
    assert (mine.tick, later.tick) == (1, 10)


def test_what_cant_be_read_is_learnt_once(open_ledger: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, server = open_ledger("one"), open_ledger("two"), open_ledger("server")
    one.record((uuid4(), ARRIVED))
    push(one, server, uuid4())

    with monkeypatch.context() as older:
        older.delitem(events.KINDS, (VisitCheckedIn.kind, 1))
        learn(two, server, uuid4())
        learn(two, server, uuid4())
    learn(two, server, uuid4())

    assert [progress.of for progress in replay.reread(two.store)] == [1]
    assert two.visits() == one.visits()
