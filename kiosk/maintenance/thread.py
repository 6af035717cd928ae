"""Looks after the database while nobody waits for it: proven backups, and a full look when the room is quiet."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from sync.ledger import local_keys
from sync.ledger.condition import StorageCondition, StorageFault
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity
from sync.ledger.store import StorageError

EVERY = 1800.0  # seconds
FIRST_RETRY = 60.0  # seconds after a failure
QUIET_MS = 600_000  # since somebody last touched the screen, before a full look is begun
FULL_EVERY_MS = 24 * 3600 * 1000
CHECKED = "checked"  # when the live file was last found sound to the last page

log = logging.getLogger(__name__)


class MaintenanceThread:
    """Backs the ledger up when it has grown since the last time, and checks it fully once a day.

    A copy that is sound proves that the original could be read; the full check proves its indexes too.
    """

    def __init__(self, ledger: Ledger, file: Path, folder: Path, every: float = EVERY) -> None:
        self._ledger = ledger
        self._file = file
        self._folder = folder
        self._every = every
        self._proven = -1  # the journal's last place in the newest backup
        self._told: str | None = None  # why there is no newer backup, as it was last noted
        self._failures = 0  # in a row
        self.condition = StorageCondition()
        self._touched_up = ledger.clock.read().up  # when somebody was there, by an uptime that nobody sets
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin; the first backup is made after one pause, so that the start stays quick."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the backup that is being made; a full check is broken off."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def touched(self) -> None:
        """Somebody is at the screen: no full check now, and one that runs makes way."""
        self._touched_up = self._ledger.clock.read().up

    def tend(self) -> None:
        """Do what is due now. Trouble is logged, shown to the host and tried again: the kiosk serves on."""
        found = (self._try(self._look_fully), self._try(self._back_up))
        trouble = next((one for one in found if one), None)
        self._failures = self._failures + 1 if trouble else 0
        self.condition.trouble = trouble

    def pause(self) -> float:
        """Seconds until it is tended again: doubled after each failure, and never longer than after success."""
        return min(self._every, FIRST_RETRY * 2 ** min(self._failures - 1, 20)) if self._failures else self._every

    def _try(self, work: Callable[[], None]) -> StorageFault | None:
        try:
            work()
        except integrity.Damaged as damage:
            return self._damaged(damage)
        except backup.CopyFailed as error:
            self._uncopied(str(error))
            return "backup full" if error.is_full else "backup failed"
        except (OSError, StorageError) as error:
            return self._unanswered(error)
        return None

    def _damaged(self, damage: integrity.Damaged) -> StorageFault:
        log.error("%s is damaged (%s): it will be rebuilt when the kiosk is started again", self._file, damage)
        self._leave_word(damage)
        return "damaged"

    def _unanswered(self, error: Exception) -> StorageFault:
        """The database can't be read or written now: is it the disk, or is the file damaged?"""
        try:
            integrity.check(self._file)
        except integrity.Damaged as damage:
            return self._damaged(damage)
        except OSError as unreadable:
            log.error("%s can't be read: %s", self._file, unreadable)
        else:
            log.error("%s could not be looked after: %s", self._file, error)
        return "disk"

    def _back_up(self) -> None:
        last = self._ledger.waiting().last
        if last != self._proven:
            backup.backup(self._file, self._folder)
            self._proven = last
            self._uncopied("")

    def _uncopied(self, why: str) -> None:
        """Note why there is no new backup, or that there is one: for the log and hearth-kiosk status."""
        if why == self._told:
            return
        self._told = why
        if why:
            log.error("%s is sound, but %s; the kiosk serves on, and tries again", self._file, why)
        try:
            self._ledger.remember(local_keys.UNCOPIED, why)
        except StorageError as error:  # the same full disk, perhaps
            log.error("%s can't be written: %s", self._file, error)

    def _look_fully(self) -> None:
        now = self._ledger.clock.read()
        before = self._ledger.recall(CHECKED)
        if now.up - self._touched_up < QUIET_MS or (before is not None and 0 <= now.at - before < FULL_EVERY_MS):
            return
        begun = self._touched_up
        try:
            integrity.check(
                self._file, thorough=True, stop=lambda: self._stopping.is_set() or self._touched_up != begun
            )
        except integrity.Interrupted:
            log.info("the full check of %s made way", self._file)
        else:
            self._ledger.remember(CHECKED, now.at)

    def _leave_word(self, damage: integrity.Damaged) -> None:
        """For the next start beside the file, and within it for the host's board."""
        try:
            integrity.mark_suspect(self._file, damage)
            self._ledger.remember(local_keys.DAMAGED, str(damage))
        except (OSError, StorageError) as error:
            log.error("no word could be left beside %s: %s", self._file, error)

    def _run(self) -> None:
        while not self._stopping.wait(self.pause()):
            self.tend()
