"""A full or read-only disk is an error at every step, nothing unstored is confirmed, and it works again later."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, event

from kiosk import bootstrap
from kiosk.services import sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckedOut, CheckInRequest, SteppedOut
from kiosk.settings import KioskSettings
from sync.domain.visit import visit_of
from sync.errors import UserError
from sync.ledger.store import StorageError
from sync.manual_clock import ManualClock
from tests.support.file_size_limit import file_size_limit
from tests.support.ledger_invariants import assert_adds_up, assert_sound
from tests.support.soak import SOAKING, figure

HOST = HostSession(UUID(int=1))
STEP = 120 if SOAKING else 4157  # bytes between one full disk and the next; a page of the log has 4120
Confirmed = list[tuple[str, UUID]]


@pytest.fixture
def context(tmp_path: Path, clock: ManualClock) -> Iterator[KioskContext]:
    """A kiosk with an open session."""
    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], HOST)
    yield runtime.context
    runtime.stop()


def evening(context: KioskContext, confirmed: Confirmed) -> None:
    """Check in, take a break, check out; each step is noted after it was confirmed."""
    welcomed = visits.check_in(context, CheckInRequest(party_size=1, phones=1, kept=0))
    assert isinstance(welcomed, CheckedIn)
    visit = visit_of(welcomed.slip)
    confirmed.append(("visit.checked_in", visit))
    assert isinstance(visits.toggle_break(context, welcomed.code), SteppedOut)
    confirmed.append(("phone.taken", visit))
    assert isinstance(visits.check_out(context, welcomed.code), CheckedOut)
    confirmed.append(("visit.checked_out", visit))
    visits.record_pulse(context, visit, "after", 5)
    confirmed.append(("pulse.given", visit))


def everybody_leaves(context: KioskContext, confirmed: Confirmed) -> None:
    """Check out all interrupted visits."""
    for visit in context.ledger.present():
        assert isinstance(visits.check_out(context, visit.code), CheckedOut)
        confirmed.append(("visit.checked_out", visit.id))


def assert_kept(context: KioskContext, folder: Path, confirmed: Confirmed) -> None:
    """Everything confirmed is there once, and the rows are what the entries fold into."""
    assert_sound(folder / bootstrap.LEDGER)
    stored = Counter((entry.kind, entry.subject) for entry in assert_adds_up(context.ledger))
    assert [stored[visit] for visit in confirmed] == [1] * len(confirmed)


@contextmanager
def each_connection(context: KioskContext, pragma: Callable[[Connection], str], undo: str) -> Iterator[None]:
    """Every transaction begins with this pragma; ``undo`` is another, afterwards."""
    now: list[Callable[[Connection], str]] = [pragma]

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA {now[0](connection)}")

    event.listen(context.ledger.store.engine, "begin", begin)
    try:
        yield
    finally:
        now[0] = lambda _: undo
        with context.ledger.store.reading():
            pass
        event.remove(context.ledger.store.engine, "begin", begin)


def until_trouble(context: KioskContext, confirmed: Confirmed) -> bool:
    """Whether anything failed during an evening."""
    try:
        evening(context, confirmed)
    except StorageError:
        return True
    return False


def room_for_an_evening(context: KioskContext, length: int, confirmed: Confirmed) -> bool:
    """Whether an evening fits into a write-ahead log of that size, which is empty at first."""
    with closing(context.ledger.store.engine.raw_connection()) as plain:
        plain.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file_size_limit(length):
        return not until_trouble(context, confirmed)


def test_a_disk_that_is_full_at_any_byte_of_an_evening(context: KioskContext, tmp_path: Path) -> None:
    confirmed: Confirmed = []
    troubles = 0
    while not room_for_an_evening(context, troubles * STEP, confirmed):
        troubles += 1
        everybody_leaves(context, confirmed)  # the disk has space again
        evening(context, confirmed)

    assert troubles > 20
    assert_kept(context, tmp_path, confirmed)
    figure(f"full disk: full at {troubles:,} places of a check-in, break, check-out and pulse; nothing half, none lost")


def test_a_database_that_may_not_grow(context: KioskContext, tmp_path: Path) -> None:
    confirmed: Confirmed = []

    def no_page_more(connection: Connection) -> str:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return f"max_page_count={pages}"

    with each_connection(context, no_page_more, "max_page_count=1000000"):
        evenings = next(count for count in range(10_000) if until_trouble(context, confirmed))
    evening(context, confirmed)

    assert evenings < 10_000
    assert_kept(context, tmp_path, confirmed)


@pytest.mark.parametrize("steps", range(4))
def test_a_disk_that_becomes_read_only_after_so_many_steps(context: KioskContext, tmp_path: Path, steps: int) -> None:
    confirmed: Confirmed = []

    def after_some(_: Connection) -> str:
        return f"query_only={'ON' if len(confirmed) >= steps else 'OFF'}"

    with each_connection(context, after_some, "query_only=OFF"):
        assert until_trouble(context, confirmed)
        assert len(confirmed) == steps
    evening(context, confirmed)

    assert_kept(context, tmp_path, confirmed)


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if not file.name.endswith(("-wal", "-shm"))}


def test_a_full_disk_at_the_start_is_no_reason_to_set_the_database_aside(tmp_path: Path, clock: ManualClock) -> None:
    runtime = bootstrap.build(KioskSettings(), tmp_path, clock)
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], HOST)
    confirmed: Confirmed = []
    evening(runtime.context, confirmed)
    runtime.stop()
    before = files(tmp_path)

    with file_size_limit(0), pytest.raises((UserError, StorageError)):
        bootstrap.build(KioskSettings(), tmp_path, clock)

    assert files(tmp_path) == before
    again = bootstrap.build(KioskSettings(), tmp_path, clock)
    assert_kept(again.context, tmp_path, confirmed)
    again.stop()


def test_a_locked_database_at_the_start_is_no_reason_to_set_it_aside(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.build(KioskSettings(), tmp_path, clock).stop()
    before = files(tmp_path)

    with closing(sqlite3.connect(tmp_path / bootstrap.LEDGER, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises((UserError, StorageError)):
            bootstrap.build(KioskSettings(), tmp_path, clock)
    assert files(tmp_path) == before
