"""A forgotten pass is in no row and no line, in whatever order things become known, and nothing else changes."""

from collections.abc import Callable
from itertools import permutations
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import select, update

from sync.domain.events import (
    ActUndone,
    Entry,
    Event,
    PassForgotten,
    PassIssued,
    PassRevoked,
    Stamp,
    VisitCheckedIn,
    VisitCheckedOut,
    VisitPassGiven,
    write_body,
    write_entry,
)
from sync.domain.ids import pass_subject
from sync.ledger import feed_merge, tables
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import replay

Open = Callable[[str], Ledger]
HASH, OTHER = "5" * 32, "6" * 32
HOME, KIOSK, JOURNAL, SESSION, FIRST, SECOND, UNDONE, THIRD = (uuid4() for _ in range(8))
PASS = pass_subject(HASH)
FACTS: list[tuple[UUID, Event]] = [
    (PASS, PassIssued()),
    (FIRST, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)),
    (FIRST, VisitCheckedOut("pass")),
    (SECOND, VisitCheckedIn(SESSION, 1, 1)),
    (SECOND, VisitPassGiven(HASH)),
    (THIRD, VisitCheckedIn(SESSION, 3, 1, pass_=OTHER)),
    (UNDONE, VisitCheckedIn(SESSION, 1, 1, pass_=HASH)),
    (UNDONE, ActUndone((uuid5(JOURNAL, "7"),))),
    (PASS, PassForgotten()),
]


def entry(seq: int, journal: UUID = JOURNAL) -> Entry:
    subject, event = FACTS[seq - 1]
    return Entry(
        id=uuid5(JOURNAL, str(seq)), journal=journal, seq=seq, tick=seq, kind=event.kind, v=1, subject=subject,
        at=1_795_507_200_000 + seq, clock=Stamp(KIOSK, seq, True), body=write_body(event),
    )  # fmt: skip


def lines_of(ledger: Ledger) -> list[str]:
    with ledger.store.reading() as connection:
        return list(connection.execute(select(tables.entry.c.line).order_by(tables.entry.c.seq)).scalars())


def assert_forgotten(ledger: Ledger, count: int = len(FACTS)) -> None:
    assert not any(HASH in line for line in lines_of(ledger)), "the hash left the lines"
    assert len(lines_of(ledger)) == count
    by_id = {visit.id: visit for visit in ledger.visits()}
    assert [by_id[id].pass_ for id in (FIRST, SECOND, UNDONE)] == [None] * 3, "and the rows"
    assert by_id[THIRD].pass_ == OTHER
    assert (by_id[FIRST].party_size, by_id[FIRST].checked_out) == (2, 1_795_507_200_003), "the visit took place"
    with ledger.store.reading() as connection:
        row = connection.execute(select(tables.pass_state)).one()
        assert (row.id, row.issued, row.forgotten, row.forgotten_at) == (PASS, True, True, 1_795_507_200_009)
        assert list(connection.execute(select(tables.entry.c.pass_id).distinct()).scalars()) in (
            [None, pass_subject(OTHER)],
            [pass_subject(OTHER), None],
        )


def test_a_push_that_says_so_forgets_what_came_with_it_and_before(open_ledger: Open) -> None:
    for split in range(len(FACTS)):
        ledger = open_ledger(f"split-{split}")
        lines = [write_entry(entry(seq)).encode() for seq in range(1, len(FACTS) + 1)]
        ledger.absorb(JOURNAL, lines[:split], KIOSK, HOME)
        ledger.absorb(JOURNAL, lines[split:], KIOSK, HOME)

        assert_forgotten(ledger)
        again = ledger.absorb(JOURNAL, lines, KIOSK, HOME)
        assert again.is_whole, "the same journal pushed again, with the hash, is no fork"
        assert_forgotten(ledger)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_kiosk_forgets_in_any_order_of_arrival(open_ledger: Open, order: tuple[int, ...]) -> None:
    """Other kiosks' entries need not come in the order of their journals: the feed may be read again."""
    ledger = open_ledger(f"kiosk-{order}")
    parts = [range(1, 5), range(5, 9), range(9, 10)]

    for part in order:
        ledger.apply_feed([write_entry(entry(seq)).encode() for seq in parts[part]], {})

    assert_forgotten(ledger)


def test_what_this_ledger_wrote_itself_is_forgotten_too(open_ledger: Open) -> None:
    ledger = open_ledger("own")
    ledger.record((FIRST, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)))
    assert ledger.visits()[0].pass_ == HASH

    ledger.record((PASS, PassForgotten()))
    ledger.record((SECOND, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)))

    assert [visit.pass_ for visit in ledger.visits()] == [None, None]
    assert not any(HASH in line for line in lines_of(ledger))
    journal = ledger.start_journal(None)
    assert not any(HASH in line for line in ledger.lines(journal, 0, 10))


def test_venues_are_apart_until_they_are_merged(open_ledger: Open) -> None:
    """The server states at each venue what one of them has learnt; a merge needs no such statement."""
    ledger, other = open_ledger("server"), uuid4()
    ledger.record((FIRST, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)), stream=HOME)
    ledger.record((PASS, PassForgotten()), stream=other)
    assert ledger.visits()[0].pass_ == HASH

    with ledger.store.writing() as connection:
        feed_merge.merge(connection, HOME, other)

    assert [visit.pass_ for visit in ledger.visits()] == [None]
    assert not any(HASH in line for line in lines_of(ledger))


def test_a_release_that_could_not_read_it_forgets_after_the_upgrade(open_ledger: Open) -> None:
    ledger = open_ledger("upgraded")
    ledger.record((FIRST, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)), (PASS, PassForgotten()), stream=HOME)
    with ledger.store.writing() as connection:  # as a release leaves it that does not know this kind
        lines = tables.entry.c
        checked_in = write_entry(entry(2))
        connection.execute(update(tables.entry).where(lines.seq == 1).values(line=checked_in, pass_id=PASS))
        unread = {"subject": None, "quarantined": "unknown kind", "position": None}
        connection.execute(update(tables.entry).where(lines.seq == 2).values(unread))
        connection.execute(tables.pass_state.delete())

    assert list(replay.reread(ledger.store))

    assert not any(HASH in line for line in lines_of(ledger))
    assert ledger.visits()[0].pass_ is None


def test_nothing_undoes_it(open_ledger: Open) -> None:
    ledger = open_ledger("undoing")
    ledger.record((FIRST, VisitCheckedIn(SESSION, 2, 1, pass_=HASH)))
    forgotten, revoked = ledger.record((PASS, PassForgotten()), (PASS, PassRevoked()))
    ledger.record((PASS, ActUndone((forgotten.id, revoked.id))))

    with ledger.store.reading() as connection:
        row = connection.execute(select(tables.pass_state)).one()
    assert row.forgotten and row.revoked and ledger.visits()[0].pass_ is None
