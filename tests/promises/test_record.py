"""Recording: journal and row in one transaction, dense seqs, rising ticks."""

from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest

from sync.domain.events import ActUndone, PhoneTaken, SessionOpened, VisitCheckedIn, VisitCheckedOut, read_entry
from sync.domain.session import Session
from sync.domain.visit import Visit
from sync.ledger.ledger import Ledger
from sync.ledger.local_keys import LAST_ACT
from sync.ledger.store import StorageError
from sync.manual_clock import ManualClock
from tests.support.failing_table import broken

SESSION, VISIT = uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours", capacity=30)
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2, stow="pouch", numbers=(1, 2))


def test_recorded_facts_are_there_after_reopening(open_ledger: Callable[[str], Ledger]) -> None:
    open_ledger("one").record((SESSION, OPENED), (VISIT, ARRIVED))

    again = open_ledger("one")

    assert [session.id for session in again.open_sessions()] == [SESSION]
    assert [visit.id for visit in again.present(SESSION)] == [VISIT]


def test_seqs_are_dense_and_ticks_rise(ledger: Ledger, clock: ManualClock) -> None:
    ledger.record((SESSION, OPENED))
    clock.jump(-10 * 365 * 86_400_000)  # later never depends on a wall clock
    ledger.record((VISIT, ARRIVED), (VISIT, PhoneTaken()))

    waiting = ledger.waiting()
    assert waiting.journal is not None
    entries = [read_entry(line) for line in ledger.lines(waiting.journal, 0, 10)]

    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.tick for entry in entries] == [1, 2, 3]
    assert waiting.count == 3


def test_a_visit_can_be_found_by_its_code_while_it_is_in(ledger: Ledger) -> None:
    ledger.record((VISIT, ARRIVED))
    code = ledger.present()[0].code

    assert [visit.id for visit in ledger.present(code=code)] == [VISIT]

    ledger.record((VISIT, VisitCheckedOut()))
    assert ledger.present(code=code) == []


def test_all_or_none_of_several_facts(ledger: Ledger) -> None:
    ledger.record((SESSION, OPENED))

    with broken(ledger.store, "visit"), pytest.raises(StorageError):
        ledger.record((uuid4(), OPENED), (VISIT, ARRIVED))

    assert len(ledger.open_sessions()) == 1
    assert ledger.waiting().count == 1


def test_facts_that_are_not_accepted_are_not_written(ledger: Ledger) -> None:
    heard: list[object] = []
    ledger.record((SESSION, OPENED))
    ledger.on_record(heard.append)

    def refuse(sessions: Sequence[Session], visits: Sequence[Visit]) -> None:
        assert [session.id for session in sessions] == [SESSION]
        assert [visit.id for visit in visits] == [VISIT], "what would be there then"
        raise LookupError("too many")

    with pytest.raises(LookupError, match="too many"):
        ledger.record_if(refuse, (VISIT, ARRIVED), (VISIT, PhoneTaken()))

    assert (ledger.waiting().count, ledger.present(), heard) == (1, [], [])
    assert ledger.recall(LAST_ACT) is None
    assert [entry.seq for entry in ledger.record_if(lambda *_: None, (VISIT, ARRIVED))] == [2]


def test_what_was_recorded_together_is_remembered(ledger: Ledger) -> None:
    together = ledger.record((VISIT, ARRIVED), (VISIT, PhoneTaken()))
    ledger.record((VISIT, VisitCheckedOut()))

    assert ledger.recall(LAST_ACT) == [str(entry.id) for entry in together]


def test_the_history_of_a_subject_is_in_order_with_what_was_undone(ledger: Ledger) -> None:
    ledger.record((VISIT, ARRIVED))
    [out] = ledger.record((VISIT, VisitCheckedOut()))
    ledger.record((SESSION, OPENED))
    ledger.record((VISIT, ActUndone((out.id,))))

    history = ledger.history(VISIT)

    assert [entry.kind for entry, _ in history] == ["visit.checked_in", "visit.checked_out", "act.undone"]
    assert [type(fact.event) for _, fact in history] == [VisitCheckedIn, VisitCheckedOut, ActUndone]
    assert ledger.latest_entries(2) == [history[2][0], ledger.history(SESSION)[0][0]]


def test_there_are_no_latest_entries_before_the_first(ledger: Ledger) -> None:
    assert ledger.latest_entries(5) == []


def test_listeners_are_called_after_the_commit(ledger: Ledger) -> None:
    counts: list[int] = []
    ledger.on_record(lambda entries: counts.append(len(ledger.present())))

    ledger.record((VISIT, ARRIVED))

    assert counts == [1]


def test_local_values_are_remembered(ledger: Ledger) -> None:
    ledger.remember("hosts", [{"id": 1}])
    ledger.remember("hosts", [{"id": 2}])

    assert ledger.recall("hosts") == [{"id": 2}]
    assert ledger.recall("nothing") is None
    assert ledger.waiting().count == 0
