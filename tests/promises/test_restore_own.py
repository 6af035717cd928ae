"""Restoring a ledger's own lost entries from the server: with their ids, at their places, counted once."""

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


def restore_all(ledger: Ledger, server: Ledger, limit: int = 2) -> int:
    """Restore all that the server has of this kiosk; returns how many entries were missing."""
    after = missing = 0
    while (page := server.feed(VENUE, after, limit, KIOSK, own=True)).position != after:
        after = page.position
        missing += ledger.restore_own([line.encode() for line in page.lines], {"restoring": after})
    return missing


@pytest.fixture
def server(open_ledger: Open, clock: ManualClock) -> Ledger:
    """It has an evening of this kiosk: two visits, of which one is still in, and one of another kiosk."""
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


def test_an_empty_ledger_restores_all_of_its_own_entries_and_no_others(open_ledger: Open, server: Ledger) -> None:
    kiosk, rebuilt = open_ledger("kiosk"), open_ledger("rebuilt")

    assert restore_all(rebuilt, server) == 4

    assert rebuilt.visits() == kiosk.visits()
    assert rebuilt.open_sessions() == kiosk.open_sessions()
    assert rebuilt.present()[0].code == kiosk.present()[0].code
    assert rebuilt.recall("restoring") == 5


def test_restored_entries_are_not_pushed_and_restoring_twice_changes_nothing(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    restore_all(rebuilt, server)
    before = rebuilt.visits()

    assert restore_all(rebuilt, server) == 0

    assert rebuilt.visits() == before
    assert rebuilt.waiting().count == 0
    rebuilt.start_journal(carry_after=0)
    assert rebuilt.waiting().count == 0


def test_another_server_gets_all_restored_entries(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    restore_all(rebuilt, server)

    rebuilt.start_journal(carry_after=None)

    assert rebuilt.waiting().count == 4


def test_rescued_and_restored_entries_give_the_same_rows(open_ledger: Open, server: Ledger) -> None:
    kiosk, rebuilt = open_ledger("kiosk"), open_ledger("rebuilt")
    journal = kiosk.waiting().journal
    assert journal is not None
    rebuilt.import_entries([read_entry(line) for line in kiosk.lines(journal, 0, 2)], {})

    assert restore_all(rebuilt, server) == 2
    push(rebuilt, server)

    assert [visit.id for visit in rebuilt.visits()] == [visit.id for visit in kiosk.visits()]
    assert len(server.visits()) == 3


def test_facts_recorded_after_a_loss_remain_when_restored_ones_take_their_places(
    open_ledger: Open, server: Ledger, clock: ManualClock
) -> None:
    """An SD card had confirmed four entries and has only two after a power cut."""
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
    assert restore_all(torn, server) == 2
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


def test_a_fact_that_was_not_copied_is_never_replaced(open_ledger: Open, server: Ledger) -> None:
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


def test_a_restored_anchor_corrects_its_boot(open_ledger: Open, clock: ManualClock) -> None:
    kiosk, server, rebuilt = open_ledger("kiosk"), open_ledger("server"), open_ledger("rebuilt")
    noon = clock.read().at
    clock.source = None
    clock.reboot(at=5_000)
    kiosk.record((uuid4(), ARRIVED))
    kiosk.record((KIOSK, ClockAnchored(boot=clock.read().boot, offset=noon, source="server", error=20)))
    push(kiosk, server)

    restore_all(rebuilt, server, limit=1)

    assert rebuilt.visits() == kiosk.visits()
    assert not rebuilt.visits()[0].estimated


def test_restored_lines_that_are_unreadable_are_stored(open_ledger: Open, server: Ledger) -> None:
    rebuilt = open_ledger("rebuilt")
    page = server.feed(VENUE, 0, 9, KIOSK, own=True)
    strange = msgspec.json.decode(page.lines[0]) | {"kind": "visit.teleported"}

    assert rebuilt.restore_own([msgspec.json.encode(strange)], {}) == 1

    assert rebuilt.visits() == []


def test_more_facts_than_one_step_holds_are_copied_each_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.ledger.journal_copy.STEP", 7)
    ledger.record(*[(uuid4(), ARRIVED) for _ in range(25)])
    ledger.start_journal(carry_after=20)
    before = {visit.id for visit in ledger.visits()}

    journal = ledger.start_journal(carry_after=None)

    ids = [msgspec.json.decode(line)["id"] for line in ledger.lines(journal, 0, 99)]
    assert len(ids) == len(set(ids)) == ledger.waiting().count == 25
    assert {visit.id for visit in ledger.visits()} == before
