"""A kiosk as a process: its window on a virtual display, the state of its screen, and its ledger."""

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
from tests.support.x11_display import TIMEOUT, Colour, X11Display, near, until, virtual_display

FAST_READING = (
    0.1  # share of the usual time that a page must be shown before a touch acts; test_fast_touches.py uses all of it
)
OBSERVED = Path(__file__).parent / "observed_kiosk.py"
PERSON_S, FRAMES_PER_DIGIT = 0.1, 3  # seconds after which a digit is a person's, and frames until it acts
REPORT_SOCKET = "eyes"  # over which a kiosk reports the state of its screen
EDGE = 6  # pixels from a button's lower edge to where its background is sampled


@dataclass(frozen=True)
class ShownWidget:
    """A widget with a key; its ``box`` is left, top, right and bottom, in pixels from the upper left."""

    key: str
    text: str
    box: tuple[float, float, float, float]
    background: tuple[int, int, int, int]
    accepts_touch: bool
    focused: bool
    on: bool | None

    @property
    def middle(self) -> tuple[int, int]:
        """The centre, in pixels."""
        left, top, right, bottom = self.box
        return round((left + right) / 2), round((top + bottom) / 2)

    @property
    def area(self) -> float:
        """In square pixels."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


@dataclass(frozen=True)
class ScreenState:
    """The state of the screen, as the kiosk reports it."""

    page: str
    idle_warning: bool  # is shown over the page
    language: str
    touches_ended: int  # since the start
    taps: int  # touches that pressed a button, since the start
    keys_released: int  # since the start
    button_down: bool  # a button is pressed now
    is_changing: bool  # a page change is in progress
    texts: list[str]
    widgets: list[dict[str, Any]]

    @cached_property
    def keys(self) -> dict[str, ShownWidget]:
        """Widgets by their key; the largest, where two have the same."""
        by_area = sorted((ShownWidget(**widget) for widget in self.widgets), key=lambda widget: widget.area)
        return {widget.key: widget for widget in by_area}


class KioskProcess:
    """A running kiosk; ``folder`` is its data folder."""

    def __init__(
        self, screen: X11Display, folder: Path, ledger: Ledger, language: str, process: subprocess.Popen[bytes]
    ) -> None:
        self.display = screen
        self.folder = folder
        self.ledger = ledger
        self.process = process
        self.language = language  # the venue's own
        self.failures = 0  # that tests have requested
        self.pin = ""  # of the first host, once it was shown

    @cached_property
    def _connection(self) -> TextIO:
        """The connection to REPORT_SOCKET; waits until the kiosk listens."""
        line = socket.socket(socket.AF_UNIX)

        def is_connected() -> bool:
            assert self.process.poll() is None, self.log()
            return line.connect_ex(str(self.folder / REPORT_SOCKET)) == 0

        until(is_connected, "the kiosk")
        line.settimeout(2 * TIMEOUT)
        with line:
            return line.makefile("rw")

    def look(self) -> ScreenState:
        """The state of the screen now."""
        return ScreenState(**self._ask("look"))

    def see(self, **expected: object) -> ScreenState:
        """Wait until the screen matches; ``expected`` as in observed_kiosk.py. On a timeout a screenshot is saved."""
        matches, state = self._ask("until", TIMEOUT, expected)
        screen = ScreenState(**state)
        if not matches:
            self.display.look().save(self.folder / "instead.png")
            instead = f"{screen.page} {screen.language} {screen.texts}: {self.folder / 'instead.png'}"
            raise AssertionError(f"{expected} did not come, but {instead}")
        return screen

    def touch(self, key: str) -> None:
        """Touch the centre of that button, as soon as it accepts touches and is drawn on the display.

        A page may change between the look and the touch, which then presses nothing; it is repeated, as a person would.
        """
        until(lambda: self._tap(key), f"{key} on the display, pressed by a touch,")

    def type_digits(self, digits: str, pad: str = "") -> None:
        """Press keys with digits as a person does: the next one when the one before has acted.

        ``pad``: what comes before a digit in the names of the keypad's keys.
        """
        for digit in digits:
            released = self.look().keys_released
            self.display.keys(f"{pad}{digit}")
            self.see(keys_released=released + 1)
            for _ in range(FRAMES_PER_DIGIT):
                self.wait(PERSON_S)

    def wait(self, seconds: float) -> ScreenState:
        """Let time pass in the kiosk, without waiting; returns the state of the screen then."""
        return ScreenState(**self._ask("wait", seconds))

    def read(self, share: float) -> None:
        """Set the share of the usual time that a page must be shown before a touch acts."""
        self._ask("read", share)

    def fail(self, page: str) -> None:
        """Make that page fail when it is next shown."""
        self.failures += 1
        self._ask("fail", page)

    def log(self) -> str:
        """Its log."""
        return (self.folder / "kiosk.log").read_text()

    def kill_and_restart(self) -> None:
        """Kill it as a power cut would, and start it again."""
        command, environment = self.process.args, self.display.environment
        self.process.kill()
        self.process.wait()
        del self._connection
        (self.folder / REPORT_SOCKET).unlink()
        with (self.folder / "kiosk.log").open("a") as log:
            self.process = subprocess.Popen(command, env=environment, stderr=log)

    def end(self) -> int:
        """Stop it; returns its exit code. If it hangs, SIGABRT makes it log its stacks."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            return self.process.wait()

    def _tap(self, key: str) -> bool:
        """Touch that button once it accepts touches, if it is drawn; returns whether a button was pressed."""
        screen = self.see(idle_warning=key == "still_here", keys=[key])
        widget = screen.keys[key]
        if not self._is_drawn(widget):
            return False
        self.display.touch(*widget.middle)
        return self.see(touches_ended=screen.touches_ended + 1).taps > screen.taps

    def _is_drawn(self, widget: ShownWidget) -> bool:
        """Whether the display shows the button's background at its lower edge; some buttons have none."""
        *colour, opacity = widget.background
        position = widget.middle[0], round(widget.box[3]) - EDGE
        return not opacity or near(self.display.look().getpixel(position), Colour(colour))

    def _ask(self, *request: object) -> Any:  # noqa: ANN401 - any JSON
        print(json.dumps(request), file=self._connection, flush=True)
        return json.loads(self._connection.readline())


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
LARGE = 1000  # pixels; a panel with a longer side than this has ten inches


