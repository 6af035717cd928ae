"""A kiosk without a window that checks parties in and out as fast as it can, and prints each confirmation.

``python busy_kiosk.py FOLDER``: every line on stdin starts a process (forked, so that a thousand of them don't import
everything a thousand times). Printed on stdout: ``born PID``, ``in VISIT``, ``out VISIT``, ``died``.
``python busy_kiosk.py FOLDER ROUNDS LIVES``: so many runs of so many parties in this process, each stopped in order.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from kiosk import bootstrap
from kiosk.services import sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckedOut, CheckInRequest
from kiosk.settings import KioskSettings
from sync.domain.visit import visit_of
from sync.system_clock import SystemClock

HOST = HostSession(UUID(int=1))


def print_line(text: str) -> None:
    """Write one whole line to stdout, unbuffered."""
    os.write(1, f"{text}\n".encode())


def parties(context: KioskContext) -> Iterator[None]:
    """Check a party in and out repeatedly, after checking out visits that an earlier process left open."""
    for open_visit in context.ledger.present():
        check_out(context, open_visit.code)
    sessions.open_session(context, context.profile.templates[0], HOST)
    while True:
        checked_in = visits.check_in(context, CheckInRequest(party_size=2, phones=1, kept=1))
        assert isinstance(checked_in, CheckedIn), checked_in
        print_line(f"in {visit_of(checked_in.slip)}")
        check_out(context, checked_in.code)
        yield


def check_out(context: KioskContext, code: str) -> None:
    checked_out = visits.check_out(context, code)
    assert isinstance(checked_out, CheckedOut), checked_out
    print_line(f"out {checked_out.visit}")


def run(folder: Path, rounds: int | None = None) -> None:
    """Run a kiosk on the data folder; ``rounds`` None: until it is killed."""
    runtime = bootstrap.build(KioskSettings(), folder, SystemClock())
    for number, _ in enumerate(parties(runtime.context), start=1):
        if number == rounds:
            break
    runtime.stop()


def run_for_each_line(folder: Path) -> None:
    """Run a forked process for each line on stdin, one after the other."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run(folder)
        print_line(f"born {child}")
        os.waitpid(child, 0)
        print_line("died")


if __name__ == "__main__":
    where, *counts = sys.argv[1:]
    if counts:
        rounds, lives = map(int, counts)
        for _ in range(lives):
            run(Path(where), rounds)
    else:
        run_for_each_line(Path(where))
