"""An entry's actor does not change how a ledger folds its fact."""

from collections.abc import Callable
from uuid import uuid4

from sync.domain.events import SessionClosed, SessionOpened, VisitCheckedIn, read_entry, strip_fields
from sync.ledger.ledger import Ledger

SESSION, HOST, KIOSK, VENUE = uuid4(), uuid4(), uuid4(), uuid4()
OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours", opened_by=str(HOST))


def test_entries_with_and_without_an_actor_fold_to_the_same_rows(open_ledger: Callable[[str], Ledger]) -> None:
    kiosk, server, older = open_ledger("kiosk"), open_ledger("server"), open_ledger("older")
    kiosk.record((SESSION, OPENED), actor=HOST)
    kiosk.record((uuid4(), VisitCheckedIn(session=SESSION, party_size=2, phones=0)))
    kiosk.record((SESSION, SessionClosed()), actor=HOST)
    journal = kiosk.waiting().journal
    assert journal is not None
    lines = kiosk.lines(journal, 0, 10)

    server.absorb(journal, [line.encode() for line in lines], KIOSK, VENUE)
    older.absorb(journal, [strip_fields(line, ()).encode() for line in lines], KIOSK, VENUE)

    assert kiosk.session(SESSION) == server.session(SESSION) == older.session(SESSION)
    assert kiosk.visits() == server.visits() == older.visits()
    assert server.lines(journal, 0, 10) == lines
    assert [read_entry(line).actor for line in lines][::2] == [str(HOST), str(HOST)]


def test_an_actor_is_kept_in_a_new_journal(ledger: Ledger) -> None:
    ledger.record((SESSION, OPENED), actor=HOST)

    journal = ledger.start_journal(carry_after=None)

    assert [read_entry(line).actor for line in ledger.lines(journal, 0, 10)] == [str(HOST)]


def test_without_an_actor_a_line_is_as_before(ledger: Ledger) -> None:
    ledger.record((SESSION, OPENED))

    journal = ledger.waiting().journal
    assert journal is not None
    assert all('"actor"' not in line for line in ledger.lines(journal, 0, 10))
