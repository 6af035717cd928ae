"""The machine's temperature, by Linux's thermal class (Documentation/ABI/testing/sysfs-class-thermal)."""

from pathlib import Path

CLASS = Path("/sys/class/thermal")


def read_temperature(folder: Path = CLASS) -> float | None:
    """The warmest zone in °C; None: none is measured."""
    zones = []
    for file in folder.glob("thermal_zone*/temp"):
        try:
            zones.append(int(file.read_text()) / 1000)
        except (OSError, ValueError):  # a sensor that is asleep
            continue
    return max(zones, default=None)
