"""The cost of a tap, a push and a report with ten times as much stored: ``python tests/bench/growth.py``."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from measure import Ratio, ratio, scratch, show
from pushing import BATCH, BEGAN, journal
from tap import BareKiosk

from sync.domain.events import write_entry
from sync.domain.visit import visit_of
from sync.ledger.ledger import Ledger
from sync.server.auth.scope import command_scope
from sync.server.kiosks import pairing
from sync.server.kiosks.inventory import read_inventory
from sync.server.reports import attendance
from sync.server.reports.base import ReportFilters
from sync.server.storage import open_ledger
from sync.system_clock import SystemClock

LITTLE, TIMES = 5_000, 10  # entries stored before, and how many times that
TAPS, PUSHES, REPORTS = 100, 20, 5
REPORTED = timedelta(days=3)  # what the little is about, and more
MS = 1_000


def measure() -> list[Ratio]:
    """Each beside the same with a tenth stored, in turn."""
    with scratch("growth") as folder:
        return [_taps(folder), *_server(folder)]


def _taps(folder: Path) -> Ratio:
    with (
        closing(BareKiosk(folder / "little", durable=True)) as little,
        closing(BareKiosk(folder / "much", durable=True)) as much,
    ):
        for kiosk, entries in ((little, LITTLE), (much, LITTLE * TIMES)):
            kiosk.context.ledger.absorb(*_journal(entries), uuid4())
        pairs = [(_tap(much), _tap(little)) for _ in range(TAPS)]
    return ratio(f"a tap, {TIMES} × stored", "ms", pairs, None)


def _tap(kiosk: BareKiosk) -> float:
    came: list[UUID] = []
    took = _timed(lambda: came.append(visit_of(kiosk.come_in().slip)))
    kiosk.leave(came[0])
    return took


@dataclass(frozen=True)
class _Central:
    """A server's ledger with one kiosk's journal in it."""

    ledger: Ledger
    kiosk: UUID
    venue: UUID

    def push(self) -> float:
        journal = _journal(BATCH)
        return _timed(lambda: self.ledger.absorb(*journal, self.kiosk, self.venue))

    def report(self) -> float:
        first = datetime.fromtimestamp(BEGAN / MS, UTC).date()
        scope, filters = command_scope(self.ledger.store), ReportFilters(first, first + REPORTED)
        return _timed(lambda: attendance.rows(self.ledger.store, read_inventory(self.ledger.store, scope), filters))


def _central(ledger: Ledger, entries: int) -> _Central:
    enrolled = pairing.enrol(ledger.store, pairing.make_code(ledger.store, "Mill café", None, "UTC", 0).code, 0)
    ledger.absorb(*_journal(entries), enrolled.kiosk, enrolled.venue.id)
    return _Central(ledger, enrolled.kiosk, enrolled.venue.id)


def _server(folder: Path) -> list[Ratio]:
    clock = SystemClock()
    with closing(open_ledger(folder / "some", clock)) as small, closing(open_ledger(folder / "most", clock)) as large:
        little, much = _central(small, LITTLE), _central(large, LITTLE * TIMES)
        pushes = [(much.push(), little.push()) for _ in range(PUSHES)]
        reports = [(much.report(), little.report()) for _ in range(REPORTS)]
    return [
        ratio(f"a push of {BATCH}, {TIMES} × stored", "ms", pushes, None),
        ratio(f"{REPORTED.days + 1} days' report, {TIMES} × stored", "ms", reports, None),
    ]


def _journal(entries: int) -> tuple[UUID, list[bytes]]:
    of = uuid4()
    return of, [write_entry(entry).encode() for entry in journal(of, "main", entries)]


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * MS


if __name__ == "__main__":
    show(measure())
