"""What a ledger wrote once and lost comes back from the server: with its ids, to its places, counted once."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import update

from sync.domain.events import ClockAnchored, SessionOpened, VisitCheckedIn, VisitCheckedOut, read_entry
from sync.ledger import tables
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock

Open = Callable[[str], Ledger]
VENUE, KIOSK, SESSION = uuid4(), uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def push(ledger: Ledger, server: Ledger, kiosk: UUID = KIOSK) -> None:
    waiting = ledger.waiting()
    assert waiting.journal is not None
    lines = [line.encode() for line in ledger.lines(waiting.journal, waiting.acknowledged, 1000)]
    ledger.acknowledge(waiting.journal, server.absorb(waiting.journal, lines, kiosk, VENUE).acknowledged)


def take_back(ledger: Ledger, server: Ledger, limit: int = 2) -> int:
    """Read what the server has of this kiosk to its end; returns how much was missing."""
    after = missing = 0
    while (page := server.feed(VENUE, after, limit, KIOSK, own=True)).position != after:
        after = page.position
        missing += ledger.restore_own([line.encode() for line in page.lines], {"restoring": after})
    return missing


@pytest.fixture
def server(open_ledger: Open, clock: ManualClock) -> Ledger:
    """It has an evening of this kiosk: two visits, of which one is still in, and one of a sibling."""
    kiosk, server, sibling = open_ledger("kiosk"), open_ledger("server"), open_ledger("sibling")
    visit = uuid4()
    kiosk.record((SESSION, OPENED))
    kiosk.record((visit, ARRIVED), (uuid4(), ARRIVED))
    clock.move(minutes=42)
    kiosk.record((visit, VisitCheckedOut()))
    push(kiosk, server)
    sibling.record((uuid4(), ARRIVED))
    push(sibling, server, uuid4())
    return server


def test_an_empty_ledger_gets_all_of_its_own_and_nothing_else(open_ledger: Open, server: Ledger) -> None:
    kiosk, rebuilt = open_ledger("kiosk"), open_ledger("rebuilt")

    assert take_back(rebuilt, server) == 4

    assert rebuilt.visits() == kiosk.visits()
    assert rebuilt.open_sessions() == kiosk.open_sessions()
    assert rebuilt.present()[0].code == kiosk.present()[0].code
    assert rebuilt.recall("restoring") == 5


def test_it_is_not_sent_again_and_coming_back_twice_changes_nothing(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    take_back(rebuilt, server)
    before = rebuilt.visits()

    assert take_back(rebuilt, server) == 0

    assert rebuilt.visits() == before
    assert rebuilt.waiting().count == 0
    rebuilt.start_journal(carry_after=0)
    assert rebuilt.waiting().count == 0


def test_another_server_is_told_all_of_it(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    take_back(rebuilt, server)

    rebuilt.start_journal(carry_after=None)

    assert rebuilt.waiting().count == 4


def test_what_was_saved_and_what_comes_back_add_up(open_ledger: Open, server: Ledger) -> None:
    kiosk, rebuilt = open_ledger("kiosk"), open_ledger("rebuilt")
    journal = kiosk.waiting().journal
    assert journal is not None
    rebuilt.import_entries([read_entry(line) for line in kiosk.lines(journal, 0, 2)], {})

    assert take_back(rebuilt, server) == 2
    push(rebuilt, server)

    assert [visit.id for visit in rebuilt.visits()] == [visit.id for visit in kiosk.visits()]
    assert len(server.visits()) == 3


def test_what_was_written_after_a_loss_keeps_its_facts_when_the_lost_ones_take_their_places(
    open_ledger: Open, server: Ledger, clock: ManualClock
) -> None:
    """A card had confirmed four entries and has only two after the power came back."""
    kiosk, torn = open_ledger("kiosk"), open_ledger("torn")
    journal = kiosk.waiting().journal
    assert journal is not None
    torn.restore_own([line.encode() for line in kiosk.lines(journal, 0, 2)], {})
    _make_current(torn, journal, acknowledged=2)
    late = uuid4()
    torn.record((late, ARRIVED))
    clock.move(minutes=5)
    torn.record((late, VisitCheckedOut()))

    again = [line.encode() for line in torn.lines(journal, 2, 10)]
    assert server.absorb(journal, again, KIOSK, VENUE).forked == 3
    torn.start_journal(carry_after=2)
    assert take_back(torn, server) == 2
    push(torn, server)

    theirs = {visit.id: visit for visit in server.visits()}
    assert {visit.id: visit for visit in torn.visits()} == {
        visit.id: theirs[visit.id] for visit in (*kiosk.visits(), *torn.visits())
    }
    assert len(theirs) == 4


def _make_current(ledger: Ledger, journal: UUID, acknowledged: int) -> None:
    with ledger.store.writing() as connection:
        connection.execute(update(tables.journal).where(tables.journal.c.id == journal).values(current=True))
    ledger.acknowledge(journal, acknowledged)


def test_a_fact_that_stands_in_the_way_and_was_not_carried_over_is_never_lost(
    open_ledger: Open, server: Ledger
) -> None:
    kiosk, torn = open_ledger("kiosk"), open_ledger("torn")
    journal = kiosk.waiting().journal
    assert journal is not None
    lines = [line.encode() for line in kiosk.lines(journal, 0, 10)]
    torn.restore_own(lines[:2], {})
    _make_current(torn, journal, acknowledged=2)
    torn.record((uuid4(), ARRIVED))

    with pytest.raises(LookupError, match="was not carried"):
        torn.restore_own(lines, {"restoring": 1})

    assert torn.waiting().count == 1
    assert torn.recall("restoring") is None


def test_an_anchor_that_comes_back_puts_its_boot_right(open_ledger: Open, clock: ManualClock) -> None:
    kiosk, server, rebuilt = open_ledger("kiosk"), open_ledger("server"), open_ledger("rebuilt")
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)
    kiosk.record((uuid4(), ARRIVED))
    kiosk.record((KIOSK, ClockAnchored(boot=clock.read().boot, offset=noon, source="server", error=20)))
    push(kiosk, server)

    take_back(rebuilt, server, limit=1)

    assert rebuilt.visits() == kiosk.visits()
    assert not rebuilt.visits()[0].estimated


def test_what_an_older_release_cant_read_is_kept(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    page = server.feed(VENUE, 0, 9, KIOSK, own=True)
    strange = msgspec.json.decode(page.lines[0]) | {"kind": "visit.teleported"}

    assert rebuilt.restore_own([msgspec.json.encode(strange)], {}) == 1

    assert rebuilt.visits() == []


def test_more_facts_than_fit_into_one_step_are_carried_over_each_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.ledger.journal_copy.STEP", 7)
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(25)])
    ledger.start_journal(carry_after=20)
    before = {visit.id for visit in ledger.visits()}

    journal = ledger.start_journal(carry_after=None)

    ids = [msgspec.json.decode(line)["id"] for line in ledger.lines(journal, 0, 99)]
    assert len(ids) == len(set(ids)) == ledger.waiting().count == 25
    assert {visit.id for visit in ledger.visits()} == before
