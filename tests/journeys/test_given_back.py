"""A kiosk's file is damaged beyond its backups: what only the server still has comes back, and nothing counts twice."""

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
def central(tmp_path: Path) -> Iterator[DemoServer]:
    """A real server, as a process of its own."""
    (tmp_path / "server").mkdir()
    one = DemoServer(tmp_path / "server")
    one.start()
    yield one
    one.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kiosk").mkdir()
    return tmp_path / "kiosk"


def pair(central: DemoServer, folder: Path) -> None:
    code = central.run("pair", "--venue", "Mill café").splitlines()[-1]
    assert main(["pair", "--server", central.url, "--code", code, "--data", str(folder)]) == 0


def switch_on(folder: Path, clock: ManualClock) -> KioskRuntime:
    return bootstrap.build(KioskSettings(), folder, clock, Pace(batch=3))


def send(runtime: KioskRuntime) -> None:
    assert runtime.replicator is not None
    runtime.replicator.exchange()


def welcome(runtime: KioskRuntime) -> CheckedIn:
    welcomed = visits.check_in(runtime.context, CheckInRequest(2, 1, 1))
    assert isinstance(welcomed, CheckedIn)
    return welcomed


def evening(runtime: KioskRuntime, clock: ManualClock) -> tuple[CheckedIn, list[Visit]]:
    """Two parties before the backup, three after it; all is sent. Returns one that is in, and all visits."""
    host = hosts.set_first_pin(runtime.context, "482913")
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], host)
    early = [welcome(runtime) for _ in range(2)]
    runtime.maintenance.run_once()
    clock.move(minutes=20)
    late = [welcome(runtime) for _ in range(3)]
    clock.move(minutes=40)
    for party in (early[0], late[0]):
        assert isinstance(visits.check_out(runtime.context, party.code), CheckedOut)
    send(runtime)
    return late[-1], runtime.context.ledger.visits()


def ruin(folder: Path) -> None:
    """Not a page of the file can be read any more."""
    file = folder / bootstrap.LEDGER
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


def reported(central: DemoServer) -> dict[str, int]:
    said = json.loads(central.run("report", "--from", "2026-11-24", "--to", "2026-11-24", "--format", "json"))
    (row,) = said["rows"]
    return {name: row[name] for name in ("sessions", "visits", "people")}


def ids(found: list[Visit]) -> set[tuple[object, ...]]:
    return {(one.id, one.code, one.numbers, one.checked_in, one.checked_out) for one in found}


def test_what_neither_file_nor_backup_have_comes_back_from_the_server(
    central: DemoServer, folder: Path, clock: ManualClock
) -> None:
    pair(central, folder)
    runtime = switch_on(folder, clock)
    still_in, before = evening(runtime, clock)
    runtime.stop()
    ruin(folder)

    runtime = switch_on(folder, clock)
    assert len(runtime.context.ledger.visits()) == 2, "the backup had these"
    send(runtime)

    assert ids(runtime.context.ledger.visits()) == ids(before)
    assert len(runtime.context.ledger.open_sessions()) == 1
    assert runtime.context.ledger.waiting().count == 0
    assert isinstance(visits.check_out(runtime.context, still_in.code), CheckedOut)
    welcome(runtime)
    send(runtime)
    runtime.stop()
    assert reported(central) == {"sessions": 1, "visits": 6, "people": 12}
    assert "came back from the server" in "\n".join(status.lines(folder, clock))


def test_it_goes_on_where_the_line_was_cut(
    central: DemoServer, folder: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair(central, folder)
    runtime = switch_on(folder, clock)
    _, before = evening(runtime, clock)
    runtime.stop()
    ruin(folder)
    monkeypatch.setattr("sync.client.download.PAGE", 2)

    runtime = switch_on(folder, clock)
    learnt, restore_own = 0, runtime.context.ledger.restore_own

    def once(*given: object) -> int:
        nonlocal learnt
        learnt += 1
        if learnt == 2:
            raise ConnectionError
        return restore_own(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(runtime.context.ledger, "restore_own", once)
    with pytest.raises(ConnectionError):
        send(runtime)
    runtime.stop()

    runtime = switch_on(folder, clock)
    send(runtime)
    assert ids(runtime.context.ledger.visits()) == ids(before)
    runtime.stop()


def test_a_lost_pairing_is_told_and_pairing_again_brings_all_back(
    central: DemoServer, folder: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    pair(central, folder)
    runtime = switch_on(folder, clock)
    _, before = evening(runtime, clock)
    runtime.stop()
    for backup in (folder / bootstrap.BACKUPS).iterdir():
        backup.unlink()
    ruin(folder)

    runtime = switch_on(folder, clock)
    assert runtime.replicator is None
    assert occupancy.read_board(runtime.context).health.trouble == "pairing lost"
    runtime.stop()
    assert "the pairing was lost with the damaged file" in "\n".join(status.lines(folder, clock))

    pair(central, folder)
    runtime = switch_on(folder, clock)
    send(runtime)
    assert ids(runtime.context.ledger.visits()) == ids(before)
    assert occupancy.read_board(runtime.context).health.trouble is None
    assert "pairing was lost" not in "\n".join(status.lines(folder, clock))
    runtime.stop()
    assert reported(central) == {"sessions": 1, "visits": 5, "people": 10}


def test_what_a_sibling_did_comes_back_as_the_siblings(central: DemoServer, tmp_path: Path, clock: ManualClock) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pair(central, tmp_path / name)
    one, two = (switch_on(tmp_path / name, clock) for name in ("one", "two"))
    _, before = evening(one, clock)
    send(two)
    two.maintenance.run_once()
    two.stop()
    ruin(tmp_path / "two")

    two = switch_on(tmp_path / "two", clock)

    assert two.context.ledger.waiting().count == 0, "only what was written here waits"
    send(two)
    assert ids(two.context.ledger.visits()) == ids(before)
    one.stop()
    two.stop()
    assert reported(central) == {"sessions": 1, "visits": 5, "people": 10}


@pytest.mark.parametrize("meanwhile", [0, 1, 4])
def test_a_card_that_lost_what_it_had_confirmed_uses_no_place_twice_and_gets_all_back(
    central: DemoServer, folder: Path, clock: ManualClock, meanwhile: int
) -> None:
    """As many, more or fewer parties come before the server is reached again as the card has lost."""
    pair(central, folder)
    runtime = switch_on(folder, clock)
    evening(runtime, clock)
    runtime.stop()
    file = folder / bootstrap.LEDGER
    older = file.read_bytes()
    runtime = switch_on(folder, clock)
    for _ in range(2):
        welcome(runtime)
    send(runtime)
    before, journal = runtime.context.ledger.visits(), runtime.context.ledger.waiting().journal
    runtime.stop()
    file.write_bytes(older)

    runtime = switch_on(folder, clock)
    clock.move(minutes=1)
    for _ in range(meanwhile):
        welcome(runtime)
    send(runtime)

    ledger = runtime.context.ledger
    assert ids(before) <= ids(ledger.visits())
    assert len(ledger.visits()) == len(before) + meanwhile
    assert ledger.waiting().count == 0 and ledger.waiting().journal != journal
    welcome(runtime)
    send(runtime)
    runtime.stop()
    people = 2 * (7 + meanwhile + 1)
    assert reported(central) == {"sessions": 1, "visits": 7 + meanwhile + 1, "people": people}
