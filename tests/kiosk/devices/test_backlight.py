"""The backlight, on a directory that looks like sysfs."""

from pathlib import Path

import pytest

from kiosk.devices.backlight import find_backlight


def make_backlight(folder: Path, name: str, most: str) -> Path:
    device = folder / name
    device.mkdir()
    (device / "max_brightness").write_text(f"{most}\n")
    (device / "brightness").write_text("200\n")
    return device / "brightness"


@pytest.mark.parametrize(("share", "written"), [(1.0, "255"), (0.5, "128"), (0.0, "13"), (2.0, "255")])
def test_a_share_of_the_full_brightness_is_written(tmp_path: Path, share: float, written: str) -> None:
    file = make_backlight(tmp_path, "10-0045", "255")

    backlight = find_backlight(tmp_path)

    assert backlight is not None and backlight.set(share)
    assert file.read_text() == written


def test_a_machine_without_a_backlight_has_none(tmp_path: Path) -> None:
    assert find_backlight(tmp_path) is None
    assert find_backlight(tmp_path / "missing") is None


def test_a_backlight_that_cannot_be_used_is_passed_over(tmp_path: Path) -> None:
    make_backlight(tmp_path, "a", "none")
    make_backlight(tmp_path, "b", "0")
    locked = make_backlight(tmp_path, "c", "255")
    locked.unlink()
    locked.mkdir()  # which not even root can open for writing
    file = make_backlight(tmp_path, "d", "31")

    backlight = find_backlight(tmp_path)

    assert backlight is not None and backlight.set(1.0)
    assert file.read_text() == "31"


def test_a_backlight_that_goes_away_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = make_backlight(tmp_path, "a", "255")
    backlight = find_backlight(tmp_path)
    file.unlink()
    file.mkdir()

    assert backlight is not None and not backlight.set(0.5)
    assert "backlight" in caplog.text
