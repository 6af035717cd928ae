"""Rows a second of the fold alone, over a day as four kiosks of a venue write it: ``python tests/bench/fold.py``."""

import random
import time
from collections import defaultdict
from statistics import median
from uuid import UUID

import measure as bench  # first: it puts tests/ on the path

from sync.domain.clock import resolve_moment
from sync.domain.events import Unreadable, read_event
from sync.domain.fold import Fact, fold_session, fold_visit
from tests.support.simulated_days import written

STEPS, TIMES = 4_000, 20


def measure() -> list[bench.Ratio]:
    """Print it: there is nothing to compare it with."""
    sessions, visits = _facts()
    facts = sum(map(len, visits.values()))
    took = median(_timed(sessions, visits) for _ in range(TIMES))
    rows = len(sessions) + len(visits)
    print(f"{rows:,} rows of {facts:,} facts about visits and {sum(map(len, sessions.values())):,} about sessions:")
    print(f"{rows / took:,.0f} rows a second, {facts / took:,.0f} facts a second.\n")
    return []


def _facts() -> tuple[dict[UUID, list[Fact]], dict[UUID, list[Fact]]]:
    chance = random.Random(11)
    steps = [(chance.randrange(4), chance.randrange(30), chance.randrange(100)) for _ in range(STEPS)]
    sessions, visits = defaultdict(list), defaultdict(list)
    for _, journal in written(4, 11, steps).journals():
        for entry in journal:
            try:
                event = read_event(entry)
            except Unreadable:
                continue
            fact = Fact(entry.id, entry.tick, entry.journal, resolve_moment(entry.at, entry.clock, None), event)
            if entry.kind.startswith("session."):
                sessions[entry.subject].append(fact)
            elif entry.kind != "clock.anchored":
                visits[entry.subject].append(fact)
    return sessions, visits


def _timed(sessions: dict[UUID, list[Fact]], visits: dict[UUID, list[Fact]]) -> float:
    began = time.perf_counter()
    for subject, facts in sessions.items():
        fold_session(subject, facts)
    for subject, facts in visits.items():
        fold_visit(subject, facts)
    return time.perf_counter() - began


if __name__ == "__main__":
    measure()
