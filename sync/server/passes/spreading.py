"""States at every venue what was stated of a pass at one: that it is revoked, that its holder is forgotten.

Of cards also that they were issued: a printed pass is signed, a card is known by that fact alone.

A pass opens the doors of all venues, but each venue has its own feed and rows. So a venue that is made later learns of
it too, and one where a forgotten pass was used removes the hash.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from sync.domain.events import Event, PassForgotten, PassIssued, PassRevoked
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError
from sync.server import tables

STEP = 200  # facts in one transaction
INTERVAL = 30.0  # seconds
STATED: tuple[tuple[str, type[Event]], ...] = (
    ("issued", PassIssued),
    ("revoked", PassRevoked),
    ("forgotten", PassForgotten),
)

_pass, _dealt = ledger_tables.pass_state.c, tables.dealt_pass.c
log = logging.getLogger(__name__)


def spread(ledger: Ledger) -> int:
    """State what is missing, venue by venue; returns how many facts that were. Raises StorageError."""
    count = 0
    with ledger.store.reading() as connection:
        missing = _missing(connection)
    for venue, facts in missing.items():
        for some in chunks(facts, STEP):
            ledger.record(*some, stream=venue)
            count += len(some)
    return count


def _missing(connection: Connection) -> dict[UUID, list[tuple[UUID, Event]]]:
    """By venue, the facts that other venues have."""
    venues = list(connection.execute(select(tables.venue.c.id)).scalars())
    was_dealt = select(_dealt.id).where(_dealt.id == _pass.id).exists()
    is_card = _pass.issued.is_(True) & ~was_dealt
    columns = select(_pass.venue, _pass.id, is_card.label("issued"), _pass.revoked, _pass.forgotten)
    rows = connection.execute(columns.where(is_card | _pass.revoked.is_(True) | _pass.forgotten.is_(True))).all()
    missing: dict[UUID, list[tuple[UUID, Event]]] = defaultdict(list)
    for name, event in STATED:
        venues_by_pass: dict[UUID, set[UUID]] = defaultdict(set)
        for row in rows:
            if getattr(row, name):
                venues_by_pass[row.id].add(row.venue)
        for pass_id, stated_at in venues_by_pass.items():
            for venue in _others(venues, stated_at):
                missing[venue].append((pass_id, event()))
    return missing


def _others(venues: Iterable[UUID], stated_at: set[UUID]) -> list[UUID]:
    return [venue for venue in venues if venue not in stated_at]


class SpreadingThread:
    """Does this while the server runs."""

    def __init__(self, ledger: Ledger, interval: float = INTERVAL) -> None:
        self._ledger = ledger
        self._interval = interval
        self._stopping = threading.Event()
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="passes", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the transaction in progress."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                spread(self._ledger)
                self._is_failing = False
            except StorageError as error:  # logged once, and tried again
                if not self._is_failing:
                    log.warning("what was said of passes can't be stated at all venues now: %s", error)
                self._is_failing = True
            self._stopping.wait(self._interval)
