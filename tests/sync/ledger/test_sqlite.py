"""Properties of SQLite alone: a full disk, a read-only folder, durable commits."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from sync.domain.events import VisitCheckedIn
from sync.ledger.hot_path_sql import SqliteHotPath
from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError, open_sqlite

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2, stow="pouch", numbers=(1, 2))


@pytest.mark.parametrize("pages", [0, 1, 2, 3])
def test_a_full_disk_is_an_error_and_nothing_is_half_written(ledger: Ledger, pages: int) -> None:
    ledger.record((uuid4(), ARRIVED))
    with ledger.store.reading() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + pages}")

    confirmed = [visit.id for visit in ledger.present()]
    with pytest.raises(StorageError, match="full"):
        _fill(ledger, confirmed)

    assert {visit.id for visit in ledger.present()} == set(confirmed)
    assert ledger.waiting().count == len(confirmed)


def _fill(ledger: Ledger, confirmed: list[UUID]) -> None:
    for _ in range(1000):
        visit = uuid4()
        ledger.record((visit, ARRIVED))
        confirmed.append(visit)


def test_a_folder_that_cant_be_written_is_an_error(tmp_path: Path, open_ledger: Callable[[str], Ledger]) -> None:
    (tmp_path / "dir.db").mkdir()

    with pytest.raises(StorageError):
        open_ledger("dir")


def test_a_commit_is_on_the_disk_before_record_returns(ledger: Ledger) -> None:
    with ledger.store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert os.path.exists(str(ledger.store.engine.url.database) + "-wal")  # noqa: PTH110


def test_several_threads_that_create_one_file_wait_for_each_other(tmp_path: Path) -> None:
    def make(file: Path, together: threading.Barrier) -> None:
        together.wait()
        open_sqlite(file).close()

    with ThreadPoolExecutor(6) as threads:
        for number in range(20):
            file, together = tmp_path / f"{number}.db", threading.Barrier(6)
            list(threads.map(make, [file] * 6, [together] * 6))


@pytest.mark.parametrize(
    ("query", "index"), [(SqliteHotPath.OPEN, "session_open"), (SqliteHotPath.OUTSTANDING, "visit_outstanding")]
)
def test_reading_open_sessions_and_outstanding_visits_uses_the_partial_indexes(
    ledger: Ledger, query: str, index: str
) -> None:
    """However much was written over the years, the index has only those rows."""
    with ledger.store.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()

    assert f"USING INDEX {index} " in plan[0][-1] + " "
