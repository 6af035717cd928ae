"""The live file is checked to the last page when the room is quiet, once a day, and makes way for whoever comes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk import bootstrap, status
from kiosk.maintenance import rebuild
from kiosk.maintenance.thread import CHECKED, FULL_EVERY_MS, QUIET_MS, MaintenanceThread
from kiosk.services import occupancy
from kiosk.services.context import KioskContext, VenueProfile
from sync.allocation.kiosk_side import KioskAllocation
from sync.domain.events import VisitCheckedIn
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity
from sync.manual_clock import ManualClock

ARRIVED = VisitCheckedIn(session=uuid4(), party_size=2, phones=2)
HOUSE = VenueProfile("Mill café", "main", ZoneInfo("UTC"), 40, "from the shelf", None, paired=True, templates=())
QUIET = QUIET_MS / 60_000


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
    """What only a full check sees: two indexes stand where the other should."""
    with closing(sqlite3.connect(file)) as connection:
        found = (
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'visit' AND sql IS NOT NULL"
        )
        (one, here), (other, there) = connection.execute(f"{found} LIMIT 2").fetchall()
        connection.execute("PRAGMA writable_schema = ON")
        for name, root in ((one, there), (other, here)):
            connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (root, name))
        connection.commit()
    integrity.check(file)
    with pytest.raises(integrity.Damaged):
        integrity.check(file, thorough=True)


def test_a_sound_file_is_checked_once_a_day_when_it_is_quiet(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock
) -> None:
    maintenance.tend()
    assert ledger.recall(CHECKED) is None, "somebody may still be there"

    clock.move(minutes=QUIET)
    maintenance.tend()
    first = ledger.recall(CHECKED)
    clock.move(minutes=QUIET)
    maintenance.tend()

    assert first == ledger.recall(CHECKED) == clock.read().at - QUIET_MS
    clock.move(ms=FULL_EVERY_MS)
    maintenance.tend()
    assert ledger.recall(CHECKED) == clock.read().at


def test_a_touch_puts_it_off(ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock) -> None:
    clock.move(minutes=QUIET)
    maintenance.touched()

    maintenance.tend()

    assert ledger.recall(CHECKED) is None


def test_it_makes_way_for_whoever_comes(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = integrity.check

    def touched_meanwhile(*given: object, **more: object) -> None:
        if more.get("stop"):
            clock.move(ms=1)
            maintenance.touched()
        check(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(integrity, "STEPS", 1)
    monkeypatch.setattr(integrity, "check", touched_meanwhile)
    clock.move(minutes=QUIET)

    maintenance.tend()

    assert ledger.recall(CHECKED) is None


def test_damage_leads_to_a_rebuilding_at_the_next_start_and_nothing_is_lost(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, file: Path
) -> None:
    before = ledger.visits()
    swap_indexes(file)
    clock.move(minutes=QUIET)

    maintenance.tend()
    assert "damaged" in "\n".join(status.lines(file.parent, clock))
    assert told_host(ledger) == "damaged"
    ledger.record((uuid4(), ARRIVED))  # the door works on
    ledger.close()

    with closing(bootstrap.open_ledger(file.parent, clock)) as again:
        assert {visit.id for visit in before} < {visit.id for visit in again.visits()}
        assert len(again.visits()) == len(before) + 1
        assert told_host(again) != "damaged"
    integrity.check(file, thorough=True)
    assert not integrity.is_suspect(file)
    assert "rebuilt with 51 facts" in "\n".join(status.lines(file.parent, clock))


def told_host(ledger: Ledger) -> str | None:
    return occupancy.read_board(KioskContext(ledger, HOUSE, KioskAllocation(ledger, HOUSE.pouches))).health.trouble


def test_a_false_alarm_rebuilds_nothing(
    ledger: Ledger, maintenance: MaintenanceThread, clock: ManualClock, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once(*_: object, **__: object) -> None:
        raise integrity.Damaged("a read went wrong once")

    with monkeypatch.context() as moment:
        moment.setattr(backup, "backup", once)
        maintenance.tend()
    assert told_host(ledger) == "damaged"
    ledger.close()

    with closing(bootstrap.open_ledger(file.parent, clock)) as again:
        assert told_host(again) is None

    assert not integrity.is_suspect(file)
    assert not list(file.parent.glob("*.damaged-*"))


@pytest.mark.parametrize("moved", [1, 2, 4])
def test_a_power_cut_in_the_middle_of_a_rebuilding_costs_nothing(
    ledger: Ledger, clock: ManualClock, file: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    """The new file is written; the old one is moved, but not its side files; only the new one's name is missing."""
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


def test_what_the_old_file_left_beside_it_is_never_taken_for_the_new_ones(ledger: Ledger, file: Path) -> None:
    ledger.close()
    file.rename(file.with_name("kiosk.db.new"))
    file.with_name("kiosk.db-wal").write_bytes(b"of the old one")

    rebuild.resume(file)

    assert file.exists() and not file.with_name("kiosk.db-wal").exists()
    assert file.with_name("kiosk.db.damaged-1-wal").read_bytes() == b"of the old one"
