"""The panel's backlight, by the files of Linux's backlight class (Documentation/ABI/stable/sysfs-class-backlight)."""

import logging
from pathlib import Path

CLASS = Path("/sys/class/backlight")
LEAST = 0.05  # of the full brightness: a lower one might look as if the panel were broken
log = logging.getLogger(__name__)


class Backlight:
    """The first backlight of this machine that may be written."""

    def __init__(self, folder: Path) -> None:
        self._brightness = folder / "brightness"
        self.steps = int((folder / "max_brightness").read_text())

    def set(self, share: float) -> bool:
        """Set it to a share of the full brightness, 0 to 1. False: it can't be written any more."""
        value = max(1, round(self.steps * max(LEAST, min(1.0, share))))
        try:
            self._brightness.write_text(str(value))
        except OSError as error:
            log.warning("the backlight can't be set: %s", error)
            return False
        return True


def find_backlight(folder: Path = CLASS) -> Backlight | None:
    """The backlight; None: there is none, or it may not be written, and the window has to darken itself."""
    for device in sorted(folder.glob("*")):
        try:
            backlight = Backlight(device)
            (device / "brightness").open("r+").close()
        except (OSError, ValueError):
            continue
        if backlight.steps > 0:
            return backlight
    return None
