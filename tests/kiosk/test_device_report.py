"""The commands hearth-kiosk devices, on a pseudo-terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.bootstrap import LOCK
from kiosk.devices.simulators.pty_port import SimulatedPort
from sync.data_dir import locked, prepare

CONFIG = """
[[devices]]
kind = "scanner"
name = "door"
port = "{port}"
"""
Capture = pytest.CaptureFixture[str]


class Chatty:
    """A simulated scanner that reads the same book again and again."""

    write: Callable[[bytes], None]

    def receive(self, data: bytes, now: float) -> None:
        """Nothing."""

    def tick(self, now: float) -> float:
        self.write(b"9781234567897\r")
        return now + 0.05


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[SimulatedPort]:
    port = SimulatedPort(Chatty(), tmp_path / "port")
    yield port
    port.close()


@pytest.fixture
def config(tmp_path: Path, scanner: SimulatedPort) -> str:
    file = tmp_path / "kiosk.toml"
    file.write_text(CONFIG.format(port=scanner.path))
    return str(file)


def test_the_list_says_whether_a_port_was_found(config: str, scanner: SimulatedPort, capsys: Capture) -> None:
    assert main(["devices", "list", "--config", config]) == 0
    assert "door               scanner      no port found" in capsys.readouterr().out

    scanner.plug_in()
    assert main(["devices", "list", "--config", config]) == 0
    assert f"door               scanner      {scanner.path}" in capsys.readouterr().out


def test_a_try_says_what_happens_but_not_what_was_read(
    config: str, scanner: SimulatedPort, tmp_path: Path, capsys: Capture
) -> None:
    scanner.plug_in()

    assert main(["devices", "test", "door", "--seconds", "0.5", "--config", config, "--data", str(tmp_path)]) == 0

    output = capsys.readouterr().out
    assert "UnreadableScan" in output and "9781234567897" not in output
    assert f"door: plugged in ({scanner.path})" in output


def test_a_device_of_a_running_kiosk_is_left_alone(config: str, tmp_path: Path, capsys: Capture) -> None:
    with locked(prepare(tmp_path / "data"), LOCK):
        assert main(["devices", "test", "door", "--config", config, "--data", str(tmp_path / "data")]) == 2

    assert "the kiosk runs" in capsys.readouterr().err


def test_an_unknown_device_is_an_error_that_names_the_others(config: str, tmp_path: Path, capsys: Capture) -> None:
    assert main(["devices", "test", "dor", "--config", config, "--data", str(tmp_path)]) == 2
    assert "it has door" in capsys.readouterr().err
