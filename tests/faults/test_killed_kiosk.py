"""A kiosk that is killed at any moment has lost nothing that its screen has confirmed."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

from kiosk import bootstrap
from sync.manual_clock import ManualClock
from tests.support import busy_kiosk
from tests.support.ledger_invariants import assert_adds_up, assert_sound
from tests.support.soak import figure, times

KILLS = times(15, 1000)
LONGEST_LIFE = 0.06  # seconds after the first confirmation: some thirty taps
KINDS = {"in": "visit.checked_in", "out": "visit.checked_out"}


class KioskOutput:
    """The kiosk's stdout, line by line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        self._pipe = process.stdout.fileno()
        self._rest = b""
        self.lines: list[str] = []

    def more(self, within: float | None = None) -> list[str]:
        """The next output; waits ``within`` seconds at most."""
        if not select.select([self._pipe], [], [], within)[0]:
            return []
        got = os.read(self._pipe, 2**16)
        assert got, "the kiosk ended before the kill"
        *whole, self._rest = (self._rest + got).split(b"\n")
        fresh = [line.decode() for line in whole]
        self.lines += fresh
        return fresh

    def until(self, word: str) -> str:
        """Read until a line that begins with this word; returns the rest of that line."""
        while True:
            for line in self.more():
                if line.startswith(word):
                    return line.removeprefix(word).strip()


def live_and_die(process: "subprocess.Popen[bytes]", output: KioskOutput, chance: random.Random) -> None:
    """Run a kiosk and kill it at any moment after its start or its first confirmation."""
    assert process.stdin is not None
    process.stdin.write(b"live\n")
    process.stdin.flush()
    pid = int(output.until("born"))
    end = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
    if chance.random() < 0.8:
        output.until("out")
        end = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
    while (left := end - time.monotonic()) > 0:
        output.more(within=left)
    os.kill(pid, signal.SIGKILL)
    if "died" not in output.lines[-1:]:
        output.until("died")


def test_nothing_confirmed_is_lost_whenever_the_kiosk_is_killed(tmp_path: Path) -> None:
    chance = random.Random()
    command = [sys.executable, busy_kiosk.__file__, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        output = KioskOutput(process)
        for _ in range(KILLS):
            live_and_die(process, output, chance)
            if chance.random() < 0.5:  # otherwise the next process continues from the same state
                assert_sound(tmp_path / bootstrap.LEDGER)
        process.communicate()

    confirmed = [line.split() for line in output.lines if line.split()[0] in KINDS]
    ledger = bootstrap.open_ledger(tmp_path, ManualClock())
    stored = Counter((entry.kind, entry.subject) for entry in assert_adds_up(ledger, journals=1))
    ledger.close()
    assert [stored[KINDS[what], UUID(visit)] for what, visit in confirmed] == [1] * len(confirmed)
    assert output.lines.count("died") == KILLS
    figure(f"killed kiosk: {KILLS:,} kills, {len(confirmed):,} confirmations, none lost, none twice")
