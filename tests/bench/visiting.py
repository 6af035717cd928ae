"""A kiosk in a window with synthetic input, measured by another process: ``visiting.py DATA taps|scans|visits COUNT``.

``taps`` prints, for each party that comes in, the milliseconds and the frames from lifting the finger off the pouch to
the confirmed page on the glass. ``scans`` prints them for each party that leaves, from the first byte of its slip's
code at the serial port to the page that says goodbye. ``visits`` prints the KiB that are resident after each tenth of
so many whole visits.
"""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import bootstrap, navigation, window
from kiosk.devices.simulators.pty_port import SimulatedPort
from kiosk.devices.simulators.scanner import SimulatedScanner
from kiosk.rules.device_settings import ScannerSettings
from kiosk.services import visits
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.settings import KioskSettings
from sync.data_dir import locked
from sync.system_clock import SystemClock

if TYPE_CHECKING:  # nothing of Kivy before its panel is prepared
    from kiosk.app import HearthApp

Frames = Generator[None, None, None]
MS, TENTHS = 1_000, 10
A_PAUSE = 120  # frames between two scans: the answer to one is shown before the next is taken up
A_BREATH, A_TAP = 10, 6  # frames: at the door between two parties; of a finger on the glass


def main(folder: Path, what: str, count: int) -> None:
    """Drive, print, end."""
    port = SimulatedPort(SimulatedScanner(), folder / "scanner-port")
    settings = KioskSettings(devices=(ScannerSettings(name="door", port=str(port.path)),) if what == "scans" else ())
    with closing(port), locked(folder, bootstrap.LOCK):
        runtime = bootstrap.build(settings, folder, SystemClock())
        window.prepare(settings.panel, folder)
        moves, reading = taps, 1.0
        if what == "visits":
            moves, reading = whole_visits, 0.0
            hurry()
        if what == "scans":
            port.plug_in()
            moves = partial(scans, port)
        from kiosk.app import HearthApp

        HearthApp(runtime, settings.panel, lambda app: drive(app, moves(app, count)), reading=reading).run()


def hurry() -> None:
    """Draw frames as fast as possible."""
    from kivy.config import Config

    Config.set("graphics", "maxfps", 0)


def drive(app: "HearthApp", moves: Frames) -> None:
    """One step a frame; the window closes when all is done."""
    from kivy.clock import Clock

    def frame(_: float) -> None:
        try:
            next(moves)
        except StopIteration:
            ticking.cancel()
            app.stop()

    ticking = Clock.schedule_interval(frame, 0)


class Hand:
    """Touches buttons by their keys, each as soon as it is laid out."""

    def __init__(self, app: "HearthApp") -> None:
        from kiosk.demo.finger import Finger

        self._app = app
        self._finger = Finger(app.pages, app.guard)

    def tap(self, key: str, then: str = "", held: int = 0) -> Frames:
        """Touch it for so many frames, once it can be; wait for the screen ``then``, where it leads to one."""
        from kivy.base import EventLoop

        from kiosk.demo.finger import Touch

        button = yield from self._finger.find(key)
        yield from self._finger.until(lambda: self._app.guard.is_ready(button), f"{key!r} for long enough")
        touch = Touch(*button.to_window(*button.center))
        EventLoop.post_dispatch_input("begin", touch)
        yield from (None,) * held
        self.lifted = time.perf_counter(), frame_number()
        EventLoop.post_dispatch_input("end", touch)
        if then:
            yield from self._finger.until(lambda: self._app.pages.current == then, f"the screen {then}")
            yield from (None, None)  # laid out and drawn

    def code(self) -> Generator[None, None, str]:
        """Read the four digits of the confirmed page."""
        return "".join((yield from self._finger.read("code")).split())


def frame_number() -> int:
    """How many frames there were."""
    from kivy.clock import Clock

    return int(Clock.frames)


def taps(app: "HearthApp", count: int) -> Frames:
    """Parties of one come in; each is checked out without the screen."""
    hand, seen = Hand(app), on_the_glass(app)
    for _ in range(count):
        yield from (None,) * A_BREATH
        yield from hand.tap("come_in", "party", A_TAP)
        yield from hand.tap("size_1", "stow", A_TAP)
        yield from (None,) * A_BREATH
        seen.clear()
        yield from hand.tap("pouch", "confirmed", A_TAP)
        (shown, at), (lifted, before) = seen["confirmed"], hand.lifted
        print((shown - lifted) * MS, at - before, flush=True)
        app.bridge.ask(visits.check_out, (yield from hand.code()), then=lambda _: None)
        app.go(navigation.HOME)


def scans(port: SimulatedPort, app: "HearthApp", count: int) -> Frames:
    """Parties of one that have come in without the screen leave by their slips."""
    scanner = port.device
    assert isinstance(scanner, SimulatedScanner)
    seen = on_the_glass(app)
    for _ in range(count):
        came_in: list[CheckedIn] = []
        app.bridge.ask(visits.check_in, CheckInRequest(1, 1, 0), then=came_in.append)
        while not came_in or app.pages.current != "welcome":
            yield
        yield from (None,) * A_PAUSE
        seen.clear()
        sent, before = time.perf_counter(), frame_number()
        scanner.scan(came_in[0].slip)
        while "thanks" not in seen:
            yield
        shown, at = seen["thanks"]
        print((shown - sent) * MS, at - before, flush=True)
        app.go(navigation.HOME)


def on_the_glass(app: "HearthApp") -> dict[str, tuple[float, int]]:
    """When and in which frame each screen was first drawn, since this was last emptied."""
    from kivy.core.window import Window
    from kivy.graphics import opengl

    seen: dict[str, tuple[float, int]] = {}
    flip: Callable[[], None] = Window.flip

    def flip_and_look() -> None:
        flip()
        opengl.glFinish()  # a driver may put the drawing off
        seen.setdefault(app.pages.current, (time.perf_counter(), frame_number()))

    Window.flip = flip_and_look
    return seen


def whole_visits(app: "HearthApp", count: int) -> Frames:
    """Parties of one come in and leave, all of it on the screen."""
    hand = Hand(app)
    yield from (None,) * A_BREATH
    for number in range(1, count + 1):
        yield from hand.tap("come_in", "party")
        yield from hand.tap("size_1", "stow")
        yield from hand.tap("pouch", "confirmed")
        code = yield from hand.code()
        yield from hand.tap("done", "feeling")
        yield from hand.tap("skip", "welcome")
        yield from hand.tap("leave", "code")
        for digit, then in zip(code, ("", "", "", "thanks"), strict=True):
            yield from hand.tap(f"digit_{digit}", then)
        yield from hand.tap("skip", "welcome")
        if number * TENTHS // count > (number - 1) * TENTHS // count:
            print(number, resident_kib(), flush=True)


def resident_kib() -> int:
    """VmRSS of this process (proc_pid_status(5))."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
