"""A tap during a full integrity check, over a tap without: ``python tests/bench/check.py``."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from measure import Goal, Ratio, ratio, scratch, show
from tap import Room

from kiosk import bootstrap
from sync.domain.events import PulseGiven
from sync.domain.visit import visit_of
from sync.ledger.maintenance import integrity

ENTRIES, AT_ONCE = 40_000, 1_000  # a busy year or so
PAIRS, WARM_UP = 200, 10
FINGER_S = 0.05  # a finger touches, and is lifted no sooner than this: then something is done
HEAD_START_S = 0.01  # for the check to be under way
GOAL = Goal("≤", 1.5)
MS = 1_000


def measure() -> list[Ratio]:
    """Taps in turn: one alone, one after a touch that cancels a check, and one beside a check that is not cancelled."""
    with_check: list[tuple[float, float]] = []
    without_check: list[tuple[float, float]] = []
    with scratch("check") as folder, closing(Room(folder / "kiosk", durable=True)) as room:
        for _ in range(ENTRIES // AT_ONCE):
            room.context.ledger.record(*[(uuid4(), PulseGiven(when="after", score=4)) for _ in range(AT_ONCE)])
        for _ in range(PAIRS + WARM_UP):
            alone = tap(room)
            with checking(folder / "kiosk" / bootstrap.LEDGER) as touched:
                touched.set()
                time.sleep(FINGER_S)
                with_check.append((tap(room), alone))
            with checking(folder / "kiosk" / bootstrap.LEDGER):
                without_check.append((tap(room), alone))
    return [
        ratio("tap: breaking off a full check", "ms", with_check[WARM_UP:], GOAL),
        ratio("tap: beside one that goes on", "ms", without_check[WARM_UP:], None),
    ]


def tap(room: Room) -> float:
    """Milliseconds of one check-in; its check-out keeps the room as full as it was."""
    began = time.perf_counter()
    welcomed = room.come_in()
    took = (time.perf_counter() - began) * MS
    room.leave(visit_of(welcomed.slip))
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
