"""The demonstration's scripted visitors: they touch the screen, read it, and log what it confirmed."""

import json
import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.clock import Clock

from kiosk.app import HearthApp
from kiosk.demo.finger import Finger, Frames
from kiosk.demo.plan import (
    MINUTES_BETWEEN,
    Arrive,
    HostVisit,
    Leave,
    Move,
    OutsideEvent,
    StepOut,
    WaitUntilSent,
    afternoon,
)
from sync.manual_clock import ManualClock

log = logging.getLogger(__name__)
NOTE = "noted-pin"  # the file in which the demonstration's host notes the PIN


@dataclass
class ConfirmedLog:
    """What the screen confirmed, durable before the next move: one JSON object a line."""

    file: Path

    def lines(self) -> list[dict[str, Any]]:
        """All lines so far."""
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []

    def write(self, **fields: object) -> None:
        """Append a line, durably."""
        with self.file.open("a") as out:
            out.write(json.dumps(fields) + "\n")
            out.flush()
            os.fsync(out.fileno())


class Visitors:
    """Continues the script after the last logged move, one step a frame; stops the app at the end."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self._folder = folder
        self._clock = clock
        self._log = ConfirmedLog(folder / "confirmed.jsonl")
        self._codes = {line["party"]: line["code"] for line in self._log.lines() if "code" in line}
        self._done = 1 + max((line["move"] for line in self._log.lines()), default=-1)

    def start(self, app: HearthApp) -> None:
        """Start, once the app shows its first screen."""
        self._app = app
        self._finger = Finger(app.pages, app.guard, self._folder / "screens")
        self._frames = self._moves()
        self._ticking = Clock.schedule_interval(self._frame, 0)

    def _frame(self, _: float) -> None:
        try:
            next(self._frames)
        except StopIteration:
            self._ticking.cancel()
            self._app.stop()

    def _moves(self) -> Frames:
        for number, move in enumerate(afternoon()):
            if number >= self._done:
                self._clock.move(MINUTES_BETWEEN)
                yield from self._perform(number, move)

    def _perform(self, number: int, move: Move) -> Frames:
        match move:
            case HostVisit(opens=True):
                yield from self._open()
                self._log.write(move=number)
            case HostVisit(opens=False):
                yield from self._close()
                self._log.write(move=number)
            case Arrive():
                yield from self._come_in(number, move)
            case Leave(party):
                yield from self._leave(number, party)
            case StepOut(party):
                yield from self._toggle_break(number, party)
            case OutsideEvent(name):
                self._log.write(move=number, mark=name)
                yield from self._finger.until((self._folder / name).exists, name)
            case WaitUntilSent():
                yield from self._until_sent()

    def _open(self) -> Frames:
        finger = self._finger
        yield from finger.see("setup_language")
        yield from finger.tap("language_en")
        yield from finger.see("text_entry")
        for letter in ("n", "o", "o", "r"):
            yield from finger.tap(f"letter_{letter}")
        yield from finger.tap("check")
        yield from finger.see("new_pin")
        yield from finger.until(lambda: bool(self._app.pages.current_screen.pin), "a proposed PIN")
        (self._folder / NOTE).write_text(self._app.pages.current_screen.pin.replace(" ", ""))
        yield from finger.tap("accept")
        yield from finger.see("board")
        yield from finger.tap("template_0")
        yield from finger.tap("lock")
        yield from finger.see("welcome")

    def _close(self) -> Frames:
        finger = self._finger
        yield from finger.see("welcome")
        yield from finger.tap("host")
        yield from finger.see("host_pin")
        yield from finger.type((self._folder / NOTE).read_text())
        yield from finger.tap("check")
        yield from finger.see("board")
        yield from finger.shoot("board-open")
        yield from finger.tap("close")
        yield from finger.see("close")
        yield from finger.tap("close_now")
        yield from finger.tap("clear_0")  # one phone is handed back, the rest waits for tomorrow
        yield from finger.shoot("close-out")
        yield from finger.tap("finish")
        yield from finger.tap("back")
        yield from finger.see("board")
        yield from finger.tap("lock")
        yield from finger.tap("host")
        yield from finger.tap("back")
        yield from finger.see("welcome")
        yield from finger.shoot("welcome-closed")

    def _come_in(self, number: int, move: Arrive) -> Frames:
        finger = self._finger
        yield from finger.see("welcome")
        yield from finger.tap("come_in")
        yield from finger.see("party")
        yield from self._choose_size(move.size)
        yield from finger.see("stow")
        yield from self._choose_stow(move)
        yield from finger.see("confirmed")
        code = yield from finger.read("code")
        self._codes[move.party] = code = "".join(code.split())
        fields = {"party": move.party, "people": move.size, "phones": move.phones, "kept": move.kept, "code": code}
        self._log.write(move=number, at=self._clock.read().at, **fields)
        if move.power_cut:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from finger.tap("done")
        yield from finger.see("feeling")
        yield from finger.tap("skip" if move.party % 4 else f"face_{2 + move.party // 4 % 3}")

    def _choose_size(self, size: int) -> Frames:
        if size <= 6:
            yield from self._finger.tap(f"size_{size}")
            return
        yield from self._finger.tap("size_more")
        for _ in range(size - 7):
            yield from self._finger.tap("size_plus")
        yield from self._finger.tap("go_on")

    def _choose_stow(self, move: Arrive) -> Frames:
        if move.size == 1:
            yield from self._finger.tap("mine" if move.kept else "pouch")
            return
        for _ in range(move.kept):
            yield from self._finger.tap("kept_plus")
        if move.kept > 1:
            yield from self._finger.shoot("stow-party")
        yield from self._finger.tap("pouch")

    def _leave(self, number: int, party: int) -> Frames:
        finger = self._finger
        yield from finger.see("welcome")
        yield from finger.tap("leave")
        yield from finger.see("code")
        yield from finger.type(self._codes[party])
        yield from finger.see("thanks")
        self._log.write(move=number, at=self._clock.read().at, left=party)
        yield from finger.tap("skip" if party % 5 else f"face_{3 + party // 5 % 3}")

    def _toggle_break(self, number: int, party: int) -> Frames:
        finger = self._finger
        yield from finger.see("welcome")
        yield from finger.tap("step_out")
        yield from finger.see("code")
        yield from finger.type(self._codes[party])
        yield from finger.see("stepped")
        self._log.write(move=number, at=self._clock.read().at, stepped=party)
        yield from finger.tap("done")

    def _until_sent(self) -> Frames:
        counts: list[int] = []
        while not counts or counts[-1]:
            self._app.bridge.ask(lambda context: context.ledger.waiting().count, then=counts.append)
            requests = len(counts)
            yield from self._finger.until(lambda: len(counts) > requests, "the ledger's answer")  # noqa: B023


def last_time(folder: Path) -> int | None:
    """The time of the last logged move, ms since 1970 UTC; None before the first."""
    times: Iterator[int] = (line["at"] for line in ConfirmedLog(folder / "confirmed.jsonl").lines() if "at" in line)
    return max(times, default=None)
