"""Reads the health of a kiosk from its ledger and its machine, and changes nothing in either."""

import shutil
from importlib.metadata import version
from pathlib import Path

from kiosk.maintenance.thread import CHECKED
from kiosk.services import device_health
from kiosk.services.records.health_record import DatabaseHealth, KioskHealth, MachineHealth, SyncHealth
from sync.client import download, enrolment, last_error, upload
from sync.ledger import clock_anchors, local_keys
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import backup, integrity

VOICE = "missing voice"  # key of the program that was missing at the last start


def read(
    ledger: Ledger, file: Path, backups: Path, *, temperature: float | None = None, contact_at: int | None = None
) -> KioskHealth:
    """The health of the kiosk whose database is ``file``."""
    return KioskHealth(_sync(ledger, contact_at), _database(ledger, file, backups), _machine(ledger, file, temperature))


def _sync(ledger: Ledger, contact_at: int | None) -> SyncHealth:
    paired, waiting, error = enrolment.load(ledger), ledger.waiting(), last_error.load(ledger)
    progress = upload.progress(ledger)
    is_uploading = progress is not None and waiting.count and progress.left
    return SyncHealth(
        server=paired.server if paired else None,
        venue=paired.venue.name if paired else "",
        has_lost_pairing=bool((ledger.recall(local_keys.REBUILT) or {}).get("forgot")) and paired is None,
        is_copy=bool(ledger.recall(local_keys.COPY)),
        waiting=waiting.count,
        oldest_at=waiting.oldest_at,
        acknowledged=waiting.acknowledged,
        sent=progress.sent if progress and is_uploading else 0,
        seconds=progress.seconds if progress and is_uploading else 0.0,
        error=error.message if error else "",
        error_at=error.at if error else 0,
        again_at=error.again_at if error else 0,
        contact_at=contact_at,
    )


def _database(ledger: Ledger, file: Path, backups: Path) -> DatabaseHealth:
    rebuilt = ledger.recall(local_keys.REBUILT) or {}
    copies = backup.backups(backups)
    return DatabaseHealth(
        is_suspect=integrity.is_suspect(file),
        rebuilt_facts=rebuilt.get("saved"),
        kept_as=rebuilt.get("kept_as", ""),
        restored=ledger.recall(download.RESTORED) or 0,
        is_restoring=bool(ledger.recall(download.RESTORING)),
        checked_at=ledger.recall(CHECKED),
        backup_at=round(copies[0].stat().st_mtime * 1000) if copies else None,
        backup_error=ledger.recall(local_keys.UNCOPIED) or "",
    )


def _machine(ledger: Ledger, file: Path, temperature: float | None) -> MachineHealth:
    now = ledger.clock.read()
    return MachineHealth(
        version=version("hearth"),
        clock_source=now.source or "",
        is_clock_known=clock_anchors.is_anchored(ledger.store, now.boot),
        disk_free=shutil.disk_usage(file.parent).free,
        temperature=temperature,
        missing_voice=ledger.recall(VOICE) or "",
        devices=device_health.stored_states(ledger),
    )
