"""Builds a kiosk from its settings and data folder; without Kivy, so that tests and the demo build the same."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.devices.voice import Voice
from kiosk.maintenance import rebuild
from kiosk.maintenance.thread import MaintenanceThread
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.records.host_records import Template
from kiosk.settings import KioskSettings, time_zone
from sync.allocation.kiosk_side import KioskAllocation
from sync.client import clock_sync
from sync.client.enrolment import Enrolment, load
from sync.client.replicator import Pace, Replicator
from sync.domain.clock import Clock
from sync.domain.venue import Configuration
from sync.errors import UserError
from sync.ledger import local_keys, plans
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import integrity
from sync.ledger.store import StorageError, open_sqlite

LEDGER = "kiosk.db"
LOCK = "kiosk.lock"
BACKUPS = "backups"
VOICE = "missing voice"  # key of the program that was missing at the last start
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KioskRuntime:
    """A kiosk without its window."""

    context: KioskContext
    replicator: Replicator | None  # None: not paired
    maintenance: MaintenanceThread
    voice: Voice | None = None  # None: no program for it on this machine

    def start(self) -> None:
        """Start the maintenance of the database and the replication to the server, if there is one."""
        self.maintenance.start()
        if self.replicator:
            self.replicator.start()

    def stop(self) -> None:
        """Stop the threads and close the ledger, in order."""
        if self.replicator:
            self.replicator.stop()
        self.maintenance.stop()
        if self.voice:
            self.voice.close()
        self.context.ledger.close()


def open_ledger(folder: Path, clock: Clock) -> Ledger:
    """The ledger of a data folder; a damaged one is set aside and rebuilt. Raises UserError if it can't be opened."""
    file = folder / LEDGER
    is_suspect = integrity.is_suspect(file)
    try:
        rebuild.resume(file)
        if file.exists():
            _check(file, folder / BACKUPS, clock)
    except (OSError, StorageError) as error:
        raise UserError(
            f"the ledger in {folder} can't be opened ({error}): check the disk, or use another --data"
        ) from error
    ledger = open_sound(folder, clock)
    if is_suspect:
        ledger.remember(local_keys.DAMAGED, "")
        integrity.clear_suspect(file)
    return ledger


def _check(file: Path, backups: Path, clock: Clock) -> None:
    """Check the file, fully where it was found damaged while the kiosk ran; rebuild it if it is damaged."""
    try:
        integrity.check(file, thorough=integrity.is_suspect(file))
    except integrity.Damaged as damage:
        rebuild.rebuild(file, backups, clock, damage)


def open_sound(folder: Path, clock: Clock) -> Ledger:
    """The ledger of a data folder whose file has been checked. Raises UserError where it can't be opened."""
    try:
        return Ledger(open_sqlite(folder / LEDGER), clock)
    except StorageError as error:
        raise UserError(
            f"the ledger in {folder} can't be opened ({error}): check the disk, or use another --data"
        ) from error


def build(settings: KioskSettings, folder: Path, clock: Clock, pace: Pace | None = None) -> KioskRuntime:
    """Build a kiosk on a data folder whose lock this process holds."""
    ledger = open_ledger(folder, clock)
    maintenance = MaintenanceThread(ledger, folder / LEDGER, folder / BACKUPS)
    allocation = KioskAllocation(ledger, settings.stow.pouches, settings.stow.lockers)
    enrolment = load(ledger)
    if enrolment is None:
        context = KioskContext(ledger, _profile(settings, None), allocation, maintenance.condition)
        return KioskRuntime(context, None, maintenance, _voice(settings, ledger))
    from importlib.metadata import version

    clock_sync.anchor_by_system_clock(ledger, enrolment.kiosk)
    replicator = Replicator(ledger, enrolment, version("hearth"), pace, allocation)
    context = KioskContext(ledger, _profile(settings, enrolment), allocation, maintenance.condition)

    def update_profile() -> None:
        context.profile = _configured(
            _profile(settings, enrolment), plans.configuration(ledger.store, enrolment.venue.id)
        )
        allocation.set_counts(context.profile.pouches, context.profile.lockers)

    update_profile()
    ledger.on_feed(update_profile)
    return KioskRuntime(context, replicator, maintenance, _voice(settings, ledger))


def _voice(settings: KioskSettings, ledger: Ledger) -> Voice | None:
    """The voice that reads aloud; a missing program is logged once, and shown by hearth-kiosk status."""
    voice = Voice(settings.voice.command, settings.voice.stop, is_private=settings.voice.output == "headset")
    if (ledger.recall(VOICE) or "") != voice.missing:
        ledger.remember(VOICE, voice.missing)
        if voice.missing:
            log.warning("nothing can be read aloud: there is no %s on this machine", voice.missing)
    return None if voice.missing else voice


def _configured(profile: VenueProfile, configuration: Configuration) -> VenueProfile:
    """The profile with the fields that the coordinator has configured."""
    return replace(
        profile,
        venue=profile.venue if configuration.name is None else configuration.name,
        time_zone=_zone_or_default(configuration.time_zone, profile.time_zone),
        pouches=profile.pouches if configuration.pouches is None else configuration.pouches,
        lockers=profile.lockers if configuration.lockers is None else configuration.lockers,
        reach=profile.reach if configuration.reach is None else configuration.reach or None,
    )


def _zone_or_default(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone of that name; an older tzdata may not have it."""
    try:
        return time_zone(name) if name else default
    except (ZoneInfoNotFoundError, ValueError):
        log.error("the server says time zone %s, which this machine does not know: update its tzdata", name)
        return default


def _profile(settings: KioskSettings, enrolment: Enrolment | None) -> VenueProfile:
    return VenueProfile(
        venue=enrolment.venue.name if enrolment else settings.venue.name,
        zone=str(enrolment.zone.id) if enrolment else settings.venue.zone,
        time_zone=time_zone(enrolment.time_zone if enrolment else settings.venue.time_zone),
        pouches=settings.stow.pouches,
        lockers=settings.stow.lockers,
        shelf=settings.stow.shelf,
        key_at=settings.stow.key_at,
        reach=settings.venue.reach,
        paired=enrolment is not None,
        templates=tuple(
            Template(template.title, template.session_kind, template.minutes, template.capacity)
            for template in settings.templates
        ),
        asks_before=settings.questions.before,
        asks_after=settings.questions.after,
    )
