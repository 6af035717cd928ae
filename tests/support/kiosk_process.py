"""A kiosk at a door: its window on a screen of its own, what can be seen there, and its ledger from outside."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from kiosk.bootstrap import open_ledger
from sync.ledger.ledger import Ledger
from sync.manual_clock import ManualClock
from tests.support.x11_display import PATIENCE, Colour, Glass, glass, near, until

QUICKLY = 0.1  # of the usual time to read a page: only the stories of eager hands take all of it
OBSERVED = Path(__file__).parent / "observed_kiosk.py"
EYES = "eyes"  # the socket by which a kiosk says what stands on its screen
RIM = 6  # pixels from a button's foot to where its ground is seen


@dataclass(frozen=True)
class Thing:
    """Whatever has a key: a button, a number, a code; its ``box`` is in pixels from the upper left."""

    key: str
    text: str
    box: tuple[float, float, float, float]
    ground: tuple[int, int, int, int]
    listens: bool
    focused: bool
    on: bool | None

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger aims."""
        left, top, right, foot = self.box
        return round((left + right) / 2), round((top + foot) / 2)

    @property
    def area(self) -> float:
        """In square pixels."""
        left, top, right, foot = self.box
        return (right - left) * (foot - top)


@dataclass(frozen=True)
class Screen:
    """What stands on the glass, as the kiosk itself says; ``asks``: whether anybody is there, over the page."""

    page: str
    asks: bool
    language: str
    lifted: int  # how often a finger was
    pressed: int  # how often a key was
    held: bool  # a button is, just now
    changing: bool  # another page is about to be shown
    texts: list[str]
    things: list[dict[str, Any]]

    @cached_property
    def keys(self) -> dict[str, Thing]:
        """Things by their key; the largest, where a key stands twice."""
        found = sorted((Thing(**thing) for thing in self.things), key=lambda thing: thing.area)
        return {thing.key: thing for thing in found}


class Kiosk:
    """One that runs; ``folder`` is its data folder."""

    def __init__(
        self, screen: Glass, folder: Path, ledger: Ledger, language: str, process: subprocess.Popen[bytes]
    ) -> None:
        self.glass = screen
        self.folder = folder
        self.ledger = ledger
        self.process = process
        self.language = language  # the venue's own
        self.failures = 0  # that were asked for

    @cached_property
    def _talk(self) -> TextIO:
        """The line to its eyes, as soon as it stands."""
        line = socket.socket(socket.AF_UNIX)

        def heard() -> bool:
            assert self.process.poll() is None, self.log()
            return line.connect_ex(str(self.folder / EYES)) == 0

        until(heard, "the kiosk")
        line.settimeout(2 * PATIENCE)
        with line:
            return line.makefile("rw")

    def look(self) -> Screen:
        """What stands there now."""
        return Screen(**self._ask("look"))

    def see(self, **true: object) -> Screen:
        """Wait until the screen is so; ``true`` as in observed_kiosk.py. Where it never is, a picture of it is kept."""
        is_so, seen = self._ask("until", PATIENCE, true)
        screen = Screen(**seen)
        if not is_so:
            self.glass.look().save(self.folder / "instead.png")
            instead = f"{screen.page} {screen.language} {screen.texts}: {self.folder / 'instead.png'}"
            raise AssertionError(f"{true} did not come, but {instead}")
        return screen

    def touch(self, key: str) -> None:
        """A finger on the middle of that button, as soon as it has come to rest, listens, and is seen on the glass."""
        screen = self.see(asks=key == "still_here", keys=[key])
        thing = screen.keys[key]
        until(lambda: self._is_seen(thing), f"{key} on the glass, as {thing},")
        self.glass.touch(*thing.middle)
        self.see(lifted=screen.lifted + 1)

    def wait(self, seconds: float) -> Screen:
        """Let time pass, without anybody waiting for it."""
        return Screen(**self._ask("wait", seconds))

    def read(self, share: float) -> None:
        """Let people need that share of the usual time to read a page before they can touch it."""
        self._ask("read", share)

    def fail(self, page: str) -> None:
        """Let that page fail when it is next shown."""
        self.failures += 1
        self._ask("fail", page)

    def log(self) -> str:
        """What it wrote down."""
        return (self.folder / "kiosk.log").read_text()

    def end(self) -> int:
        """Ask it to stop; its exit code. One that does not end says where it stands in its log."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            return self.process.wait()

    def _is_seen(self, thing: Thing) -> bool:
        """Whether the glass has the button's own ground at its foot; some have none."""
        *colour, solid = thing.ground
        spot = thing.middle[0], round(thing.box[3]) - RIM
        return not solid or near(self.glass.look().getpixel(spot), Colour(colour))

    def _ask(self, *request: object) -> Any:  # noqa: ANN401 - whatever was asked for
        print(json.dumps(request), file=self._talk, flush=True)
        return json.loads(self._talk.readline())


SETTINGS = """
[venue]
name = "The Reading Room"
reach = "+31 20 555 0123"
[stow]
pouches = 8
lockers = {lockers}
[panel]
width = {width}
height = {height}
diagonal = {diagonal}
fullscreen = true
motion = false
switches = true
language = "{language}"
theme = "{theme}"
[[templates]]
title = "Open hours"
capacity = 30
[[templates]]
title = "Small table"
capacity = 2
"""
LARGE = 1000  # pixels; a panel longer than this measures ten inches


@contextmanager
def standing(folder: Path, size: str, language: str, theme: str, lockers: int = 0) -> Iterator[Kiosk]:
    """A kiosk's first start on a panel of that size, as its venue set it up; it ends in order."""
    width, height = map(int, size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    config = folder / "kiosk.toml"
    panel = {"width": width, "height": height, "diagonal": diagonal, "language": language, "theme": theme}
    config.write_text(SETTINGS.format(**panel, lockers=lockers))
    command = [sys.executable, str(OBSERVED), str(folder / EYES), "run", "--data", str(folder), "--config", str(config)]
    ledger = open_ledger(folder, ManualClock())
    try:
        with (folder / "kiosk.log").open("w") as log, glass(folder, size) as screen:
            process = subprocess.Popen(command, env=screen.environment, stderr=log)
            kiosk = Kiosk(screen, folder, ledger, language, process)
            try:
                yield kiosk
            finally:
                ended = kiosk.end()
    finally:
        ledger.close()
    assert ended == 0, f"asked to stop, it stops in order, and not with {ended}: {kiosk.log()}"
    assert kiosk.log().count("Traceback") == kiosk.failures, kiosk.log()
