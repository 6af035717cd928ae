"""A real window on a real (virtual) screen, a pointer that touches it, and eyes that see its colours."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

PATIENCE = 60.0  # seconds; a broken journey must end, a slow machine must not fail
Colour = tuple[int, int, int]


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until it is true; fails with ``what`` did not come."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come"
        pause.wait(0.02)


@dataclass(frozen=True)
class Glass:
    """The screen of a kiosk, 800×480."""

    display: str
    folder: Path  # for what is worth keeping

    @property
    def environment(self) -> dict[str, str]:
        """For a process that draws on it; what other tests told Kivy and SDL of this process is not for that one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
        return {**kept, "DISPLAY": self.display, "PYTHONFAULTHANDLER": "1"}

    def touch(self, x: int, y: int) -> None:
        """Put a finger there, and lift it."""
        move = ["xdotool", "mousemove", str(x), str(y), "mousedown", "1", "sleep", "0.05", "mouseup", "1"]
        subprocess.run(move, env=self.environment, check=True)

    def look(self) -> Image.Image:
        """What stands on it now."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def see(self, *spots: tuple[int, int, Colour], what: str) -> None:
        """Wait until these places have these colours."""

        def seen() -> bool:
            picture = self.look()
            return all(near(picture.getpixel((x, y)), colour) for x, y, colour in spots)

        try:
            until(seen, what)
        except AssertionError:
            self.look().save(self.folder / "instead.png")  # what stood there when it should have been seen
            raise


def near(one: object, other: Colour) -> bool:
    """Whether two colours are the same but for rounding."""
    assert isinstance(one, tuple)
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


@contextmanager
def glass(folder: Path) -> Iterator[Glass]:
    """An 800×480 screen of its own, on a display number that the X server finds free."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x480x24", "-nolisten", "tcp", "-noreset"]
    with (folder / "xvfb.log").open("w") as log, subprocess.Popen(command, pass_fds=[write], stderr=log) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        yield Glass(f":{number}", folder)
        server.terminate()
