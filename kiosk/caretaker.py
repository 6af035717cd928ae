"""Looks after the database while nobody waits for it: a proven backup every so often, in a thread of its own."""

import logging
import threading
from pathlib import Path

from sync.ledger import care
from sync.ledger.ledger import Ledger

log = logging.getLogger(__name__)
EVERY = 1800.0  # seconds


class Caretaker:
    """Backs the ledger up when it has grown since the last time; a copy that is sound proves the original."""

    def __init__(self, ledger: Ledger, file: Path, folder: Path, every: float = EVERY) -> None:
        self._ledger = ledger
        self._file = file
        self._folder = folder
        self._every = every
        self._proven = -1  # the journal's last place in the newest backup
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin; the first backup is made after one pause, so that the start stays quick."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the backup that is being made."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def tend(self) -> None:
        """Back up now, if there is anything new. Trouble is logged, and tried again next time: the door works on."""
        last = self._ledger.waiting().last
        if last == self._proven:
            return
        try:
            care.backup(self._file, self._folder)
        except (care.Damaged, OSError) as error:
            log.error("no backup could be made of %s: %s", self._file, error)
        else:
            self._proven = last

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            self.tend()
