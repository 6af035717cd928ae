"""A damaged file is renamed and never deleted, and what can be read of it and its backups is rescued."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from sync.domain.events import SessionOpened, VisitCheckedIn
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity, rescue

PAGE = 4096
ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)


@pytest.fixture
def file(ledger: Ledger, tmp_path: Path) -> Path:
    """A ledger of 300 visits on disk, closed."""
    ledger.record((uuid4(), SessionOpened(zone="main", title="Open hours", session_kind="open_hours")))
    for _ in range(60):
        ledger.record(*[(uuid4(), ARRIVED) for _ in range(5)])
    ledger.remember("hosts", [{"id": "one"}])
    ledger.close()
    return tmp_path / "ledger.db"


def damage(file: Path, pages: range | list[int]) -> None:
    with file.open("r+b") as out:
        for page in pages:
            out.seek(page * PAGE)
            out.write(random.Random(page).randbytes(PAGE))


def test_a_sound_file_passes_the_check(file: Path) -> None:
    integrity.check(file)
    integrity.check(file, thorough=True)


def test_damage_is_found(file: Path) -> None:
    damage(file, range(3, 12))

    with pytest.raises(integrity.Damaged):
        integrity.check(file)


def test_a_file_that_is_not_a_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"x" * 10_000)

    with pytest.raises(integrity.Damaged):
        integrity.check(tmp_path / "no.db")


def test_a_file_that_cant_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unable to open"):
        integrity.check(tmp_path / "nowhere" / "no.db")


def test_a_backup_of_a_database_in_use_is_checked_and_the_newest_two_are_kept(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(1, 5):
        ledger.record((uuid4(), ARRIVED))
        made = backup.backup(tmp_path / "ledger.db", tmp_path / "backups")
        with closing(sqlite3.connect(made)) as copy:
            assert copy.execute("SELECT count(*) FROM entry").fetchone() == (number,)

    assert [copy.name for copy in backup.backups(tmp_path / "backups")] == ["00000004.db", "00000003.db"]


def test_no_backup_replaces_a_good_one_by_a_damaged_one(file: Path, tmp_path: Path) -> None:
    good = backup.backup(file, tmp_path / "backups")
    damage(file, range(3, 12))

    with pytest.raises(integrity.Damaged):
        backup.backup(file, tmp_path / "backups")

    assert backup.backups(tmp_path / "backups") == [good]


def test_setting_aside_deletes_nothing(file: Path) -> None:
    for number in (1, 2):
        content = file.read_bytes()
        aside = integrity.set_aside(file)
        assert aside.name == f"ledger.db.damaged-{number}"
        assert aside.read_bytes() == content
        file.write_bytes(b"another")


def test_everything_is_rescued_from_a_sound_file(file: Path) -> None:
    rescued = rescue.rescue([file])

    assert len(rescued.entries) == 301
    assert rescued.local["hosts"] == [{"id": "one"}]


@pytest.mark.parametrize("page", [2, 5, 9, 20, 33, 50])
def test_a_damaged_page_costs_only_its_own_rows(file: Path, page: int) -> None:
    damage(file, [page])

    assert len(rescue.rescue([file]).entries) >= 290


def test_what_the_file_lost_its_backup_has(file: Path, tmp_path: Path) -> None:
    good = backup.backup(file, tmp_path / "backups")
    damage(file, range(0, 400, 3))

    assert len(rescue.rescue([file, good]).entries) == 301


def test_a_rebuilt_ledger_has_the_same_rows(file: Path, open_ledger: Callable[[str], Ledger]) -> None:
    before = open_ledger("ledger").visits()

    rescued = rescue.rescue([file])
    rebuilt = open_ledger("rebuilt")
    rebuilt.import_entries(rescued.entries.values(), rescued.local)

    assert {visit.id for visit in rebuilt.visits()} == {visit.id for visit in before}
    assert rebuilt.waiting().count == 301
    assert rebuilt.recall("hosts") == [{"id": "one"}]
