"""Fixtures for tests of roll-ups, which write rows without kiosks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert

from sync.ledger.ledger import Ledger
from sync.ledger.store import open_store
from sync.manual_clock import ManualClock
from sync.server import tables


@pytest.fixture
def ledger(place: Callable[[str], Path | str], clock: ManualClock) -> Iterator[Ledger]:
    """The ledger of a server's database, in which an organisation is."""
    ledger = Ledger(open_store(place("central")), clock)
    with ledger.store.writing() as connection:
        connection.execute(insert(tables.organisation).values(id=uuid4(), secret=uuid4().hex))
    yield ledger
    ledger.close()
