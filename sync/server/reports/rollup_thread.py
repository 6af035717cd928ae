"""A thread that keeps the roll-ups up to date while the server runs."""

import logging
import threading

from sync.domain.clock import Clock
from sync.ledger.store import StorageError, Store
from sync.server.auth.scope import command_scope
from sync.server.kiosks import repository as kiosk_repository
from sync.server.reports import rollups

INTERVAL = 5.0  # seconds: a day that changes all the time is computed once in this time
log = logging.getLogger(__name__)


class RollupThread:
    """Computes changed days again, some at a time. Reports are right without it, only slower."""

    def __init__(self, store: Store, clock: Clock, interval: float = INTERVAL) -> None:
        self._store = store
        self._clock = clock
        self._interval = interval
        self._stopping = threading.Event()
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="roll-ups", daemon=True)

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
            self._stopping.wait(rollups.BETWEEN_BATCHES if self._refresh() else self._interval)

    def _refresh(self) -> bool:
        """Take up some changes; whether there may be more. A failure is logged once and tried again."""
        try:
            venues = kiosk_repository.venues(self._store, command_scope(self._store))
            taken = rollups.refresh(self._store, venues, self._clock.read().at)
        except StorageError as error:
            if not self._is_failing:
                log.warning("the roll-ups can't be computed now; it is tried again: %s", error)
            self._is_failing = True
            return False
        self._is_failing = False
        return taken >= rollups.MOST_CHANGES
