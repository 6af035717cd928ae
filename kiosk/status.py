"""The output of hearth-kiosk status: the kiosk's health, which the screen's health page shows too.

It reads the ledger, also while the kiosk runs, and changes nothing in it.
"""

from datetime import UTC, datetime
from pathlib import Path

from kiosk import bootstrap
from kiosk.rules.device_states import Condition, DeviceState
from kiosk.services.records.health_record import DatabaseHealth, KioskHealth, MachineHealth, SyncHealth
from sync.data_dir import is_locked
from sync.domain.clock import Clock
from sync.errors import UserError
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import integrity
from sync.ledger.readonly import SchemaMismatch, open_reading
from sync.ledger.store import StorageError

DEVICE_WORDS = {
    Condition.READY: "ready",
    Condition.UNKNOWN: "plugged in",
    Condition.ABSENT: "not plugged in, or not where kiosk.toml says: see hearth-kiosk devices list",
    Condition.BUSY: "another program has opened its port: stop that",
    Condition.SILENT: "does not answer: check its power and its cable",
    Condition.PAPER_LOW: "paper runs low: have a new roll at hand",
    Condition.PAPER_OUT: "out of paper: put in a new roll",
    Condition.COVER_OPEN: "its cover is open: close it",
    Condition.FAULT: "stuck: switch it off and on",
}
HOUR, MINUTE = 3600, 60
GIGABYTE = 1e9  # bytes


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
        return _report(bootstrap.read_health(ledger, folder), ledger, is_locked(folder, bootstrap.LOCK))
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


def _report(health: KioskHealth, ledger: Ledger, is_running: bool) -> list[str]:
    sync, machine = health.sync, health.machine
    return [
        _line("kiosk", "running" if is_running else "not running"),
        _line("version", machine.version),
        _line("server", sync.server or _unpaired(sync)),
        *_pairing(sync),
        _line("venue", sync.venue or "as in kiosk.toml"),
        _line("entries waiting", f"{sync.waiting}{_since(sync)}"),
        *_sending(sync),
        *_trouble(sync, ledger, is_running),
        _line("last acknowledged", str(sync.acknowledged)),
        _line("clock", _clock(health)),
        *_voice(machine),
        *_devices(machine),
        _line("disk", f"{machine.disk_free / GIGABYTE:.1f} GB free"),
        *_temperature(machine),
        _line("database", _database(health.database)),
        *_backup(health.database),
    ]


def _line(name: str, text: str) -> str:
    return f"{name:<18} {text}"


def _unpaired(sync: SyncHealth) -> str:
    if sync.has_lost_pairing:
        return "not known any more: the pairing was lost with the damaged file; pair again with hearth-kiosk pair"
    return "none: this kiosk is not paired"


def _pairing(sync: SyncHealth) -> list[str]:
    """What the host has to do about the pairing."""
    if sync.is_copy:
        return [_line("pairing", "this kiosk was copied from another: pair it again with hearth-kiosk pair")]
    return []


def _since(sync: SyncHealth) -> str:
    return f" (the oldest of {_moment(sync.oldest_at)})" if sync.oldest_at else ""


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _sending(sync: SyncHealth) -> list[str]:
    """The progress of an unfinished upload."""
    if not sync.sent and not sync.seconds:
        return []
    pace = sync.sent / sync.seconds if sync.seconds else 0
    left = f", {pace:.0f} a second, about {_duration(sync.waiting / pace)} left" if pace else ""
    return [_line("sent so far", f"{sync.sent} of {sync.sent + sync.waiting}{left}")]


def _duration(seconds: float) -> str:
    if seconds >= HOUR:
        return f"{seconds / HOUR:.1f} h"
    return f"{seconds / MINUTE:.0f} min" if seconds >= MINUTE else f"{seconds:.0f} s"


def _trouble(sync: SyncHealth, ledger: Ledger, is_running: bool) -> list[str]:
    if not sync.error:
        return []
    wait = max(0, sync.again_at - ledger.clock.read().at) / 1000
    again = f"tried again in {_duration(wait)}" if is_running else "tried again when the kiosk runs"
    return [_line("last try", f"{sync.error}; {again} (it was {_moment(sync.error_at)})")]


def _clock(health: KioskHealth) -> str:
    if health.machine.clock_source:
        return f"set by {health.machine.clock_source}"
    if health.machine.is_clock_known:
        return "not set, but known from the server"
    return "not known to be right: times are estimates until the server or a time server is reached"


def _voice(machine: MachineHealth) -> list[str]:
    missing = machine.missing_voice
    return [_line("reading aloud", f"not possible: {missing} is not installed")] if missing else []


def describe(state: DeviceState) -> str:
    """How a device is, and what to do about it."""
    return f"{DEVICE_WORDS[state.condition]} ({state.port})" if state.port else DEVICE_WORDS[state.condition]


def _devices(machine: MachineHealth) -> list[str]:
    return [_line(state.name, describe(state)) for state in machine.devices]


def _temperature(machine: MachineHealth) -> list[str]:
    return [] if machine.temperature is None else [_line("temperature", f"{machine.temperature:.0f} °C")]


def _backup(database: DatabaseHealth) -> list[str]:
    if database.backup_error:
        return [_line("backup", f"{database.backup_error}; it is tried again while the kiosk runs")]
    return [_line("newest backup", _moment(database.backup_at))] if database.backup_at else []


def _database(database: DatabaseHealth) -> str:
    if database.is_suspect:
        return "found damaged while it ran; stop and start the kiosk, and it is rebuilt"
    restored = [f"{database.restored} facts came back from the server"] if database.restored else []
    if database.is_restoring:
        restored.append("the server is still asked for what is missing")
    if database.rebuilt_facts is None:
        return "; ".join(["sound", *restored])
    kept = f"the damaged file is kept as {database.kept_as}"
    return "; ".join([f"rebuilt with {database.rebuilt_facts} facts", *restored, kept])
