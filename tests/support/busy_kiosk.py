"""A kiosk without a screen that lets parties in and out as fast as it can, and tells each confirmation after it came.

``python busy_kiosk.py FOLDER``: every line on stdin begins a life (a process of its own, made by fork so that a
thousand lives don't import everything a thousand times). Told on stdout: ``born PID``, ``in VISIT``, ``out VISIT``,
``died``. ``python busy_kiosk.py FOLDER ROUNDS LIVES``: so many lives of so many parties in this process, each closed in
order.
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


def tell(text: str) -> None:
    """One whole line, straight to the pipe."""
    os.write(1, f"{text}\n".encode())


def parties(context: KioskContext) -> Iterator[None]:
    """Check a party in and out, again and again; first whoever is still in from the life before."""
    for left_behind in context.ledger.present():
        check_out(context, left_behind.code)
    sessions.open_session(context, context.profile.templates[0], HOST)
    while True:
        welcomed = visits.check_in(context, CheckInRequest(party_size=2, phones=1, kept=1))
        assert isinstance(welcomed, CheckedIn), welcomed
        tell(f"in {visit_of(welcomed.slip)}")
        check_out(context, welcomed.code)
        yield


def check_out(context: KioskContext, code: str) -> None:
    farewell = visits.check_out(context, code)
    assert isinstance(farewell, CheckedOut), farewell
    tell(f"out {farewell.visit}")


def live(folder: Path, rounds: int | None = None) -> None:
    """One life on the data folder; ``rounds`` None: until it is killed."""
    runtime = bootstrap.build(KioskSettings(), folder, SystemClock())
    for number, _ in enumerate(parties(runtime.context), start=1):
        if number == rounds:
            break
    runtime.stop()


def nurse(folder: Path) -> None:
    """A life for each line on stdin, one after the other."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            live(folder)
        tell(f"born {child}")
        os.waitpid(child, 0)
        tell("died")


if __name__ == "__main__":
    where, *counts = sys.argv[1:]
    if counts:
        rounds, lives = map(int, counts)
        for _ in range(lives):
            live(Path(where), rounds)
    else:
        nurse(Path(where))