@contextmanager
def running_kiosk(
    folder: Path, size: str, language: str, theme: str, lockers: int = 0, *, devices: str = ""
) -> Iterator[KioskProcess]:
    """A kiosk that is started for the first time on a panel of that size; checks that it stops in order.

    ``devices``: more lines of its kiosk.toml.
    """
    width, height = map(int, size.split("x"))
    diagonal = 10.1 if max(width, height) > LARGE else 7.0
    config = folder / "kiosk.toml"
    panel = {"width": width, "height": height, "diagonal": diagonal, "language": language, "theme": theme}
    config.write_text(SETTINGS.format(**panel, lockers=lockers) + devices)
    command = [
        sys.executable,
        str(OBSERVED),
        str(folder / REPORT_SOCKET),
        "run",
        "--data",
        str(folder),
        "--config",
        str(config),
    ]
    ledger = open_ledger(folder, ManualClock())
    try:
        with (folder / "kiosk.log").open("w") as log, virtual_display(folder, size) as screen:
            process = subprocess.Popen(command, env=screen.environment, stderr=log)
            kiosk = KioskProcess(screen, folder, ledger, language, process)
            try:
                yield kiosk
            finally:
                exit_code = kiosk.end()
    finally:
        ledger.close()
    assert exit_code == 0, f"asked to stop, it stops in order, and not with {exit_code}: {kiosk.log()}"
    assert kiosk.log().count("Traceback") == kiosk.failures, kiosk.log()
