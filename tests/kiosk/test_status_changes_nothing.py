"""hearth-kiosk status only looks: whatever state the folder is in, it is the same afterwards."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk import status
from kiosk.bootstrap import LEDGER, open_ledger
from sync.data_dir import held
from sync.domain.events import SessionClosed
from sync.errors import UserError
from sync.ledger import schema
from sync.ledger.maintenance import integrity
from sync.manual_clock import ManualClock
from tests.support.folder_snapshot import as_nobody, set_revision, unchanged


@pytest.fixture
def folder(tmp_path: Path, clock: ManualClock) -> Path:
    """A kiosk that has stopped, with two entries that wait."""
    with closing(open_ledger(tmp_path, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()), (uuid4(), SessionClosed()))
    return tmp_path


@pytest.fixture
def closed_folder(folder: Path) -> Iterator[Path]:
    """The same where nobody may write; pytest's own folders are the owner's alone."""
    closed = Path(f"/var/tmp/hearth-{uuid4()}")
    shutil.copytree(folder, closed)
    (closed / LEDGER).chmod(0o444)
    closed.chmod(0o555)
    yield closed
    closed.chmod(0o755)
    shutil.rmtree(closed)


def status_text(folder: Path, clock: ManualClock) -> str:
    return "\n".join(status.lines(folder, clock))


def test_of_a_kiosk_that_has_stopped(folder: Path, clock: ManualClock) -> None:
    with unchanged(folder):
        assert "entries waiting    2" in status_text(folder, clock)


@pytest.mark.parametrize("revision", ["0001", "0004", "0007"])
def test_of_one_that_an_older_release_has_left_it_reads_what_there_is(
    folder: Path, clock: ManualClock, revision: str
) -> None:
    set_revision(folder / LEDGER, revision)

    with unchanged(folder):
        assert "entries waiting    2" in status_text(folder, clock)


@pytest.mark.parametrize("revision", ["9999", "tomorrow"])
def test_of_one_that_a_newer_release_has_made_it_says_what_to_do(
    folder: Path, clock: ManualClock, revision: str
) -> None:
    set_revision(folder / LEDGER, revision)

    with unchanged(folder), pytest.raises(UserError, match=f"its schema is {revision}.*install that release again"):
        status_text(folder, clock)


def test_while_the_kiosk_runs_and_has_not_been_upgraded(folder: Path, clock: ManualClock) -> None:
    with held(folder, "kiosk.lock"), closing(open_ledger(folder, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()))
        with unchanged(folder):
            assert "entries waiting    3" in status_text(folder, clock)
        ledger.record((uuid4(), SessionClosed()))
        assert "entries waiting    4" in status_text(folder, clock)


def test_after_a_power_cut_its_log_stays(
    folder: Path, clock: ManualClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cut = tmp_path_factory.mktemp("cut")
    with closing(open_ledger(folder, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()))
        for file in folder.glob(f"{LEDGER}*"):
            shutil.copy(file, cut)

    with unchanged(cut):
        assert "entries waiting    3" in status_text(cut, clock)


def test_in_a_folder_that_cannot_be_written(closed_folder: Path, clock: ManualClock) -> None:
    with unchanged(closed_folder), as_nobody():
        assert "entries waiting    2" in status_text(closed_folder, clock)


def test_of_nothing(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "empty").mkdir()

    with unchanged(tmp_path), pytest.raises(UserError, match="there is no kiosk"):
        status_text(tmp_path / "empty", clock)


def test_of_a_damaged_one(folder: Path, clock: ManualClock) -> None:
    (folder / LEDGER).write_bytes(b"x" * 10_000)

    with unchanged(folder):
        assert "damaged" in status_text(folder, clock)


def test_the_check_itself_leaves_nothing_beside_the_file(folder: Path) -> None:
    with unchanged(folder):
        integrity.check(folder / LEDGER, thorough=True)


def test_the_revisions_that_can_be_read_are_known(folder: Path) -> None:
    assert schema.is_known("0001") and schema.is_known(schema.HEAD)
    assert not schema.is_known("9999") and not schema.is_known("")
