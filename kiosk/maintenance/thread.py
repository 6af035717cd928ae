"""Background maintenance of the database: verified backups, and a full integrity check when the kiosk is idle."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from sync.ledger import local_keys
from sync.ledger.condition import StorageCondition, StorageFault
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity
from sync.ledger.store import StorageError

EVERY = 1800.0  # seconds between runs
FIRST_RETRY = 60.0  # seconds after a failure
IDLE_MS = 600_000  # since the last touch, before a full check is begun
FULL_EVERY_MS = 24 * 3600 * 1000
CHECKED = "checked"  # key of the time when the live file last passed a full check

log = logging.getLogger(__name__)


class MaintenanceThread:
    """Backs the ledger up when it has grown since the last backup, and checks it fully once a day.

    A sound copy proves that the original could be read; the full check covers its indexes too.
    """

    def __init__(self, ledger: Ledger, file: Path, folder: Path, every: float = EVERY) -> None:
        self._ledger = ledger
        self._file = file
        self._folder = folder
        self._every = every
        self._backed_up_seq = -1  # the journal's last seq in the newest backup
        self._backup_failure: str | None = None  # as last stored; "": the last backup succeeded, None: none was made
        self._failures = 0  # in a row
        self.condition = StorageCondition()
        self._active_up = ledger.clock.read().up  # uptime of the last touch; it is never set, as the clock is
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Start the thread; its first run is after one interval, so that the kiosk's start stays quick."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the backup in progress; a full check is cancelled."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def note_activity(self) -> None:
        """The screen is in use: put a full check off, or cancel the one in progress."""
        self._active_up = self._ledger.clock.read().up

    def run_once(self) -> None:
        """Do what is due now. Failures are logged, shown to the host and retried; the kiosk keeps working."""
        faults = (self._attempt(self._check_fully), self._attempt(self._back_up))
        trouble = next((fault for fault in faults if fault), None)
        self._failures = self._failures + 1 if trouble else 0
        self.condition.trouble = trouble

    def interval(self) -> float:
        """Seconds until the next run: doubled after each failure, and never longer than after a success."""
        return min(self._every, FIRST_RETRY * 2 ** min(self._failures - 1, 20)) if self._failures else self._every

    def _attempt(self, task: Callable[[], None]) -> StorageFault | None:
        try:
            task()
        except integrity.Damaged as damage:
            return self._handle_damage(damage)
        except backup.CopyFailed as error:
            self._store_backup_failure(str(error))
            return "backup full" if error.is_full else "backup failed"
        except (OSError, StorageError) as error:
            return self._diagnose(error)
        return None

    def _handle_damage(self, damage: integrity.Damaged) -> StorageFault:
        log.error("%s is damaged (%s): it will be rebuilt when the kiosk is started again", self._file, damage)
        self._mark_damaged(damage)
        return "damaged"

    def _diagnose(self, error: Exception) -> StorageFault:
        """Tell a damaged file from a disk that can't be read or written now."""
        try:
            integrity.check(self._file)
        except integrity.Damaged as damage:
            return self._handle_damage(damage)
        except OSError as unreadable:
            log.error("%s can't be read: %s", self._file, unreadable)
        else:
            log.error("%s could not be looked after: %s", self._file, error)
        return "disk"

    def _back_up(self) -> None:
        last = self._ledger.waiting().last
        if last != self._backed_up_seq:
            backup.backup(self._file, self._folder)
            self._backed_up_seq = last
            self._store_backup_failure("")

    def _store_backup_failure(self, why: str) -> None:
        """Store why the last backup failed, or "" if it succeeded, for hearth-kiosk status; log it once."""
        if why == self._backup_failure:
            return
        self._backup_failure = why
        if why:
            log.error("%s is sound, but %s; the kiosk serves on, and tries again", self._file, why)
        try:
            self._ledger.remember(local_keys.UNCOPIED, why)
        except StorageError as error:  # the same full disk, perhaps
            log.error("%s can't be written: %s", self._file, error)

    def _check_fully(self) -> None:
        now = self._ledger.clock.read()
        checked_at = self._ledger.recall(CHECKED)
        if now.up - self._active_up < IDLE_MS or (checked_at is not None and 0 <= now.at - checked_at < FULL_EVERY_MS):
            return
        active_up = self._active_up
        try:
            integrity.check(
                self._file, thorough=True, stop=lambda: self._stopping.is_set() or self._active_up != active_up
            )
        except integrity.Interrupted:
            log.info("the full check of %s was cancelled", self._file)
        else:
            self._ledger.remember(CHECKED, now.at)

    def _mark_damaged(self, damage: integrity.Damaged) -> None:
        """Mark the database for a full check at the next start, and show the damage on the host's board."""
        try:
            integrity.mark_suspect(self._file, damage)
            self._ledger.remember(local_keys.DAMAGED, str(damage))
        except (OSError, StorageError) as error:
            log.error("%s could not be marked as damaged: %s", self._file, error)

    def _run(self) -> None:
        while not self._stopping.wait(self.interval()):
            self.run_once()
