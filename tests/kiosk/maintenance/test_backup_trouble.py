"""A failed backup is not damage of the ledger: the kiosk keeps working, reports the failure, and retries."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kiosk import bootstrap, status
from kiosk.maintenance.thread import EVERY, FIRST_RETRY, IDLE_MS, MaintenanceThread
from kiosk.services import occupancy, sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.settings import KioskSettings
from kiosk.ui.text import phrases
from sync.domain.events import VisitCheckedIn
from sync.ledger.maintenance import backup, integrity
from sync.manual_clock import ManualClock
from tests.support.file_size_limit import file_size_limit

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)


@pytest.fixture
def runtime(tmp_path: Path, clock: ManualClock) -> Iterator[bootstrap.KioskRuntime]:
    (tmp_path / "data").mkdir()
    runtime = bootstrap.build(KioskSettings(), tmp_path / "data", clock)
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], HostSession(UUID(int=1)))
    runtime.context.ledger.record(*[(uuid4(), ARRIVED) for _ in range(300)])
    yield runtime
    runtime.stop()


@pytest.fixture
def folder(runtime: bootstrap.KioskRuntime, tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def no_room() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as disk:
        usage = shutil.disk_usage("/")
        disk.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4096))
        yield


@contextmanager
def in_the_way(backups: Path, make: Callable[[Path], object], undo: Callable[[Path], object]) -> Iterator[None]:
    make(backups)
    yield
    undo(backups)


@contextmanager
def torn_copy() -> Iterator[None]:
    """The copy's disk stores something else than what was written."""
    copy = backup._copy

    def tear(file: Path, unproven: Path) -> None:
        copy(file, unproven)
        with unproven.open("r+b") as out:
            out.seek(3 * 4096)
            out.write(os.urandom(4096))

    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(backup, "_copy", tear)
        yield


def link_to_nowhere(backups: Path) -> None:
    backups.symlink_to(backups.parent / "not there" / "backups")


TROUBLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a disk that is full while it is written": (lambda _: file_size_limit(100_000), "backup failed"),
    "a disk without room": (lambda _: no_room(), "backup full"),
    "a file in its place": (lambda backups: in_the_way(backups, Path.touch, Path.unlink), "backup failed"),
    "a folder on a disk that is gone": (
        lambda backups: in_the_way(backups, link_to_nowhere, Path.unlink),
        "backup failed",
    ),
    "a folder in the place of the copy": (
        lambda backups: in_the_way(backups, lambda at: (at / "unproven.db").mkdir(parents=True), shutil.rmtree),
        "backup failed",
    ),
    "a copy that came out damaged": (lambda _: torn_copy(), "backup failed"),
}  # fmt: skip


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_a_failed_backup_is_shown_and_retried_and_check_in_works(
    runtime: bootstrap.KioskRuntime, folder: Path, clock: ManualClock, trouble: str
) -> None:
    cause, expected = TROUBLES[trouble]
    backups = folder / bootstrap.BACKUPS

    with cause(backups):  # type: ignore[attr-defined]
        runtime.maintenance.run_once()
        assert trouble_shown(runtime.context) == expected
        assert not (backups / "unproven.db").is_file(), "it takes no disk space that the ledger needs"

    assert not integrity.is_suspect(folder / bootstrap.LEDGER)
    assert isinstance(visits.check_in(runtime.context, CheckInRequest(party_size=1, phones=1, kept=0)), CheckedIn)
    assert runtime.maintenance.interval() == FIRST_RETRY

    runtime.maintenance.run_once()

    assert trouble_shown(runtime.context) is None
    assert len(backup.backups(backups)) == 1
    assert runtime.maintenance.interval() == EVERY
    assert "\nbackup " not in "\n".join(status.lines(folder, clock))


def trouble_shown(context: KioskContext) -> str | None:
    return occupancy.read_board(context).health.trouble


def test_status_and_log_name_what_failed(
    runtime: bootstrap.KioskRuntime, folder: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    with no_room():
        for _ in range(3):
            runtime.maintenance.run_once()

    messages = [record.getMessage() for record in caplog.records if "is sound" in record.getMessage()]
    assert len(messages) == 1, "once, not at every attempt"
    assert str(folder / bootstrap.BACKUPS) in messages[0] and os.strerror(errno.ENOSPC) in messages[0]
    output = "\n".join(status.lines(folder, clock))
    assert f"no copy could be made in {folder / bootstrap.BACKUPS}: {os.strerror(errno.ENOSPC)}" in output
    assert "database           sound" in output


def test_the_interval_doubles_up_to_the_usual_one(runtime: bootstrap.KioskRuntime) -> None:
    intervals = []
    with no_room():
        for _ in range(8):
            runtime.maintenance.run_once()
            intervals.append(runtime.maintenance.interval())

    assert intervals[:4] == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY, 8 * FIRST_RETRY]
    assert intervals[-1] == EVERY


def test_damage_of_the_ledger_itself_is_still_found_by_its_backup(
    runtime: bootstrap.KioskRuntime, folder: Path
) -> None:
    file = folder / bootstrap.LEDGER
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as out:
        out.seek(10 * 4096)
        out.write(os.urandom(8 * 4096))

    runtime.maintenance.run_once()

    assert runtime.maintenance.condition.trouble == "damaged"
    assert integrity.is_suspect(file)


def test_damage_is_found_although_no_copy_can_be_made(runtime: bootstrap.KioskRuntime, folder: Path) -> None:
    file = folder / bootstrap.LEDGER
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as out:
        out.seek(10 * 4096)
        out.write(os.urandom(8 * 4096))

    with no_room():
        runtime.maintenance.run_once()

    assert runtime.maintenance.condition.trouble == "damaged"


def test_a_backup_that_fails_does_not_postpone_the_full_check(
    runtime: bootstrap.KioskRuntime, clock: ManualClock
) -> None:
    from kiosk.maintenance.thread import CHECKED

    clock.move(ms=IDLE_MS)
    with no_room():
        runtime.maintenance.run_once()

    assert runtime.context.ledger.recall(CHECKED) == clock.read().at


def test_a_read_error_is_not_reported_as_damage(
    runtime: bootstrap.KioskRuntime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object, **__: object) -> None:
        raise OSError("disk I/O error")

    with monkeypatch.context() as disk:
        disk.setattr(integrity, "check", unreadable)
        runtime.maintenance.run_once()

    assert trouble_shown(runtime.context) == "disk"
    assert not integrity.is_suspect(folder / bootstrap.LEDGER)
    assert isinstance(runtime.maintenance, MaintenanceThread)


@pytest.mark.parametrize("trouble", ["disk", "backup full", "backup failed"])
def test_the_board_has_a_text_for_it(trouble: str) -> None:
    assert phrases.connection(True, 3, trouble) not in {phrases.connection(True, 3), phrases.connection(True, 0)}
