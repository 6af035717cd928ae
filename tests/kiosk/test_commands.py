"""hearth-kiosk: the output of each command, and one line with exit code 2 for every error."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from kiosk import bootstrap, local_login, status
from kiosk.__main__ import main
from kiosk.bootstrap import open_ledger
from kiosk.rules.device_states import Condition, DeviceState
from kiosk.services import hosts
from kiosk.services.records.host_records import NoAccess
from kiosk.settings import KioskSettings
from sync.allocation.kiosk_side import KioskAllocation
from sync.client import last_error
from sync.client.api import TryLater
from sync.client.upload import UPLOAD, UploadProgress
from sync.data_dir import locked
from sync.domain.events import SessionClosed, read_entry
from sync.ledger import local_keys
from sync.manual_clock import ManualClock

Capture = pytest.CaptureFixture[str]


def error_line(capture: Capture, *arguments: str | Path) -> str:
    """Run a command that must fail with one line; returns it."""
    assert main([str(argument) for argument in arguments]) == 2
    lines = capture.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("hearth-kiosk: ")
    return lines[0]


@pytest.mark.parametrize("command", ["run", "pair", "status", "reset-hosts", "demo"])
def test_each_commands_help_has_an_example(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert f"example:\n  hearth-kiosk {command}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["dance"], ["pair"], ["run", "--quickly"]])
def test_unknown_arguments_get_one_line(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_status_shows_the_waiting_entries(tmp_path: Path, capsys: Capture) -> None:
    open_ledger(tmp_path, ManualClock()).close()

    assert main(["status", "--data", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "entries waiting    0" in output
    assert "none: this kiosk is not paired" in output
    assert "clock" in output


def test_status_shows_the_progress_and_last_error_of_an_upload(tmp_path: Path) -> None:
    clock = ManualClock()
    with locked(tmp_path, "kiosk.lock"), closing(open_ledger(tmp_path, clock)) as ledger:
        ledger.record(*[(uuid4(), SessionClosed()) for _ in range(2000)])
        journal = ledger.waiting().journal
        assert journal is not None
        so_far = UploadProgress(clock.read().at, sent=500, left=1500, seconds=10.0)
        ledger.acknowledge(journal, 500, {UPLOAD: msgspec.to_builtins(so_far)})
        last_error.save(ledger, TryLater("http://x does not answer"), 120)
        output = "\n".join(status.lines(tmp_path, clock))

    assert "running" in output and "not running" not in output
    assert "entries waiting    1500 (the oldest of 2026-11-24 08:00 UTC)" in output
    assert "sent so far        500 of 2000, 50 a second, about 30 s left" in output
    assert "http://x does not answer; tried again in 2 min (it was 2026-11-24 08:00 UTC)" in output


def test_status_shows_that_the_kiosk_is_not_running(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path, ManualClock())) as ledger:
        last_error.save(ledger, TryLater("http://x does not answer"), 120)

    output = "\n".join(status.lines(tmp_path, ManualClock()))

    assert "not running" in output and "tried again when the kiosk runs" in output


def test_status_shows_the_devices_and_what_to_do(tmp_path: Path) -> None:
    printer = DeviceState("printer", "printer", Condition.PAPER_OUT, "/dev/ttyUSB0")
    with closing(open_ledger(tmp_path, ManualClock())) as ledger:
        ledger.remember(local_keys.DEVICES, msgspec.to_builtins((printer,)))

    output = "\n".join(status.lines(tmp_path, ManualClock()))

    assert "printer            out of paper: put in a new roll (/dev/ttyUSB0)" in output


def test_status_of_a_copied_kiosk_says_what_to_do(tmp_path: Path, capsys: Capture) -> None:
    with closing(open_ledger(tmp_path, ManualClock())) as ledger:
        KioskAllocation(ledger, pouches=12).discard_share()

    assert main(["status", "--data", str(tmp_path)]) == 0

    assert "copied from another: pair it again with hearth-kiosk pair" in capsys.readouterr().out


def test_status_of_an_empty_folder_creates_nothing(tmp_path: Path, capsys: Capture) -> None:
    assert "there is no kiosk in" in error_line(capsys, "status", "--data", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", [["run"], ["pair", "--server", "http://127.0.0.1:9", "--code", "X"]])
def test_a_folder_in_use_is_left_alone(tmp_path: Path, capsys: Capture, command: list[str]) -> None:
    with locked(tmp_path, "kiosk.lock"):
        assert "in use by another process" in error_line(capsys, *command, "--data", tmp_path)


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").touch()

    assert "can't be written" in error_line(capsys, "run", "--data", tmp_path / "file" / "folder")


def test_status_reports_a_damaged_ledger_and_leaves_it_alone(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "kiosk.db").write_text("this is not a database, whatever its name says" * 100)

    assert main(["status", "--data", str(tmp_path)]) == 0

    assert "damaged" in capsys.readouterr().out
    assert (tmp_path / "kiosk.db").read_text().startswith("this is not a database")


def test_a_ledger_that_cannot_be_opened_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "kiosk.db").mkdir()

    assert "can't be opened" in error_line(capsys, "status", "--data", tmp_path)


def test_an_unknown_key_is_reported_with_its_file(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[stow]\npuoches = 3\n")

    output = error_line(capsys, "run", "--config", file, "--data", tmp_path)
    assert "puoches" in output
    assert str(file) in output


def test_an_unreachable_server_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    output = error_line(capsys, "pair", "--server", "http://127.0.0.1:9", "--code", "7KQM2WXA", "--data", tmp_path)

    assert "check the address and the network" in output


def test_the_demonstration_never_wipes_a_real_kiosk(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "afternoon").mkdir()
    (tmp_path / "afternoon" / "kiosk.db").touch()

    assert "holds a real kiosk" in error_line(capsys, "demo", "--drive", "--data", tmp_path)
    assert (tmp_path / "afternoon" / "kiosk.db").exists()


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    script = f"""
import os
from pathlib import Path
from sync.data_dir import locked
with locked(Path({str(tmp_path)!r}), "kiosk.lock"):
    os._exit(0)  # no chance to tidy up
