"""Builds a kiosk from its settings and data folder; without Kivy, so that tests and the demo build the same."""

import logging
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk import health, log_export
from kiosk.devices.backlight import Backlight, find_backlight
from kiosk.devices.hub import DeviceHub
from kiosk.devices.power import power_off
from kiosk.devices.temperature import read_temperature
from kiosk.devices.voice import Voice
from kiosk.maintenance import rebuild
from kiosk.maintenance.thread import MaintenanceThread
from kiosk.rules.device_settings import LockerBoardSettings
from kiosk.rules.setting_values import StoredSettings
from kiosk.services import device_health, hosts, hosts_reset, settings
from kiosk.services.context import NIL, NO_PLACE, KioskContext, Machine, PairedPlace, VenueProfile
from kiosk.services.hosts_marker import NAME, HostsMarker
from kiosk.services.records.health_record import KioskHealth
from kiosk.services.records.host_records import HostSession, NotPaired, Paired
from kiosk.settings import KioskSettings, PanelSettings, panel_with, time_zone, values_of
from sync.allocation import kiosk_side
from sync.allocation.kiosk_side import KioskAllocation
from sync.client import clock_sync
from sync.client.enrolment import KEY as ENROLMENT
from sync.client.enrolment import CodeNotTaken, Enrolment, enrol, load
from sync.client.replicator import Pace, Replicator
from sync.domain.clock import Clock
from sync.errors import UserError
from sync.ledger import local_keys, plans
from sync.ledger.ledger import Ledger
from sync.ledger.maintenance import integrity
from sync.ledger.store import StorageError, open_sqlite

LEDGER = "kiosk.db"
LOCK = "kiosk.lock"
BACKUPS = "backups"
log = logging.getLogger(__name__)


class ServerLink:
    """The connection to the venue's server; pairing makes it while the kiosk runs."""

    def __init__(self, context: KioskContext, kiosk_settings: KioskSettings, pace: Pace | None) -> None:
        self.replicator: Replicator | None = None  # None: not paired
        self._context = context
        self._settings = kiosk_settings
        self._pace = pace
        self._is_started = False
        self._enrolment: Enrolment | None = None
        context.ledger.on_feed(self.apply_settings)

    def connect(self, enrolment: Enrolment) -> None:
        """Make the replicator, and let the server's names and the coordinator's configuration apply."""
        from importlib.metadata import version

        context = self._context
        clock_sync.anchor_by_system_clock(context.ledger, enrolment.kiosk)
        self.replicator = Replicator(
            context.ledger,
            enrolment,
            version("hearth"),
            self._pace,
            context.allocation,
            devices=lambda: device_health.reported_states(context),
        )
        self._set_place(enrolment)
        if self._is_started:
            self.replicator.start()

    def _set_place(self, enrolment: Enrolment | None) -> None:
        self._enrolment = enrolment
        self._context.place = _place(enrolment)
        self.apply_settings()

    def apply_settings(self) -> None:
        """Let all settings take effect; called at the start, and when the coordinator has changed some."""
        with self._context.allocation.lock:
            self._context.profile = replace(self._context.profile, time_zone=self._time_zone())
            settings.apply(self._context)

    def _time_zone(self) -> ZoneInfo:
        """The server's time zone for this venue, else that of kiosk.toml."""
        if self._enrolment is None:
            return time_zone(self._settings.venue.time_zone)
        configuration = plans.configuration(self._context.ledger.store, self._enrolment.venue.id)
        return _zone_or_default(configuration.time_zone, time_zone(self._enrolment.time_zone))

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
        self.stop()
        self._context.allocation.reload()
        self.connect(enrolment)
        return Paired(enrolment.venue.name, enrolment.zone.name)

    def unpair(self, lead: HostSession) -> None:
        """End the pairing on this side: names and numbers stay as they were, and nothing is sent. Raises StorageError.

        What the server has not acknowledged stays in the journal, and is sent after the next pairing.
        """
        context = self._context
        self.stop()
        profile = context.profile
        stored = StoredSettings(
            venue=profile.venue,
            zone=settings.read_effective(context).values.zone,
            pouches=profile.pouches,
            lockers=profile.lockers,
            reach=profile.reach or "",
        )
        remember = {settings.KEY: settings.merged(context.ledger, stored), ENROLMENT: {}, kiosk_side.KEY: None}
        settings.record_change(context, lead.host_id, [settings.UNPAIRED], remember)
        context.allocation.reload()
        self._set_place(None)

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
    backlight: Backlight | None = None  # None: the window darkens itself
    devices: DeviceHub = field(default_factory=lambda: DeviceHub([]))  # on serial ports

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
        self.devices.stop()
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


