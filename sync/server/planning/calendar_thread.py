"""A thread that fetches the calendars of venues, each once an hour, while the server runs."""

import logging
import threading

from sync.ledger.ledger import Ledger
from sync.ledger.store import StorageError
from sync.server.planning import calendar_repository, calendar_service
from sync.server.planning.calendar_fetch import FetchLimits
from sync.server.planning.calendar_service import INTERVAL_MS, CalendarGone

LOOK_EVERY = 20.0  # seconds: how soon a calendar that was added is fetched
END_WITHIN = 5.0  # seconds: a fetch that is in progress when the server stops is left alone

log = logging.getLogger(__name__)


class CalendarThread:
    """Fetches whatever is due, one calendar at a time."""

    def __init__(self, ledger: Ledger, limits: FetchLimits, interval: float = LOOK_EVERY) -> None:
        self._ledger = ledger
        self._limits = limits
        self._interval = interval
        self._stopping = threading.Event()
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="calendars", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a fetch in progress is not waited for, and writes nothing any more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(END_WITHIN)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                fetched = refresh_due(self._ledger, self._limits, self._stopping)
                self._is_failing = False
            except StorageError as error:
                fetched = False
                if not self._is_failing and not self._stopping.is_set():
                    log.warning("calendars can't be fetched now; it is tried again: %s", error)
                self._is_failing = True
            self._stopping.wait(0 if fetched else self._interval)


def refresh_due(ledger: Ledger, limits: FetchLimits, stopping: threading.Event) -> bool:
    """Fetch one calendar that is due; whether there was one. Raises StorageError."""
    now = ledger.clock.read().at
    claimed = calendar_repository.claim(ledger.store, now, now + INTERVAL_MS)
    if claimed is None:
        return False
    with ledger.store.reading() as connection:
        calendar = calendar_repository.find(connection, claimed)
    if calendar is None:
        return True
    try:
        result = calendar_service.refresh(ledger, calendar, limits, stopping=stopping)
    except CalendarGone:
        return True
    if result.problem is not None and result.problem != calendar.problem:
        log.warning("the calendar “%s” of %s: %s", calendar.name, calendar.venue.name, result.problem)
    return True