"""
    subprocess.run([sys.executable, "-c", script], check=True)

    with locked(tmp_path, "kiosk.lock"):
        pass


def test_reset_hosts_lets_the_next_start_ask_for_a_first_host(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_login, "find_refusal", lambda: None)  # these tests may run over the network
    runtime = bootstrap.build(KioskSettings(), tmp_path, ManualClock())
    hosts.set_first_pin(runtime.context, "482913")
    runtime.context.ledger.close()

    assert main(["reset-hosts", "--data", str(tmp_path)]) == 0

    assert "nothing that was recorded is erased" in capsys.readouterr().out
    runtime = bootstrap.build(KioskSettings(), tmp_path, ManualClock())
    assert hosts.read_access(runtime.context) == NoAccess("first")
    waiting = runtime.context.ledger.waiting()
    assert waiting.journal is not None
    kinds = [read_entry(line).kind for line in runtime.context.ledger.lines(waiting.journal, 0, 10)]
    assert kinds == ["host.sealed", "kiosk.hosts_reset"]
    runtime.context.ledger.close()


def test_reset_hosts_is_refused_over_the_network_and_beside_the_kiosk(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ledger(tmp_path, ManualClock()).close()
    monkeypatch.setattr(local_login, "find_refusal", lambda: "it was started by sshd")
    assert "not over the network: it was started by sshd" in error_line(capsys, "reset-hosts", "--data", tmp_path)

    monkeypatch.setattr(local_login, "find_refusal", lambda: None)
    with locked(tmp_path, bootstrap.LOCK):
        assert error_line(capsys, "reset-hosts", "--data", tmp_path)


def test_reset_hosts_needs_a_kiosk(tmp_path: Path, capsys: Capture) -> None:
    assert "there is no kiosk" in error_line(capsys, "reset-hosts", "--data", tmp_path / "elsewhere")
