"""A PIN's check, whether right or wrong, of one host or of twenty: ``python tests/bench/pin.py``.

The times must not tell a PIN from another: who is signed in, how many hosts there are, or that a PIN was a host's once.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path

from measure import Goal, Ratio, ratio, scratch, show

from kiosk import bootstrap
from kiosk.rules import pins
from kiosk.services import hosts
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession
from kiosk.settings import KioskSettings
from sync.system_clock import SystemClock

FEW, SOME, MANY = 1, 12, 20  # hosts
PAIRS = 36
SALT = bytes(16)
ALIKE = Goal("≤", 1.1)
WRONG = "000000"
MS = 1_000


def measure() -> list[Ratio]:
    """Checks in turn, each pair next to each other."""
    with (
        scratch("pin") as folder,
        kiosk(folder / "few") as few,
        kiosk(folder / "some") as some,
        kiosk(folder / "many") as many,
    ):
        few_pins, some_pins, many_pins = add(few, FEW), add(some, SOME), add(many, MANY)
        removed = add_and_remove(some, some_pins[0])
        right = [(check(some, pin), check(some, WRONG)) for pin in in_turn(some_pins)]
        by_place = [(check(some, some_pins[-1]), check(some, some_pins[0])) for _ in range(PAIRS)]
        by_past = [(wrong(some, some_pins[0], removed), wrong(some, some_pins[0])) for _ in range(PAIRS)]
        wrong_by_count = [(wrong(many, many_pins[0]), wrong(few, few_pins[0])) for _ in range(PAIRS)]
        right_by_count = [(check(many, pin), check(few, few_pins[0])) for pin in in_turn(many_pins)]
        by_part = [(check(many, many_pins[0]), hash_alone()) for _ in range(PAIRS)]
    return [
        ratio(f"PIN: right, each of {SOME}, over wrong", "ms", right, ALIKE),
        ratio("PIN: the last host's over the first's", "ms", by_place, ALIKE),
        ratio("PIN: a removed host's over one that was none's", "ms", by_past, ALIKE),
        ratio(f"PIN: wrong, {MANY} hosts over {FEW}", "ms", wrong_by_count, ALIKE),
        ratio(f"PIN: right, {MANY} hosts over {FEW}", "ms", right_by_count, ALIKE),
        ratio("PIN: a whole check over argon2id alone", "ms", by_part, None),
    ]


@contextmanager
def kiosk(folder: Path) -> Iterator[KioskContext]:
    """A kiosk without its screen."""
    folder.mkdir()
    context = bootstrap.build(KioskSettings(), folder, SystemClock()).context
    with closing(context.ledger):
        yield context


def add(context: KioskContext, count: int) -> list[str]:
    """So many hosts; returns their PINs."""
    chosen = [f"{482_913 + 1_001 * place}" for place in range(count)]
    lead = hosts.set_first_pin(context, chosen[0], "Noor")
    for pin in chosen[1:]:
        hosts.add_host(context, lead, "Jo", "host", pin)
    return chosen


def add_and_remove(context: KioskContext, leads: str) -> str:
    """Add a host and remove them again; returns their PIN. ``leads``: a lead's."""
    lead = hosts.check_pin(context, leads)
    assert isinstance(lead, HostSession)
    added = hosts.add_host(context, lead, "Mo", "host", "735124")
    hosts.remove_host(context, lead, added.id)
    return "735124"


def in_turn(chosen: list[str]) -> list[str]:
    """These PINs again and again."""
    return list(islice(cycle(chosen), PAIRS))


def wrong(context: KioskContext, right: str, pin: str = WRONG) -> float:
    """The time of a wrong PIN, after which a right one resets the count."""
    milliseconds = check(context, pin)
    check(context, right)
    return milliseconds


def check(context: KioskContext, pin: str) -> float:
    """Milliseconds until the answer."""
    began = time.perf_counter()
    hosts.check_pin(context, pin)
    return (time.perf_counter() - began) * MS


def hash_alone() -> float:
    """Milliseconds of the hash."""
    began = time.perf_counter()
    pins.tag(WRONG, SALT)
    return (time.perf_counter() - began) * MS


if __name__ == "__main__":
    show(measure())
