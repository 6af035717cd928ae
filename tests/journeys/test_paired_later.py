"""A kiosk that was used unpaired is paired with a real server: all its entries arrive there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.__main__ import main
from kiosk.demo.demo_server import DemoServer
from kiosk.services import hosts, sessions, visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.settings import KioskSettings
from sync.manual_clock import ManualClock


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    """A real server, as a process."""
    (tmp_path / "server").mkdir()
    server = DemoServer(tmp_path / "server")
    server.start()
    yield server
    server.stop()


def evening(folder: Path, clock: ManualClock, leave: bool) -> None:
    """Check in three parties, and check out all but the last an hour later."""
    runtime = bootstrap.build(KioskSettings(), folder, clock)
    context = runtime.context
    if not hosts.has_hosts(context):
        host = hosts.set_first_pin(context, "482913")
        sessions.open_session(context, context.profile.templates[0], host)
    welcomed = [visits.check_in(context, CheckInRequest(size, 1, 0)) for size in (1, 2, 3)]
    clock.move(minutes=60)
    for party in welcomed[: 3 if leave else 2]:
        assert isinstance(party, CheckedIn)
        visits.check_out(context, party.code)
    context.ledger.close()


def send(folder: Path, clock: ManualClock) -> None:
    """One exchange of the replicator."""
    runtime = bootstrap.build(KioskSettings(), folder, clock)
    assert runtime.replicator is not None
    runtime.replicator.exchange()
    runtime.replicator.close()
    runtime.context.ledger.close()


def reported(server: DemoServer) -> dict[str, int]:
    report = json.loads(server.run("report", "--from", "2026-11-24", "--to", "2026-11-24", "--format", "json"))
    (row,) = report["rows"]
    return {name: row[name] for name in ("sessions", "visits", "people", "phone_free_hours", "estimated")}


def pair(server: DemoServer, folder: Path) -> None:
    code = server.run("pair", "--venue", "Mill café").splitlines()[-1]
    assert main(["pair", "--server", server.url, "--code", code, "--data", str(folder)]) == 0


def test_everything_it_ever_recorded_arrives(server: DemoServer, tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "kiosk").mkdir()
    evening(tmp_path / "kiosk", clock, leave=True)
    pair(server, tmp_path / "kiosk")
    evening(tmp_path / "kiosk", clock, leave=False)

    send(tmp_path / "kiosk", clock)

    assert reported(server) == {"sessions": 1, "visits": 6, "people": 12, "phone_free_hours": 9.0, "estimated": 0}


def test_pairing_again_with_the_same_server_counts_nothing_twice(
    server: DemoServer, tmp_path: Path, clock: ManualClock
) -> None:
    (tmp_path / "kiosk").mkdir()
    evening(tmp_path / "kiosk", clock, leave=True)
    for _ in range(2):
        pair(server, tmp_path / "kiosk")
        send(tmp_path / "kiosk", clock)
        send(tmp_path / "kiosk", clock)

    assert reported(server) == {"sessions": 1, "visits": 3, "people": 6, "phone_free_hours": 6.0, "estimated": 0}


def test_a_used_code_is_an_error_and_changes_nothing(
    server: DemoServer, tmp_path: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    code = server.run("pair", "--venue", "Mill café").splitlines()[-1]
    again = ["pair", "--server", server.url, "--code", code, "--data"]
    assert main([*again, str(tmp_path / "one")]) == 0
    capsys.readouterr()

    assert main([*again, str(tmp_path / "two")]) == 2

    assert "used" in capsys.readouterr().err
