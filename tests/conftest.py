"""What every test may ask for: a clock with a hand, and a ledger in a real file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.hand_clock import HandClock
from sync.ledger import tables
from sync.ledger.engine import open_sqlite
from sync.ledger.ledger import Ledger


@pytest.fixture
def clock() -> HandClock:
    """A synchronised clock at 8:00 UTC on 24 November 2026."""
    return HandClock()


@pytest.fixture
def open_ledger(tmp_path: Path, clock: HandClock) -> Iterator[Callable[[str], Ledger]]:
    """Opens ledgers by name, each in a file of its own; the same name is the same file."""
    opened: list[Ledger] = []

    def open_(name: str) -> Ledger:
        opened.append(Ledger(open_sqlite(tmp_path / f"{name}.db", tables.metadata), clock))
        return opened[-1]

    yield open_
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_ledger: Callable[[str], Ledger]) -> Ledger:
    """One empty ledger."""
    return open_ledger("ledger")
