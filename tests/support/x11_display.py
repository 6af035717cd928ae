"""A virtual X display (Xvfb): input through xdotool, and screenshots."""

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

TIMEOUT = 60.0  # seconds; long enough for a slow machine
Colour = tuple[int, int, int]


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until the condition holds; fails with "``what`` did not come"."""
    deadline = time.monotonic() + TIMEOUT
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come"
        pause.wait(0.02)


@dataclass(frozen=True)
class X11Display:
    """A display, and its input: touches, mouse, keyboard, a scanner that emulates one."""

    display: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that draws on it, without this process's settings of Kivy and SDL."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))}
        return {**inherited, "DISPLAY": self.display, "PYTHONFAULTHANDLER": "1"}

    def touch(self, x: int, y: int) -> None:
        """Press and release at that position, in pixels."""
        self.send("mousemove", x, y, "mousedown", 1, "sleep", 0.02, "mouseup", 1)

    def keys(self, *names: str) -> None:
        """Press these keys in order, by their X names: ``Tab``, ``ctrl+q``."""
        self.send("key", "--delay", 20, *names)

    def ask_to_close(self) -> None:
        """Send what a window manager sends to close the window under the pointer."""
        under_the_pointer = dict(line.split("=") for line in self.send("getmouselocation", "--shell").split())
        ask_to_close(self.display, int(under_the_pointer["WINDOW"]))

    def send(self, *events: object) -> str:
        """Run xdotool(1) with these arguments; returns its output."""
        command = ["xdotool", *map(str, events)]
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def look(self) -> Image.Image:
        """A screenshot."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")


def near(one: object, other: Colour, by: int = 3) -> bool:
    """Whether two colours differ by at most ``by`` in each channel."""
    assert isinstance(one, tuple)
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@contextmanager
def virtual_display(folder: Path, size: str) -> Iterator[X11Display]:
    """Start Xvfb with a screen of that size (``800x480``), on a free display number."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with (folder / "xvfb.log").open("w") as log, subprocess.Popen(command, pass_fds=[write], stderr=log) as server:
        os.close(write)
        with os.fdopen(read) as output:
            number = output.readline().strip()
        try:
            yield X11Display(f":{number}")
        finally:
            server.terminate()
