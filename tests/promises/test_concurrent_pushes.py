"""Concurrent pushes: neither gaps nor duplicates, and the same rows as one after another."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from sync.domain.events import (
    ClockAnchored,
    Entry,
    Event,
    PhoneReturned,
    PhoneTaken,
    SessionClosed,
    SessionOpened,
    Stamp,
    VisitAmended,
    VisitCheckedIn,
    VisitCheckedOut,
    read_entry,
    write_body,
    write_entry,
)
from sync.domain.ids import uuid7
from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError, open_postgres, open_sqlite
from sync.manual_clock import ManualClock
from tests.support.postgres_server import PostgresServer

NOON = 1_795_521_600_000
MINUTE = 60_000
HELD_S = 0.1  # how long the second push is given to pass the first, which it must not
SESSION, ANOTHER, VISIT, VENUE = (UUID(int=at) for at in (1, 2, 3, 4))
BOOT = uuid4()

OPENED = SessionOpened(zone="main", title="Open hours", session_kind="open_hours")
ARRIVED = VisitCheckedIn(session=SESSION, party_size=2, phones=2)
Open = Callable[[str], Ledger]


class Kiosk:
    """Writes one journal by hand."""

    def __init__(self) -> None:
        self.id, self.journal, self.lines = uuid4(), uuid4(), list[bytes]()

    def write(self, subject: UUID, event: Event, minutes: int = 0, *, sure: bool = True) -> "Kiosk":
        seq, at = len(self.lines) + 1, NOON + minutes * MINUTE
        stamp = Stamp(BOOT, minutes * MINUTE + 5 * MINUTE, sure)
        entry = Entry(
            id=uuid7(at), journal=self.journal, seq=seq, tick=100 + minutes, kind=event.kind, v=event.v,
            subject=subject, at=at, clock=stamp, body=write_body(event),
        )  # fmt: skip
        self.lines.append(write_entry(entry).encode())
        return self

    def push(self, server: Ledger, then: Callable[..., None] | None = None, lines: slice = slice(None)) -> int:
        return server.absorb(self.journal, self.lines[lines], self.id, VENUE, then).acknowledged


@pytest.fixture
def plain(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """Stores one push after the other, on SQLite whatever the other engine is."""
    with closing(Ledger(open_sqlite(tmp_path / "plain.db"), clock)) as ledger:
        yield ledger


def rows(ledger: Ledger) -> list[Any]:
    """Everything that was folded."""
    return [*ledger.visits(), *[ledger.session(session) for session in (SESSION, ANOTHER)]]


def meanwhile(first: Kiosk, second: Kiosk, server: Ledger) -> None:
    """The second pushes while the first has written, but not yet committed."""
    failures: list[Exception] = []

    def push() -> None:
        try:
            second.push(server)
        except Exception as error:  # noqa: BLE001 - raised below, on the test's own thread
            failures.append(error)

    thread = threading.Thread(target=push)

    def then(*_: object) -> None:
        thread.start()
        thread.join(HELD_S)

    first.push(server, then)
    thread.join()
    assert failures == []


def early() -> Kiosk:
    return Kiosk().write(VISIT, VisitCheckedOut(), 10)


def late() -> Kiosk:
    return Kiosk().write(VISIT, VisitCheckedOut(), 40)


def arriving() -> Kiosk:
    return Kiosk().write(VISIT, ARRIVED, 1)


def arriving_unsure() -> Kiosk:
    return Kiosk().write(VISIT, ARRIVED, 1, sure=False)


def ending() -> Kiosk:
    return Kiosk().write(SESSION, SessionClosed(), 30)


def moving() -> Kiosk:
    return Kiosk().write(VISIT, VisitAmended(session=ANOTHER), 5)


def ending_another() -> Kiosk:
    return Kiosk().write(ANOTHER, SessionClosed(), 20)


def anchoring() -> Kiosk:
    return Kiosk().write(uuid4(), ClockAnchored(BOOT, NOON - MINUTE, "ntp", 5), 2)


PAIRS = [
    (early, late),
    (arriving, early),
    (arriving, ending),
    (ending, late),
    (ending, early),
    (moving, ending_another),
    (moving, ending),
    (arriving_unsure, anchoring),
    (anchoring, early),
    (anchoring, ending),
]


@pytest.mark.parametrize("pair", [*PAIRS, *[(second, first) for first, second in PAIRS]])
@pytest.mark.parametrize("is_in", [True, False])
def test_two_at_once_give_the_rows_of_one_after_another(
    open_ledger: Open, plain: Ledger, pair: tuple[Callable[[], Kiosk], Callable[[], Kiosk]], is_in: bool
) -> None:
    server = open_ledger("server")
    before = Kiosk().write(SESSION, OPENED, -2)
    if is_in:
        before.write(VISIT, VisitCheckedIn(session=SESSION, party_size=3, phones=2), -1, sure=False)
    first, second = pair[0](), pair[1]()

    before.push(server)
    meanwhile(first, second, server)

    for kiosk in (before, first, second):
        kiosk.push(plain)
    assert rows(server) == rows(plain)


def test_a_journal_that_two_begin_at_once_has_every_entry_once(open_ledger: Open) -> None:
    server, kiosk = open_ledger("server"), Kiosk()
    for minutes in range(50):
        kiosk.write(uuid4(), ARRIVED, minutes)

    meanwhile(kiosk, kiosk, server)

    assert [read_entry(line).seq for line in server.lines(kiosk.journal, 0, 100)] == list(range(1, 51))
    assert len(server.visits()) == 50


def test_many_pushes_of_the_same_lines_in_pieces_end_dense(open_ledger: Open) -> None:
    server, kiosk = open_ledger("server"), Kiosk()
    for minutes in range(60):
        kiosk.write(uuid4(), ARRIVED, minutes)
    together = threading.Barrier(4)

    def push(step: int) -> int:
        together.wait()
        return [kiosk.push(server, lines=slice(end - step, end)) for end in range(step, 61, step)][-1]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(push, (5, 10, 15, 20))) == [60] * 4

    assert [read_entry(line).seq for line in server.lines(kiosk.journal, 0, 100)] == list(range(1, 61))
    assert server.feed(VENUE, 0, 100, uuid4()).position == 60


def test_a_busy_evening_of_four_kiosks_adds_up(open_ledger: Open, plain: Ledger) -> None:
    """They all write about the same few visits and sessions, without a deadlock."""
    server, kiosks = open_ledger("server"), [Kiosk() for _ in range(4)]
    for seed, kiosk in enumerate(kiosks):
        for minutes, (subject, event) in enumerate(_evening(random.Random(seed))):
            kiosk.write(subject, event, minutes, sure=minutes % 3 == 0)

    def push(kiosk: Kiosk) -> None:
        for end in range(3, len(kiosk.lines) + 1, 3):
            assert kiosk.push(server, lines=slice(end - 3, end)) == end

    with ThreadPoolExecutor(len(kiosks)) as threads:
        list(threads.map(push, kiosks))

    for kiosk in kiosks:
        kiosk.push(plain)
    assert rows(server) == rows(plain)


def _evening(chance: random.Random) -> Iterator[tuple[UUID, Event]]:
    visits = [UUID(int=at) for at in range(10, 18)]
    for _ in range(60):
        session = chance.choice((SESSION, ANOTHER))
        arrived = VisitCheckedIn(session=session, party_size=2, phones=2)
        about_visit = (arrived, VisitCheckedOut(), VisitAmended(party_size=5), PhoneTaken(), PhoneReturned())
        match chance.randrange(10):
            case 0:
                yield session, chance.choice((OPENED, SessionClosed()))
            case 1:
                yield uuid4(), ClockAnchored(BOOT, NOON - chance.randrange(MINUTE), "ntp", chance.randrange(1, 50))
            case _:
                yield chance.choice(visits), chance.choice(about_visit)


def test_a_failed_push_leaves_nothing(open_ledger: Open) -> None:
    server, kiosk = open_ledger("server"), arriving()

    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        kiosk.push(server, refuse)

    assert (server.lines(kiosk.journal, 0, 10), server.visits()) == ([], [])
    assert kiosk.push(server) == 1


def test_two_threads_that_record_write_one_dense_journal(open_ledger: Open) -> None:
    ledger = open_ledger("own")

    def record(_: int) -> None:
        ledger.record((uuid4(), ARRIVED))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(record, range(40)))

    waiting = ledger.waiting()
    assert waiting.journal is not None
    entries = [read_entry(line) for line in ledger.lines(waiting.journal, 0, 100)]
    assert [entry.seq for entry in entries] == [entry.tick for entry in entries] == list(range(1, 41))


def test_a_cut_connection_raises_storage_error_and_the_next_one_works(
    postgres_server: PostgresServer, clock: ManualClock
) -> None:
    kiosk = arriving()
    with (
        postgres_server.database() as name,
        closing(Ledger(open_postgres(postgres_server.address(name)), clock)) as server,
    ):

        def cut(connection: Connection, _: object) -> None:
            me = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with server.store.writing_concurrently() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({me})")

        with pytest.raises(StorageError):
            kiosk.push(server, cut)

        assert kiosk.push(server) == 1
        assert len(server.visits()) == 1
