"""Runs a kiosk in a window on a virtual screen, and reads its output."""

import subprocess
import sys
from pathlib import Path

from tests.support.x11_display import X11Display, virtual_display

__all__ = ["X11Display", "environment", "figures", "virtual_display"]

HERE = Path(__file__).parent


def environment(screen: X11Display) -> dict[str, str]:
    """For a process on that screen; compiled modules are kept, as those of an installed package always are."""
    without = ("WAYLAND_DISPLAY", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in screen.environment.items() if name not in without}


def figures(screen: X11Display, data: Path, what: str, count: int) -> list[tuple[float, float]]:
    """The pairs that ``visiting.py`` prints. Raises RuntimeError with its log where it did not come to its end."""
    log = data.with_name(f"{data.name}.log")
    command = [sys.executable, str(HERE / "visiting.py"), str(data), what, str(count)]
    with log.open("w") as errors:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment(screen), text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{what} ended with {done.returncode}:\n{log.read_text()}")
    pairs = [line.split() for line in done.stdout.splitlines()]
    return [(float(ours), float(base)) for ours, base in pairs]
