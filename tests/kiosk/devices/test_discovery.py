"""Which port is opened for a device."""

from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_linux import SysFS

from kiosk.devices.discovery import find_port, serial_ports
from kiosk.rules.device_settings import ScannerSettings


def usb_port(path: Path, vendor: int | None, product: int = 0, description: str | None = None) -> SysFS:
    port = SysFS.__new__(SysFS)
    port.device, port.vid, port.pid, port.product = str(path), vendor, product, description
    return port


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SysFS]:
    """What the machine says is plugged in; tests change it."""
    plugged: list[SysFS] = []
    monkeypatch.setattr(list_ports, "comports", lambda: plugged)
    return plugged


def test_a_configured_path_is_opened_once_it_exists(tmp_path: Path) -> None:
    scanner = ScannerSettings(name="scanner", port=str(tmp_path / "port"))
    assert find_port(scanner) is None

    (tmp_path / "port").touch()
    assert find_port(scanner) == str(tmp_path / "port")


def test_a_known_scanner_is_found_by_its_usb_id(tmp_path: Path, ports: list[SysFS]) -> None:
    ports += [usb_port(tmp_path / "tty0", 0x1A86, 0x7523), usb_port(tmp_path / "tty1", 0x1EAB, 0x8306)]

    assert find_port(ScannerSettings(name="scanner"), by_id=tmp_path) == str(tmp_path / "tty1")
    assert find_port(ScannerSettings(name="other", usb="1a86:7523"), by_id=tmp_path) == str(tmp_path / "tty0")
    assert find_port(ScannerSettings(name="missing", usb="1234:5678"), by_id=tmp_path) is None


def test_the_port_of_another_device_is_passed_over(tmp_path: Path, ports: list[SysFS]) -> None:
    ports += [usb_port(tmp_path / f"tty{number}", 0x1EAB, 0x8306) for number in range(2)]
    alias = tmp_path / "alias"
    alias.symlink_to(tmp_path / "tty0")

    assert find_port(ScannerSettings(name="second"), [str(alias)], by_id=tmp_path) == str(tmp_path / "tty1")


def test_ports_have_the_names_that_stay_after_a_replug(tmp_path: Path, ports: list[SysFS]) -> None:
    tty, by_id = tmp_path / "tty0", tmp_path / "by-id"
    tty.touch()
    by_id.mkdir()
    (by_id / "usb-scanner").symlink_to(tty)
    ports += [usb_port(tty, 0x1EAB, 0x8306, "EM20"), usb_port(tmp_path / "ttyS0", None)]

    [port] = serial_ports(by_id)

    assert (port.path, port.usb, port.product) == (str(by_id / "usb-scanner"), "1EAB:8306", "EM20")
