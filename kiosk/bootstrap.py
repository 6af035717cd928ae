"""Builds a kiosk from its settings and data folder; without Kivy, so that tests and the demo build the same."""

import logging
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import structs

from kiosk.devices.voice import Voice
from kiosk.maintenance import rebuild
from kiosk.maintenance.thread import MaintenanceThread
from kiosk.services import hosts, hosts_reset
from kiosk.services.context import KioskContext, VenueProfile
from kiosk.services.hosts_marker import NAME, HostsMarker
from kiosk.services.records.host_records import NotPaired, Paired, Template
from kiosk.services.settings import StoredSettings, stored_settings
from kiosk.settings import KioskSettings, time_zone
from sync.allocation.kiosk_side import KioskAllocation
from sync.client import clock_sync
from sync.client.enrolment import CodeNotTaken, Enrolment, enrol, load
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
NO_KIOSK = UUID(int=0)  # the subject of facts about a kiosk that is not paired
VOICE = "missing voice"  # key of the program that was missing at the last start
log = logging.getLogger(__name__)


class ServerLink:
    """The connection to the venue's server; pairing makes it while the kiosk runs."""

    def __init__(self, context: KioskContext, settings: KioskSettings, pace: Pace | None) -> None:
        self.replicator: Replicator | None = None  # None: not paired
        self._context = context
        self._settings = settings
        self._pace = pace
        self._is_started = False

    def connect(self, enrolment: Enrolment) -> None:
        """Make the replicator, and let the coordinator's configuration change the venue's profile."""
        from importlib.metadata import version

        context = self._context
        clock_sync.anchor_by_system_clock(context.ledger, enrolment.kiosk)
        self.replicator = Replicator(context.ledger, enrolment, version("hearth"), self._pace, context.allocation)

        def update_profile() -> None:
            configuration = plans.configuration(context.ledger.store, enrolment.venue.id)
            context.profile = _configured(_profile(self._settings, enrolment), configuration)
            context.allocation.set_counts(context.profile.pouches, context.profile.lockers)

        update_profile()
        context.ledger.on_feed(update_profile)
        if self._is_started:
            self.replicator.start()

    def pair(self, server: str, code: str) -> Paired | NotPaired:
        """Pair a kiosk that stands alone, and begin to replicate. Raises StorageError."""
        ledger = self._context.ledger
        try:
            enrolment = enrol(ledger, server, code)
        except CodeNotTaken:
            return NotPaired("code")
        except UserError as error:
            log.warning("pairing failed: %s", error)
            return NotPaired("server")
        self._settings = _with_chosen(self._settings, stored_settings(ledger))
        self.stop()
        self.connect(enrolment)
        return Paired(enrolment.venue.name, enrolment.zone.name)

    def start(self) -> None:
        """Replicate from now on, once there is a server."""
        self._is_started = True
        if self.replicator:
            self.replicator.start()

    def stop(self) -> None:
        """Stop replicating."""
        if self.replicator:
            self.replicator.stop()
            self.replicator = None


@dataclass(frozen=True)
class KioskRuntime:
    """A kiosk without its window."""

    context: KioskContext
    link: ServerLink
    maintenance: MaintenanceThread
    voice: Voice | None = None  # None: no program for it on this machine
    language: str | None = None  # that was chosen at this kiosk; None: kiosk.toml's

    @property
    def replicator(self) -> Replicator | None:
        """The replicator; None: not paired."""
        return self.link.replicator

    def start(self) -> None:
        """Start the maintenance of the database and the replication to the server, if there is one."""
        self.maintenance.start()
        self.link.start()

    def stop(self) -> None:
        """Stop the threads and close the ledger, in order."""
        self.link.stop()
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
    chosen = stored_settings(ledger)
    settings = _with_chosen(settings, chosen)
    maintenance = MaintenanceThread(ledger, folder / LEDGER, folder / BACKUPS)
    allocation = KioskAllocation(ledger, settings.stow.pouches, settings.stow.lockers)
    enrolment = load(ledger)
    profile = _profile(settings, enrolment)
    context = KioskContext(ledger, profile, allocation, maintenance.condition, hosts_marker(folder))
    hosts.mark(context)
    link = ServerLink(context, settings, pace)
    context.pair = link.pair
    if enrolment:
        link.connect(enrolment)
    return KioskRuntime(context, link, maintenance, _voice(settings, ledger), chosen.language)


def _with_chosen(settings: KioskSettings, chosen: StoredSettings) -> KioskSettings:
    """The settings of kiosk.toml, with what was chosen at this kiosk in their place."""
    venue = {"name": chosen.venue, "zone": chosen.zone}
    stow = {"pouches": chosen.pouches, "lockers": chosen.lockers}
    return structs.replace(
        settings,
        venue=structs.replace(settings.venue, **{name: value for name, value in venue.items() if value is not None}),
        stow=structs.replace(settings.stow, **{name: value for name, value in stow.items() if value is not None}),
    )


def hosts_marker(folder: Path) -> HostsMarker:
    """The mark of a data folder whose kiosk has had hosts."""
    return HostsMarker(folder / NAME)


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
    zone_names = (enrolment.zone.name, str(enrolment.zone.id)) if enrolment else (settings.venue.zone,)
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
            Template(
                template.title,
                template.session_kind,
                template.minutes,
                template.capacity,
                template.rhythm,
                template.stow,
                template.firm_limit,
            )
            for template in settings.templates
            if template.is_for(*zone_names)
        ),
        asks_before=settings.questions.before,
        asks_after=settings.questions.after,
    )


def reset_hosts(folder: Path, clock: Clock) -> None:
    """Make the kiosk of a data folder, whose lock this process holds, forget its hosts' PINs. Raises UserError."""
    with closing(open_ledger(folder, clock)) as ledger:
        enrolment = load(ledger)
        hosts_reset.reset(ledger, hosts_marker(folder), enrolment.kiosk if enrolment else NO_KIOSK)
