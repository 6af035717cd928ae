"""Rebuilds a damaged database from the readable part of it and its backups; the server's copy completes it later.

The new file is written beside the old one and replaces it when it is complete, so that nothing is lost in a power cut:
the next start begins again, or finishes the replacement.
"""

import logging
import os
from contextlib import closing
from pathlib import Path

from sync.client import download, enrolment
from sync.domain.clock import Clock
from sync.domain.events import write_entry
from sync.ledger import authority, local_keys
from sync.ledger.ledger import JSON, Ledger
from sync.ledger.maintenance import backup, integrity, rescue
from sync.ledger.maintenance.rescue import RescuedFacts
from sync.ledger.store import open_sqlite

NEW = ".new"  # completes the database's name while it is being rebuilt

log = logging.getLogger(__name__)


def rebuild(file: Path, backups: Path, clock: Clock, damage: integrity.Damaged) -> None:
    """Write a new database from the damaged file and its backups, and keep the damaged one under another name.

    Raises StorageError or OSError where there is no room for it; the damaged file is untouched then.
    """
    rescued = rescue.rescue([file, *backup.backups(backups)])
    new = file.with_name(file.name + NEW)
    integrity.remove(new)  # of an attempt that a power cut ended
    with closing(Ledger(open_sqlite(new), clock)) as ledger:
        ledger.import_entries(rescued.own, _local_state(rescued, damage, integrity.free_name(file).name))
        server = authority.read_remembered(rescued.local)
        ledger.apply_feed([write_entry(entry).encode() for entry in rescued.others], {}, server)
    aside = integrity.set_aside(file)
    log.error("%s was damaged (%s): %d facts saved, kept as %s", file, damage, len(rescued.entries), aside.name)
    _replace(new, file)


def resume(file: Path) -> None:
    """Finish a rebuild that a power cut ended at its last step: the old file is gone, the new one not renamed yet."""
    new = file.with_name(file.name + NEW)
    if new.exists() and not file.exists():
        integrity.set_aside(file)  # the old file's journals, which must not be applied to the new one
        _replace(new, file)


def _replace(new: Path, file: Path) -> None:
    new.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a rename is durable once its folder is
    finally:
        os.close(folder)


def _local_state(rescued: RescuedFacts, damage: integrity.Damaged, kept_as: str) -> dict[str, JSON]:
    """The values that are stored on this kiosk alone. The feed is read from its start: some of it may be lost."""
    local = {key: value for key, value in rescued.local.items() if key not in (download.FEED, local_keys.DAMAGED)}
    rebuilt: JSON = {
        "damage": str(damage),
        "kept_as": kept_as,
        "saved": len(rescued.entries),
        "forgot": not local,  # a kiosk in use remembers its hosts at least
    }
    paired = enrolment.read(local.get(enrolment.KEY))
    return local | {local_keys.REBUILT: rebuilt} | (download.restore_request(paired.kiosk) if paired else {})
