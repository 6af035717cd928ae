"""One suite, two engines: these tests run with ledgers on SQLite, then on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.ledger.ledger import Ledger
from sync.ledger.store import open_store
from sync.manual_clock import ManualClock


@pytest.fixture
def open_ledger(place: Callable[[str], Path | str], clock: ManualClock) -> Iterator[Callable[[str], Ledger]]:
    """Opens ledgers by name; the same name is the same database."""
    opened: list[Ledger] = []

    def open_(name: str) -> Ledger:
        opened.append(Ledger(open_store(place(name)), clock))
        return opened[-1]

    yield open_
    for ledger in opened:
        ledger.close()