def build(kiosk_settings: KioskSettings, folder: Path, clock: Clock, pace: Pace | None = None) -> KioskRuntime:
    """Build a kiosk on a data folder whose lock this process holds."""
    ledger = open_ledger(folder, clock)
    maintenance = MaintenanceThread(ledger, folder / LEDGER, folder / BACKUPS)
    boards = [device for device in kiosk_settings.devices if isinstance(device, LockerBoardSettings)]
    board_lockers = [number for board in boards for number in board.numbers]
    stow = kiosk_settings.stow
    allocation = KioskAllocation(ledger, stow.pouches, stow.lockers, board_lockers)
    context = KioskContext(ledger, _profile(kiosk_settings), allocation, maintenance.condition, hosts_marker(folder))
    context.file_settings = values_of(kiosk_settings)
    hosts.mark(context)
    link = ServerLink(context, kiosk_settings, pace)
    context.pair, context.unpair = link.pair, link.unpair
    context.machine = Machine(
        partial(_read_health, ledger, folder, link),
        partial(log_export.export, folder),
        partial(power_off, kiosk_settings.machine.power_off) if kiosk_settings.machine.power_off else None,
    )
    if enrolment := load(ledger):
        link.connect(enrolment)
    else:
        link.apply_settings()
    devices = DeviceHub(kiosk_settings.devices)
    context.send_command, context.device_states = devices.send, devices.states
    context.locker_wall = devices.read_locker_wall
    return KioskRuntime(context, link, maintenance, _voice(kiosk_settings, ledger), find_backlight(), devices)


def read_health(ledger: Ledger, folder: Path, contact_at: int | None = None) -> KioskHealth:
    """The health of the kiosk of a data folder."""
    return health.read(ledger, folder / LEDGER, folder / BACKUPS, temperature=read_temperature(), contact_at=contact_at)


def _read_health(ledger: Ledger, folder: Path, link: ServerLink) -> KioskHealth:
    return read_health(ledger, folder, link.replicator.contact_at if link.replicator else None)


def panel(kiosk_settings: KioskSettings, runtime: KioskRuntime) -> PanelSettings:
    """The panel's settings, with what was chosen at the kiosk."""
    return panel_with(kiosk_settings.panel, settings.read_effective(runtime.context).values)


def hosts_marker(folder: Path) -> HostsMarker:
    """The mark of a data folder whose kiosk has had hosts."""
    return HostsMarker(folder / NAME)


def _voice(kiosk_settings: KioskSettings, ledger: Ledger) -> Voice | None:
    """The voice that reads aloud; a missing program is logged once, and shown by hearth-kiosk status."""
    voice = Voice(
        kiosk_settings.voice.command, kiosk_settings.voice.stop, is_private=kiosk_settings.voice.output == "headset"
    )
    if (ledger.recall(health.VOICE) or "") != voice.missing:
        ledger.remember(health.VOICE, voice.missing)
        if voice.missing:
            log.warning("nothing can be read aloud: there is no %s on this machine", voice.missing)
    return None if voice.missing else voice


def _zone_or_default(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone of that name; an older tzdata may not have it."""
    try:
        return time_zone(name) if name else default
    except (ZoneInfoNotFoundError, ValueError):
        log.error("the server says time zone %s, which this machine does not know: update its tzdata", name)
        return default


def _place(enrolment: Enrolment | None) -> PairedPlace:
    if enrolment is None:
        return NO_PLACE
    venue, zone = enrolment.venue, enrolment.zone
    return PairedPlace(enrolment.kiosk, venue.id, venue.name, zone.id, zone.name)


def _profile(kiosk_settings: KioskSettings) -> VenueProfile:
    """The profile by kiosk.toml alone."""
    return VenueProfile(
        venue=kiosk_settings.venue.name,
        zone=kiosk_settings.venue.zone,
        time_zone=time_zone(kiosk_settings.venue.time_zone),
        pouches=kiosk_settings.stow.pouches,
        lockers=kiosk_settings.stow.lockers,
        shelf=kiosk_settings.stow.shelf,
        key_at=kiosk_settings.stow.key_at,
        reach=kiosk_settings.venue.reach,
        paired=False,
        templates=(),
        asks_before=kiosk_settings.questions.before,
        asks_after=kiosk_settings.questions.after,
    )


def reset_hosts(folder: Path, clock: Clock) -> None:
    """Make the kiosk of a data folder, whose lock this process holds, forget its hosts' PINs. Raises UserError."""
    with closing(open_ledger(folder, clock)) as ledger:
        enrolment = load(ledger)
        hosts_reset.reset(ledger, hosts_marker(folder), enrolment.kiosk if enrolment else NIL)
