"""The command hearth-kiosk devices simulate: a port appears, its buttons work, and it goes away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import device_simulation
from kiosk.__main__ import main
from kiosk.devices.simulators.catalogue import SIMULATORS

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("kind", SIMULATORS)
def test_a_port_appears_while_its_page_is_shown(kind: str, tmp_path: Path) -> None:
    port = tmp_path / "port"

    def typed() -> Iterator[str]:
        assert port.is_char_device()
        yield "q"

    lines = list(device_simulation.page_lines(kind, port, typed()))

    assert f'kind = "{kind}"' in lines and f'port = "{port}"' in lines
    assert not port.is_symlink()


def test_what_is_in_the_way_is_left_alone(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "port").write_text("mine")

    assert main(["devices", "simulate", "scanner", "--port", str(tmp_path / "port")]) == 2

    assert "something at" in capsys.readouterr().err
    assert (tmp_path / "port").read_text() == "mine"


def test_an_unknown_kind_and_a_missing_folder_are_errors_that_say_what_to_do(tmp_path: Path, capsys: Capture) -> None:
    assert main(["devices", "simulate", "toaster"]) == 2
    assert " or ".join(SIMULATORS) in capsys.readouterr().err
    assert main(["devices", "simulate", "scanner", "--port", str(tmp_path / "no" / "port")]) == 2
    assert "there is no folder" in capsys.readouterr().err
