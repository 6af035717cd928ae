"""A kiosk's start, memory and idling over a bare Kivy app's, each in a window: ``python tests/bench/start.py``."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from measure import Goal, Ratio, ratio, scratch, show
from window import X11Display, environment, virtual_display

from kiosk import bootstrap
from kiosk.services import hosts, sessions, visits
from kiosk.services.records.visitor_records import CheckInRequest
from kiosk.settings import KioskSettings
from sync.system_clock import SystemClock

STARTS = 8  # pairs
IDLING = 3  # of them; each idles for SETTLE_S + IDLE_S on either side
SETTLE_S, IDLE_S = 1.0, 10.0  # of which a processor counts hundredths
SECOND_NS, KIB_PER_MIB = 1_000_000_000, 1024
TICKS = os.sysconf("SC_CLK_TCK")
START, MEMORY, IDLE = Goal("≤", 3.0), Goal("≤", 1.5), Goal("≤", 2.0)


@dataclass(frozen=True)
class Seen:
    """What one process took: to its first frame, at its peak, and its processor time while idle."""

    start_s: float
    peak_mib: float
    idle: float | None  # share of one core


def measure() -> list[Ratio]:
    """Start, memory and idle CPU in turn: ours, bare, ours, bare."""
    with scratch("start") as folder, virtual_display(folder, "800x480") as screen:
        furnish(folder / "hearth")
        (folder / "bare").mkdir()
        for what in ("hearth", "bare"):
            watch(what, folder / what, screen, idle=False)  # to warm the disk cache for both
        pairs = [
            (watch("hearth", folder / "hearth", screen, idle), watch("bare", folder / "bare", screen, idle))
            for idle in (turn < IDLING for turn in range(STARTS))
        ]
    idling = [(ours.idle * 100, bare.idle * 100) for ours, bare in pairs if ours.idle is not None and bare.idle]
    rested = [(ours.peak_mib, bare.peak_mib) for ours, bare in pairs if ours.idle is not None]
    return [
        ratio("start to first frame", "s", [(ours.start_s, bare.start_s) for ours, bare in pairs], START),
        ratio("peak memory", "MiB", rested, MEMORY),
        ratio("idle, of one core", "%", idling, IDLE),
    ]


def furnish(folder: Path) -> None:
    """A used kiosk, with a host, an open session and visits; it starts with the welcome page."""
    folder.mkdir()
    runtime = bootstrap.build(KioskSettings(), folder, SystemClock())
    host = hosts.set_first_pin(runtime.context, "271828")
    sessions.open_session(runtime.context, runtime.context.profile.templates[0], host)
    for _ in range(5):
        visits.check_in(runtime.context, CheckInRequest(party_size=2, phones=2, kept=0))
    runtime.stop()


def watch(what: str, folder: Path, screen: X11Display, idle: bool) -> Seen:
    """Start one process, see its first frame, and end it."""
    command = [sys.executable, str(Path(__file__).with_name("started.py")), what, str(folder)]
    with (folder.parent / f"{what}.log").open("w") as log:
        began = time.monotonic_ns()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment(screen), text=True)
    with process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{what} drew nothing:\n{(folder.parent / f'{what}.log').read_text()}")
        share = _idle(process.pid) if idle else None
        peak = _peak_mib(process.pid)
        process.kill()
    return Seen((int(line) - began) / SECOND_NS, peak, share)


def _idle(pid: int) -> float:
    time.sleep(SETTLE_S)
    before, began = _cpu_s(pid), time.monotonic()
    time.sleep(IDLE_S)
    return (_cpu_s(pid) - before) / (time.monotonic() - began)


def _cpu_s(pid: int) -> float:
    """utime and stime of all threads (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mib(pid: int) -> float:
    """VmHWM (proc_pid_status(5)): the most that was resident at once."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / KIB_PER_MIB


if __name__ == "__main__":
    show(measure())
