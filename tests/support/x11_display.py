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

from tests.support.window_close import ask_to_close

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
    """The screen of a kiosk, and whatever reaches it from outside: a finger, a mouse, a keyboard, a scanner."""

    display: str

    @property
    def environment(self) -> dict[str, str]:
        """For a process that draws on it; what other tests told Kivy and SDL of this process is not for that one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
        return {**kept, "DISPLAY": self.display, "PYTHONFAULTHANDLER": "1"}

    def touch(self, x: int, y: int) -> None:
        """Put a finger there, and lift it."""
        self.send("mousemove", x, y, "mousedown", 1, "sleep", 0.02, "mouseup", 1)

    def keys(self, *names: str) -> None:
        """Press these keys one after the other, by their X names: ``Tab``, ``ctrl+q``."""
        self.send("key", "--delay", 20, *names)

    def ask_to_close(self) -> None:
        """What a window manager sends when somebody closes the window."""
        under_the_pointer = dict(line.split("=") for line in self.send("getmouselocation", "--shell").split())
        ask_to_close(self.display, int(under_the_pointer["WINDOW"]))

    def send(self, *events: object) -> str:
        """Whatever else xdotool(1) can send; what it says to that."""
        command = ["xdotool", *map(str, events)]
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def look(self) -> Image.Image:
        """What stands on it now."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")


def near(one: object, other: Colour, by: int = 3) -> bool:
    """Whether two colours are the same but for rounding."""
    assert isinstance(one, tuple)
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@contextmanager
def glass(folder: Path, size: str) -> Iterator[Glass]:
    """A screen of its own, so many pixels large (``800x480``), on a display number that the X server finds free."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with (folder / "xvfb.log").open("w") as log, subprocess.Popen(command, pass_fds=[write], stderr=log) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        try:
            yield Glass(f":{number}")
        finally:
            server.terminate()
