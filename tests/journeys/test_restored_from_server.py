"""A damaged ledger is completed from the server, without counting anything twice."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import bootstrap, status
from kiosk.__main__ import main
from kiosk.bootstrap import KioskRuntime
from kiosk.demo.demo_server import DemoServer
from kiosk.services import hosts, occupancy, sessions, visits
from kiosk.services.records.visitor_records import CheckedIn, CheckedOut, CheckInRequest
from kiosk.settings import KioskSettings
from sync.client.replicator import Pace
from sync.domain.visit import Visit
from sync.manual_clock import ManualClock


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    """A real server, as a process."""
    (tmp_path / "server").mkdir()
    server = DemoServer(tmp_path / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kiosk").mkdir()
    return tmp_path / "kiosk"


def pair(server: DemoServer, folder: Path) -> None:
    code = server.run("pair", "--venue", "Mill café").splitlines()[-1]
    assert main(["pair", "--server", server.url, "--code", code, "--data", str(folder)]) == 0


def start_kiosk(folder: Path, clock: ManualClock) -> KioskRuntime:
    return bootstrap.build(KioskSettings(), folder, clock, Pace(batch=3))


def send(runtime: KioskRuntime) -> None:
    assert runtime.replicator is not None
    runtime.replicator.exchange()


def check_in(runtime: KioskRuntime) -> CheckedIn:
    welcomed = visits.check_in(runtime.context, CheckInRequest(2, 1, 1))
    assert isinstance(welcomed, CheckedIn)
    return welcomed


def evening(runtime: KioskRuntime, clock: ManualClock) -> tuple[CheckedIn, list[Visit]]:
    """Check in two parties before the backup and three after it, and send all. Returns an open and all visits."""
    host = hosts.set_first_pin(runtime.context, "482913")
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], host)
    early = [check_in(runtime) for _ in range(2)]
    runtime.maintenance.run_once()
    clock.move(minutes=20)
    late = [check_in(runtime) for _ in range(3)]
    clock.move(minutes=40)
    for party in (early[0], late[0]):
        assert isinstance(visits.check_out(runtime.context, party.code), CheckedOut)
    send(runtime)
    return late[-1], runtime.context.ledger.visits()


def destroy(folder: Path) -> None:
    """Overwrite every page of the file."""
    file = folder / bootstrap.LEDGER
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


def reported(server: DemoServer) -> dict[str, int]:
    report = json.loads(server.run("report", "--from", "2026-11-24", "--to", "2026-11-24", "--format", "json"))
    (row,) = report["rows"]
    return {name: row[name] for name in ("sessions", "visits", "people")}


def ids(visits: list[Visit]) -> set[tuple[object, ...]]:
    return {(visit.id, visit.code, visit.numbers, visit.checked_in, visit.checked_out) for visit in visits}


def test_facts_that_are_in_no_backup_are_restored_from_the_server(
    server: DemoServer, folder: Path, clock: ManualClock
) -> None:
    pair(server, folder)
    runtime = start_kiosk(folder, clock)
    still_in, before = evening(runtime, clock)
    runtime.stop()
    destroy(folder)

    runtime = start_kiosk(folder, clock)
    assert len(runtime.context.ledger.visits()) == 2, "the backup had these"
    send(runtime)

    assert ids(runtime.context.ledger.visits()) == ids(before)
    assert len(runtime.context.ledger.open_sessions()) == 1
    assert runtime.context.ledger.waiting().count == 0
    assert isinstance(visits.check_out(runtime.context, still_in.code), CheckedOut)
    check_in(runtime)
    send(runtime)
    runtime.stop()
    assert reported(server) == {"sessions": 1, "visits": 6, "people": 12}
    assert "came back from the server" in "\n".join(status.lines(folder, clock))


def test_an_interrupted_restore_continues(
    server: DemoServer, folder: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(server, folder)
    runtime = start_kiosk(folder, clock)
    _, before = evening(runtime, clock)
    runtime.stop()
    destroy(folder)
    monkeypatch.setattr("sync.client.download.PAGE", 2)

    runtime = start_kiosk(folder, clock)
    learnt, restore_own = 0, runtime.context.ledger.restore_own

    def once(*args: object) -> int:
        nonlocal learnt
        learnt += 1
        if learnt == 2:
            raise ConnectionError
        return restore_own(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(runtime.context.ledger, "restore_own", once)
    with pytest.raises(ConnectionError):
        send(runtime)
    runtime.stop()

    runtime = start_kiosk(folder, clock)
    send(runtime)
    assert ids(runtime.context.ledger.visits()) == ids(before)
    runtime.stop()


def test_a_lost_pairing_is_shown_and_pairing_again_restores_everything(
    server: DemoServer, folder: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(server, folder)
    runtime = start_kiosk(folder, clock)
    _, before = evening(runtime, clock)
    runtime.stop()
    for backup in (folder / bootstrap.BACKUPS).iterdir():
        backup.unlink()
    destroy(folder)

    runtime = start_kiosk(folder, clock)
    assert runtime.replicator is None
    assert occupancy.read_board(runtime.context).health.trouble == "pairing lost"
    runtime.stop()
    assert "the pairing was lost with the damaged file" in "\n".join(status.lines(folder, clock))

    pair(server, folder)
    runtime = start_kiosk(folder, clock)
    send(runtime)
    assert ids(runtime.context.ledger.visits()) == ids(before)
    assert occupancy.read_board(runtime.context).health.trouble == "key missing", "which the server never had"
    assert "pairing was lost" not in "\n".join(status.lines(folder, clock))
    runtime.stop()
    assert reported(server) == {"sessions": 1, "visits": 5, "people": 10}


def test_a_siblings_facts_are_restored_as_the_siblings(server: DemoServer, tmp_path: Path, clock: ManualClock) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pair(server, tmp_path / name)
    one, two = (start_kiosk(tmp_path / name, clock) for name in ("one", "two"))
    _, before = evening(one, clock)
    send(two)
    two.maintenance.run_once()
    two.stop()
    destroy(tmp_path / "two")

    two = start_kiosk(tmp_path / "two", clock)

    assert two.context.ledger.waiting().count == 0, "only what was written here waits"
    send(two)
    assert ids(two.context.ledger.visits()) == ids(before)
    one.stop()
    two.stop()
    assert reported(server) == {"sessions": 1, "visits": 5, "people": 10}


@pytest.mark.parametrize("meanwhile", [0, 1, 4])
def test_a_disk_that_lost_commits_reuses_no_seq_and_is_restored(
    server: DemoServer, folder: Path, clock: ManualClock, meanwhile: int
) -> None:
    """With fewer, other or more check-ins before the next exchange than the disk has lost."""
    pair(server, folder)
    runtime = start_kiosk(folder, clock)
    evening(runtime, clock)
    runtime.stop()
    file = folder / bootstrap.LEDGER
    older = file.read_bytes()
    runtime = start_kiosk(folder, clock)
    for _ in range(2):
        check_in(runtime)
    send(runtime)
    before, journal = runtime.context.ledger.visits(), runtime.context.ledger.waiting().journal
    runtime.stop()
    file.write_bytes(older)

    runtime = start_kiosk(folder, clock)
    clock.move(minutes=1)
    for _ in range(meanwhile):
        check_in(runtime)
    send(runtime)

    ledger = runtime.context.ledger
    assert ids(before) <= ids(ledger.visits())
    assert len(ledger.visits()) == len(before) + meanwhile
    assert ledger.waiting().count == 0 and ledger.waiting().journal != journal
    check_in(runtime)
    send(runtime)
    runtime.stop()
    people = 2 * (7 + meanwhile + 1)
    assert reported(server) == {"sessions": 1, "visits": 7 + meanwhile + 1, "people": people}
