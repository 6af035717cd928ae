"""A durable check-in over SQLite's own commit of the same two rows: ``python tests/bench/tap.py``."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TypeVar
from uuid import UUID

from measure import Goal, Ratio, ratio, scratch, show
from plain import Copyist, Plain
from sqlalchemy import event

from kiosk import bootstrap
from kiosk.services import sessions, visits
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.services.records.visitor_records import CheckedIn, CheckInRequest
from kiosk.settings import KioskSettings
from sync.domain.events import VisitCheckedIn
from sync.domain.ids import uuid7
from sync.domain.visit import visit_of
from sync.system_clock import SystemClock

PRESENT = 20  # people who are in, each a visit of its own
WARM_UP = 20  # pairs that don't count: statements are compiled, files grow
PAIRS = 300
GOAL = Goal("≤", 2.0)
T = TypeVar("T")
ONE = CheckInRequest(party_size=1, phones=1, kept=0)
MS = 1_000


def measure() -> list[Ratio]:
    """A whole check-in and the ledger's part of it, each over the plain commit that follows it."""
    with (
        scratch("tap") as folder,
        closing(BareKiosk(folder / "kiosk", durable=True)) as kiosk,
        closing(BareKiosk(folder / "careless", durable=False)) as undurable_kiosk,
        closing(Plain(folder / "plain.db")) as base,
    ):
        taps, records, undurable = _pairs(kiosk, base, undurable_kiosk)
    _explain(taps, records, undurable)
    return [
        ratio("tap: check_in", "ms", taps, GOAL),
        ratio("tap: ledger.record alone", "ms", records, None),
    ]


class BareKiosk:
    """A kiosk without its screen, with a session open and people in it; ``durable`` False lets SQLite skip fsync."""

    def __init__(self, folder: Path, durable: bool) -> None:
        folder.mkdir()
        self._parts = bootstrap.build(KioskSettings(), folder, SystemClock())
        self.context: KioskContext = self._parts.context
        if not durable:
            engine = self.context.ledger.store.engine
            engine.dispose()
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        self.session = sessions.open_session(
            self.context, self.context.profile.templates[0], HostSession(UUID(int=0))
        ).id
        for _ in range(PRESENT):
            self.come_in()
        self._copyist = Copyist(folder / bootstrap.LEDGER)
        self._copied = self.context.ledger.waiting().last

    def come_in(self) -> CheckedIn:
        """A whole check-in."""
        answer = visits.check_in(self.context, ONE)
        assert isinstance(answer, CheckedIn)
        return answer

    def record(self) -> UUID:
        """The ledger's part of it."""
        visit = uuid7(self.context.ledger.clock.read().at)
        arrival = VisitCheckedIn(self.session, party_size=1, phones=1, stow="pouch", numbers=(40,), language="en")
        self.context.ledger.record((visit, arrival))
        return visit

    def leave(self, visit: UUID) -> None:
        """Check out, so that as many people are in as before."""
        row = self.context.ledger.visit(visit)
        assert row is not None
        visits.check_out(self.context, row.code)

    def rows(self) -> list[tuple[tuple[object, ...], tuple[object, ...]]]:
        """Entry and visit of everything that was written since the last call."""
        entries = self._copyist.entries(self._copied)
        self._copied += len(entries)
        return [(entry, self._copyist.visit(entry)) for entry in entries]

    def close(self) -> None:
        """Close the kiosk."""
        self._copyist.close()
        self._parts.stop()


Pairs = list[tuple[float, float]]


def _pairs(kiosk: BareKiosk, base: Plain, undurable_kiosk: BareKiosk) -> tuple[Pairs, Pairs, list[float]]:
    taps, records, undurable = [], [], []
    for _ in range(WARM_UP + PAIRS):
        tap, welcomed = _timed(kiosk.come_in)
        taps.append((tap, _commit(kiosk, base)))
        kiosk.leave(visit_of(welcomed.slip))
        kiosk.rows()
        alone, visit = _timed(kiosk.record)
        records.append((alone, _commit(kiosk, base)))
        kiosk.leave(visit)
        kiosk.rows()
        without, welcomed = _timed(undurable_kiosk.come_in)
        undurable.append(without)
        undurable_kiosk.leave(visit_of(welcomed.slip))
    return taps[WARM_UP:], records[WARM_UP:], undurable[WARM_UP:]


def _commit(kiosk: BareKiosk, base: Plain) -> float:
    [(entry, visit)] = kiosk.rows()
    return _timed(lambda: base.commit(entry, visit))[0]


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = act()
    return (time.perf_counter() - began) * MS, done


def _explain(taps: Pairs, records: Pairs, undurable: list[float]) -> None:
    tap, record, without = (median(ours for ours, _ in taps), median(ours for ours, _ in records), median(undurable))
    print(f"A tap takes {tap:.2f} ms with {PRESENT} people in the room: {record:.2f} ms in ledger.record,")
    print(f"{tap - record:.2f} ms in the service around it. With synchronous=OFF it takes {without:.2f} ms:")
    print(f"waiting for the disk is {max(0.0, 1 - without / tap):.0%} of a tap.\n")


if __name__ == "__main__":
    show(measure())
