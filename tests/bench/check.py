"""A tap during a full integrity check, over a tap without: ``python tests/bench/check.py``."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from measure import Goal, Ratio, ratio, scratch, show
from tap import BareKiosk

from kiosk import bootstrap
from sync.domain.events import PulseGiven
from sync.domain.visit import visit_of
from sync.ledger.maintenance import integrity

ENTRIES, AT_ONCE = 40_000, 1_000  # a busy year or so
PAIRS, WARM_UP = 200, 10
FINGER_S = 0.05  # from touch to release, when the action begins
HEAD_START_S = 0.01  # for the check to be under way
GOAL = Goal("≤", 1.5)
MS = 1_000


def measure() -> list[Ratio]:
    """Taps in turn: one alone, one after a touch that cancels a check, and one beside a check that is not cancelled."""
    cancelled: list[tuple[float, float]] = []
    not_cancelled: list[tuple[float, float]] = []
    with scratch("check") as folder, closing(BareKiosk(folder / "kiosk", durable=True)) as kiosk:
        for _ in range(ENTRIES // AT_ONCE):
            kiosk.context.ledger.record(*[(uuid4(), PulseGiven(when="after", score=4)) for _ in range(AT_ONCE)])
        for _ in range(PAIRS + WARM_UP):
            alone = tap(kiosk)
            with checking(folder / "kiosk" / bootstrap.LEDGER) as touched:
                touched.set()
                time.sleep(FINGER_S)
                cancelled.append((tap(kiosk), alone))
            with checking(folder / "kiosk" / bootstrap.LEDGER):
                not_cancelled.append((tap(kiosk), alone))
    return [
        ratio("tap: breaking off a full check", "ms", cancelled[WARM_UP:], GOAL),
        ratio("tap: beside one that goes on", "ms", not_cancelled[WARM_UP:], None),
    ]


def tap(kiosk: BareKiosk) -> float:
    """Milliseconds of one check-in; its check-out keeps as many people in as before."""
    began = time.perf_counter()
    welcomed = kiosk.come_in()
    took = (time.perf_counter() - began) * MS
    kiosk.leave(visit_of(welcomed.slip))
    return took


@contextmanager
def checking(file: Path) -> Iterator[threading.Event]:
    """Run the check repeatedly until the event, which a touch on the screen sets."""
    ended = threading.Event()

    def check() -> None:
        while not ended.is_set():
            try:
                integrity.check(file, thorough=True, stop=ended.is_set)
            except integrity.Interrupted:
                return

    thread = threading.Thread(target=check)
    thread.start()
    time.sleep(HEAD_START_S)
    yield ended
    ended.set()
    thread.join()


if __name__ == "__main__":
    show(measure())
