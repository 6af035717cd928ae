"""The output of hearth-kiosk status: the state of sync, clock and database.

It reads the ledger, also while the kiosk runs, and changes nothing in it.
"""

from datetime import UTC, datetime
from pathlib import Path

from kiosk import bootstrap
from sync.client import download, enrolment, last_error, upload
from sync.client.upload import UploadProgress
from sync.data_dir import is_locked
from sync.domain.clock import Clock
from sync.errors import UserError
from sync.ledger import clock_anchors, local_keys
from sync.ledger.ledger import Ledger, Waiting
from sync.ledger.maintenance import integrity
from sync.ledger.readonly import SchemaMismatch, open_reading
from sync.ledger.store import StorageError

HOUR, MINUTE = 3600, 60


def lines(folder: Path, clock: Clock) -> list[str]:
    """The status lines of a data folder. Raises UserError where it has no kiosk, or its ledger can't be opened."""
    require_kiosk(folder)
    try:
        integrity.check(folder / bootstrap.LEDGER)
    except integrity.Damaged as damage:
        return [_line("database", f"damaged ({damage}): stop and start the kiosk, and it is rebuilt")]
    except OSError as error:
        raise UserError(f"the ledger in {folder} can't be opened ({error}): check the disk") from error
    ledger = open_readonly(folder, clock, older=True)
    try:
        suspect = integrity.is_suspect(folder / bootstrap.LEDGER)
        return _report(ledger, is_running=is_locked(folder, bootstrap.LOCK), is_suspect=suspect)
    finally:
        ledger.close()


def require_kiosk(folder: Path) -> None:
    """Raises UserError where the folder has no ledger."""
    if not (folder / bootstrap.LEDGER).exists():
        raise UserError(f"there is no kiosk in {folder}: start one with hearth-kiosk run, or check --data")


def open_readonly(folder: Path, clock: Clock, *, older: bool) -> Ledger:
    """The ledger, read-only; ``older``: also with an older release's schema. Raises UserError."""
    try:
        return Ledger(open_reading(folder / bootstrap.LEDGER, older=older), clock)
    except SchemaMismatch as mismatch:
        remedy = (
            "install that release again"
            if mismatch.is_newer
            else "start it once with hearth-kiosk run, which brings it up to date"
        )
        raise UserError(f"the ledger in {folder} is of another release ({mismatch}): {remedy}") from mismatch
    except StorageError as error:
        raise UserError(f"the ledger in {folder} can't be opened ({error}): check the disk") from error


def _report(ledger: Ledger, *, is_running: bool, is_suspect: bool) -> list[str]:
    paired = enrolment.load(ledger)
    waiting = ledger.waiting()
    return [
        _line("kiosk", "running" if is_running else "not running"),
        _line("server", paired.server if paired else _unpaired(ledger)),
        *_pairing(ledger),
        _line("venue", paired.venue.name if paired else "as in kiosk.toml"),
        _line("entries waiting", f"{waiting.count}{_since(waiting)}"),
        *_sending(upload.progress(ledger), waiting),
        *_trouble(ledger, is_running=is_running),
        _line("last acknowledged", str(waiting.acknowledged)),
        _line("clock", _clock(ledger)),
        *_voice(ledger),
        _line("database", _database(ledger, is_suspect=is_suspect)),
        *_backup(ledger),
    ]


def _line(name: str, text: str) -> str:
    return f"{name:<18} {text}"


def _unpaired(ledger: Ledger) -> str:
    rebuilt = ledger.recall(local_keys.REBUILT) or {}
    if rebuilt.get("forgot"):
        return "not known any more: the pairing was lost with the damaged file; pair again with hearth-kiosk pair"
    return "none: this kiosk is not paired"


def _pairing(ledger: Ledger) -> list[str]:
    """What the host has to do about the pairing."""
    if ledger.recall(local_keys.COPY):
        return [_line("pairing", "this kiosk was copied from another: pair it again with hearth-kiosk pair")]
    return []


def _since(waiting: Waiting) -> str:
    return f" (the oldest of {_moment(waiting.oldest_at)})" if waiting.oldest_at else ""


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _sending(progress: UploadProgress | None, waiting: Waiting) -> list[str]:
    """The progress of an unfinished upload."""
    if progress is None or not waiting.count or not progress.left:
        return []
    pace = progress.sent / progress.seconds if progress.seconds else 0
    left = f", {pace:.0f} a second, about {_duration(waiting.count / pace)} left" if pace else ""
    return [_line("sent so far", f"{progress.sent} of {progress.sent + waiting.count}{left}")]


def _duration(seconds: float) -> str:
    if seconds >= HOUR:
        return f"{seconds / HOUR:.1f} h"
    return f"{seconds / MINUTE:.0f} min" if seconds >= MINUTE else f"{seconds:.0f} s"


def _trouble(ledger: Ledger, *, is_running: bool) -> list[str]:
    error = last_error.load(ledger)
    if error is None:
        return []
    wait = max(0, error.again_at - ledger.clock.read().at) / 1000
    again = f"tried again in {_duration(wait)}" if is_running else "tried again when the kiosk runs"
    return [_line("last try", f"{error.message}; {again} (it was {_moment(error.at)})")]


def _clock(ledger: Ledger) -> str:
    now = ledger.clock.read()
    if now.source:
        return f"set by {now.source}"
    if clock_anchors.is_anchored(ledger.store, now.boot):
        return "not set, but known from the server"
    return "not known to be right: times are estimates until the server or a time server is reached"


def _voice(ledger: Ledger) -> list[str]:
    missing = ledger.recall(bootstrap.VOICE)
    return [_line("reading aloud", f"not possible: {missing} is not installed")] if missing else []


def _backup(ledger: Ledger) -> list[str]:
    why = ledger.recall(local_keys.UNCOPIED)
    return [_line("backup", f"{why}; it is tried again while the kiosk runs")] if why else []


def _database(ledger: Ledger, *, is_suspect: bool) -> str:
    if is_suspect:
        return "found damaged while it ran; stop and start the kiosk, and it is rebuilt"
    rebuilt = ledger.recall(local_keys.REBUILT)
    restored_count = ledger.recall(download.RESTORED) or 0
    restored = [f"{restored_count} facts came back from the server"] if restored_count else []
    if ledger.recall(download.RESTORING):
        restored.append("the server is still asked for what is missing")
    if not rebuilt:
        return "; ".join(["sound", *restored])
    return "; ".join(
        [f"rebuilt with {rebuilt['saved']} facts", *restored, f"the damaged file is kept as {rebuilt['kept_as']}"]
    )
