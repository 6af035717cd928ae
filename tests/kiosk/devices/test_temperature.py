"""The machine's temperature, on a directory that looks like sysfs."""

from pathlib import Path

from kiosk.devices.temperature import read_temperature


def test_the_warmest_zone_counts_and_one_that_cannot_be_read_does_not(tmp_path: Path) -> None:
    for number, content in enumerate(("41200\n", "57800\n", "asleep\n")):
        zone = tmp_path / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "temp").write_text(content)

    assert read_temperature(tmp_path) == 57.8


def test_a_machine_without_a_sensor_has_none(tmp_path: Path) -> None:
    assert read_temperature(tmp_path) is None
