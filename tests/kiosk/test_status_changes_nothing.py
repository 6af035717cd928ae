"""hearth-kiosk status changes nothing in the data folder, whatever its state."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk import status
from kiosk.bootstrap import LEDGER, open_ledger
from sync.data_dir import locked
from sync.domain.events import SessionClosed
from sync.errors import UserError
from sync.ledger import schema
from sync.ledger.maintenance import integrity
from sync.manual_clock import ManualClock
from tests.support.folder_snapshot import as_nobody, set_revision, unchanged


@pytest.fixture
def folder(tmp_path: Path, clock: ManualClock) -> Path:
    """A stopped kiosk's folder with two waiting entries."""
    with closing(open_ledger(tmp_path, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()), (uuid4(), SessionClosed()))
    return tmp_path


@pytest.fixture
def closed_folder(folder: Path) -> Iterator[Path]:
    """The same, read-only; outside pytest's folders, which only their owner can read."""
    closed = Path(f"/var/tmp/hearth-{uuid4()}")
    shutil.copytree(folder, closed)
    (closed / LEDGER).chmod(0o444)
    closed.chmod(0o555)
    yield closed
    closed.chmod(0o755)
    shutil.rmtree(closed)


def status_text(folder: Path, clock: ManualClock) -> str:
    return "\n".join(status.lines(folder, clock))


def test_a_stopped_kiosk(folder: Path, clock: ManualClock) -> None:
    with unchanged(folder):
        assert "entries waiting    2" in status_text(folder, clock)


@pytest.mark.parametrize("revision", ["0001", "0004", "0007"])
def test_a_ledger_of_an_older_release_is_read(folder: Path, clock: ManualClock, revision: str) -> None:
    set_revision(folder / LEDGER, revision)

    with unchanged(folder):
        assert "entries waiting    2" in status_text(folder, clock)


@pytest.mark.parametrize("revision", ["9999", "tomorrow"])
def test_a_ledger_of_a_newer_release_is_an_error(folder: Path, clock: ManualClock, revision: str) -> None:
    set_revision(folder / LEDGER, revision)

    with unchanged(folder), pytest.raises(UserError, match=f"its schema is {revision}.*install that release again"):
        status_text(folder, clock)


def test_a_running_kiosk_of_an_older_release(folder: Path, clock: ManualClock) -> None:
    with locked(folder, "kiosk.lock"), closing(open_ledger(folder, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()))
        with unchanged(folder):
            assert "entries waiting    3" in status_text(folder, clock)
        ledger.record((uuid4(), SessionClosed()))
        assert "entries waiting    4" in status_text(folder, clock)


def test_the_write_ahead_log_after_a_power_cut_stays(
    folder: Path, clock: ManualClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cut = tmp_path_factory.mktemp("cut")
    with closing(open_ledger(folder, clock)) as ledger:
        ledger.record((uuid4(), SessionClosed()))
        for file in folder.glob(f"{LEDGER}*"):
            shutil.copy(file, cut)

    with unchanged(cut):
        assert "entries waiting    3" in status_text(cut, clock)


def test_a_read_only_folder(closed_folder: Path, clock: ManualClock) -> None:
    with unchanged(closed_folder), as_nobody():
        assert "entries waiting    2" in status_text(closed_folder, clock)


def test_an_empty_folder(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "empty").mkdir()

    with unchanged(tmp_path), pytest.raises(UserError, match="there is no kiosk"):
        status_text(tmp_path / "empty", clock)


def test_a_damaged_ledger(folder: Path, clock: ManualClock) -> None:
    (folder / LEDGER).write_bytes(b"x" * 10_000)

    with unchanged(folder):
        assert "damaged" in status_text(folder, clock)


def test_the_check_itself_leaves_nothing_beside_the_file(folder: Path) -> None:
    with unchanged(folder):
        integrity.check(folder / LEDGER, thorough=True)


def test_every_older_revision_can_be_read(folder: Path) -> None:
    assert schema.is_known("0001") and schema.is_known(schema.HEAD)
    assert not schema.is_known("9999") and not schema.is_known("")
