"""The full integrity check runs once a day while the kiosk is idle, and is cancelled by a touch."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk import bootstrap, status
from kiosk.maintenance import rebuild
from kiosk.maintenance.thread import CHECKED, FULL_EVERY_MS, IDLE_MS, MaintenanceThread
from kiosk.services import occupancy
from kiosk.services.context import KioskContext, VenueProfile
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import VisitCheckedIn
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity
from sync.manual_clock import ManualClock

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)
PROFILE = VenueProfile("Mill café", "main", ZoneInfo("UTC"), 40, "from the shelf", None, paired=True, templates=())
IDLE_MINUTES = IDLE_MS / 60_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / bootstrap.LEDGER


@pytest.fixture
def ledger(file: Path, clock: ManualClock) -> Iterator[Ledger]:
    with closing(bootstrap.open_ledger(file.parent, clock)) as ledger:
        ledger.record(*[(uuid4(), ARRIVED) for _ in range(50)])
        yield ledger


@pytest.fixture
def maintenance(ledger: Ledger, file: Path, tmp_path: Path) -> MaintenanceThread:
    return MaintenanceThread(ledger, file, tmp_path / bootstrap.BACKUPS)


def swap_indexes(file: Path) -> None:
    """Damage that only a full check detects: two indexes with their root pages swapped."""
    with closing(sqlite3.connect(file)) as connection:
        query = (
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'visit' AND sql IS NOT NULL"
        )
        (first, first_root), (second, second_root) = connection.execute(f"{query} LIMIT 2").fetchall()
        connection.execute("PRAGMA writable_schema = ON")
        for name, root in ((first, second_root), (second, first_root)):
            connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (root, name))
        connection.commit()
    integrity.check(file)
    with pytest.raises(integrity.Damaged):
        integrity.check(file, thorough=True)


def test_a_sound_file_is_checked_once_a_day_while_idle(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock
) -> None:
    maintenance.run_once()
    assert ledger.recall(CHECKED) is None, "the kiosk has not been idle for long enough"

    clock.move(minutes=IDLE_MINUTES)
    maintenance.run_once()
    first = ledger.recall(CHECKED)
    clock.move(minutes=IDLE_MINUTES)
    maintenance.run_once()

    assert first == ledger.recall(CHECKED) == clock.read().at - IDLE_MS
    clock.move(ms=FULL_EVERY_MS)
    maintenance.run_once()
    assert ledger.recall(CHECKED) == clock.read().at


def test_a_touch_postpones_the_check(ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock) -> None:
    clock.move(minutes=IDLE_MINUTES)
    maintenance.note_activity()

    maintenance.run_once()

    assert ledger.recall(CHECKED) is None


def test_a_touch_cancels_a_check_in_progress(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = integrity.check

    def check_with_a_touch(*args: object, **kwargs: object) -> None:
        if kwargs.get("stop"):
            clock.move(ms=1)
            maintenance.note_activity()
        check(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(integrity, "STEPS", 1)
    monkeypatch.setattr(integrity, "check", check_with_a_touch)
    clock.move(minutes=IDLE_MINUTES)

    maintenance.run_once()

    assert ledger.recall(CHECKED) is None


def test_damage_leads_to_a_rebuild_at_the_next_start_without_loss(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, file: Path
) -> None:
    before = ledger.visits()
    swap_indexes(file)
    clock.move(minutes=IDLE_MINUTES)

    maintenance.run_once()
    assert "damaged" in "\n".join(status.lines(file.parent, clock))
    assert trouble_shown(ledger) == "damaged"
    ledger.record((uuid4(), ARRIVED))  # check-in still works
    ledger.close()

    with closing(bootstrap.open_ledger(file.parent, clock)) as again:
        assert {visit.id for visit in before} < {visit.id for visit in again.visits()}
        assert len(again.visits()) == len(before) + 1
        assert trouble_shown(again) != "damaged"
    integrity.check(file, thorough=True)
    assert not integrity.is_suspect(file)
    assert "rebuilt with 51 facts" in "\n".join(status.lines(file.parent, clock))


def trouble_shown(ledger: Ledger) -> str | None:
    return occupancy.read_board(KioskContext(ledger, PROFILE, KioskAllocation(ledger, PROFILE.pouches))).health.trouble


def test_a_false_alarm_rebuilds_nothing(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once(*_: object, **__: object) -> None:
        raise integrity.Damaged("a read went wrong once")

    with monkeypatch.context() as moment:
        moment.setattr(backup, "backup", once)
        maintenance.run_once()
    assert trouble_shown(ledger) == "damaged"
    ledger.close()

    with closing(bootstrap.open_ledger(file.parent, clock)) as again:
        assert trouble_shown(again) is None

    assert not integrity.is_suspect(file)
    assert not list(file.parent.glob("*.damaged-*"))


@pytest.mark.parametrize("moved", [1, 2, 4])
def test_a_power_cut_during_a_rebuild_loses_nothing(
    ledger: Ledger, clock: ManualClock, file: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """Cut before the old file is moved, before its journals are, and before the new one is renamed."""
    swap_indexes(file)
    ledger.close()
    integrity.mark_suspect(file, integrity.Damaged("its indexes are wrong"))
    rename, renamed = Path.rename, 0

    def cut(self: Path, target: Path) -> Path:
        nonlocal renamed
        renamed += 1
        if renamed == moved:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as power:
        power.setattr(Path, "rename", cut)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.open_ledger(file.parent, clock)

    with closing(bootstrap.open_ledger(file.parent, clock)) as again:
        assert len(again.visits()) == 50
    assert len(list(file.parent.glob("*.damaged-1"))) == 1


def test_the_old_files_journals_are_never_applied_to_the_new_one(ledger: Ledger, file: Path) -> None:
    ledger.close()
    file.rename(file.with_name("kiosk.db.new"))
    file.with_name("kiosk.db-wal").write_bytes(b"of the old one")

    rebuild.resume(file)

    assert file.exists() and not file.with_name("kiosk.db-wal").exists()
    assert file.with_name("kiosk.db.damaged-1-wal").read_bytes() == b"of the old one"
