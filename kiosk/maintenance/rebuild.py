"""A damaged database is rebuilt from what can be read of it and its backups; the server's copy completes it later.

The new one is made beside the old one and takes its place when it is whole, so that a power cut costs nothing: the next
start begins again, or ends what was begun.
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
    """Begin anew with what the damaged file and its backups still tell; the damaged file stays under another name.

    Raises StorageTrouble, OSError where there is no room for it; the damaged file is untouched then.
    """
    rescued = rescue.rescue([file, *backup.backups(backups)])
    new = file.with_name(file.name + NEW)
    integrity.remove(new)  # what a power cut left of the try before
    with closing(Ledger(open_sqlite(new), clock)) as ledger:
        ledger.import_entries(rescued.own, _remembered(rescued, damage, integrity.free_name(file).name))
        server = authority.read_remembered(rescued.local)
        ledger.apply_feed([write_entry(one).encode() for one in rescued.others], {}, server)
    aside = integrity.set_aside(file)
    log.error("%s was damaged (%s): %d facts saved, kept as %s", file, damage, len(rescued.entries), aside.name)
    _take_place(new, file)


def resume(file: Path) -> None:
    """End a rebuilding whose last step the power cut: the old file has gone, and the new one waits."""
    new = file.with_name(file.name + NEW)
    if new.exists() and not file.exists():
        integrity.set_aside(file)  # its side files, which belong to no other
        _take_place(new, file)


def _take_place(new: Path, file: Path) -> None:
    new.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a name is safe when its folder is
    finally:
        os.close(folder)


def _remembered(rescued: RescuedFacts, damage: integrity.Damaged, kept_as: str) -> dict[str, JSON]:
    """What is kept of what never travels. How far the feed was known counts for nothing: some of it may be lost."""
    kept = {key: value for key, value in rescued.local.items() if key not in (download.FEED, local_keys.DAMAGED)}
    told = {
        "damage": str(damage),
        "kept_as": kept_as,
        "saved": len(rescued.entries),
        "forgot": not kept,  # a kiosk in use remembers its hosts at least
    }
    paired = enrolment.read(kept.get(enrolment.KEY))
    return kept | {local_keys.REBUILT: told} | (download.restore_request(paired.kiosk) if paired else {})
