"""The kiosk's settings, read from kiosk.toml; every key has a default that works."""

import shlex
from collections import Counter
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, structs

from kiosk.rules.device_settings import DeviceSettings, LockerBoardSettings
from kiosk.rules.setting_values import (
    DEFAULT_TEMPLATES,
    Brightness,
    ClockTime,
    IdleMinutes,
    LanguageCode,
    Line,
    Look,
    SettingValues,
    StowTotal,
    Templates,
    Volume,
    check_template,
)
from sync.domain.events import Label
from sync.errors import UserError
from sync.settings_file import load

LOCALTIME = Path("/etc/localtime")


class VenueSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The venue; a paired kiosk has its name, zone and time zone from the server."""

    name: Label = "Our phone-free room"
    zone: Label = "main"
    time_zone: Line | None = None  # an IANA name; None: this machine's
    reach: Line | None = None  # the telephone by which visitors can be reached


class StowSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones are stowed."""

    pouches: StowTotal = 40
    lockers: StowTotal = 0
    shelf: Line = ""  # completes "Take it …", in the venue's own language: "from the shelf on the left"
    key_at: Line = ""  # where the lockers' key hangs, in the venue's own language: "in the office, left of the door"


class PanelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen: size in pixels, diagonal in inches."""

    width: Annotated[int, Meta(ge=320, le=7680)] = 800
    height: Annotated[int, Meta(ge=320, le=4320)] = 480
    diagonal: Annotated[float, Meta(ge=3, le=100)] = 7.0
    fullscreen: bool = False
    theme: Look = "light"
    language: LanguageCode = "en"  # the venue's own
    motion: bool = True
    low: bool = False  # everything that can be touched is in the lower half
    sounds: bool = True  # a soft tick when a button is pressed
    volume: Volume = 100  # per cent
    brightness: Brightness = 100  # per cent
    night_dimming: bool = False  # half as bright at night
    night_begin: ClockTime = "22:00"
    night_end: ClockTime = "06:00"
    idle_minutes: IdleMinutes = 0  # until a calm, dimmed page replaces the welcome page; 0: never
    switches: bool = False  # the space bar moves the focus, as a second switch beside Enter

    @property
    def dpi(self) -> float:
        """Pixels an inch, so that a millimetre is a millimetre."""
        return float((self.width**2 + self.height**2) ** 0.5 / self.diagonal)


class VoiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The program that reads the screens aloud on request."""

    command: Line = "espeak-ng -v {language} -s 150 --stdin"  # the text comes on its standard input
    stop: Line = ""  # a command that stops the speech, where killing the program is not enough
    output: Literal["speaker", "headset"] = "speaker"  # no code is read aloud on a speaker
    aloud: bool = False  # unless a visitor turns it off


class QuestionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether visitors are asked how they feel: one optional tap on five faces."""

    before: bool = True  # on the way in
    after: bool = True  # on the way out


class MachineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The machine that the kiosk runs on."""

    power_off: Line = ""  # a command that powers it off; empty: the screen offers none


class KioskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of kiosk.toml."""

    venue: VenueSettings = VenueSettings()
    stow: StowSettings = StowSettings()
    panel: PanelSettings = PanelSettings()
    voice: VoiceSettings = VoiceSettings()
    questions: QuestionSettings = QuestionSettings()
    machine: MachineSettings = MachineSettings()
    devices: Annotated[tuple[DeviceSettings, ...], Meta(max_length=16)] = ()
    templates: Templates = DEFAULT_TEMPLATES


PANEL_VALUES = ("language", "theme", "sounds", "volume", "brightness", "night_dimming", "idle_minutes")


def values_of(settings: KioskSettings) -> SettingValues:
    """The settings that can be changed at the kiosk, as kiosk.toml has them."""
    return SettingValues(
        **{name: getattr(settings.panel, name) for name in PANEL_VALUES},
        venue=settings.venue.name,
        zone=settings.venue.zone,
        pouches=settings.stow.pouches,
        lockers=settings.stow.lockers,
        reach=settings.venue.reach or "",
        templates=settings.templates,
    )


def panel_with(panel: PanelSettings, values: SettingValues) -> PanelSettings:
    """The panel, with what was chosen at the kiosk."""
    return structs.replace(panel, **{name: getattr(values, name) for name in PANEL_VALUES})


def read(file: Path | None) -> KioskSettings:
    """The settings of ``file`` and the environment. Raises UserError, which names file and key."""
    settings = load(file, KioskSettings)
    try:
        _check(settings)
    except ValueError as error:
        raise UserError(f"{file or 'environment'}: {error}") from error
    return settings


def _check(settings: KioskSettings) -> None:
    """Check what the types can't express. Raises ValueError."""
    try:
        time_zone(settings.venue.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {settings.venue.time_zone!r}") from error
    if not isfinite(settings.panel.diagonal):
        raise ValueError("panel.diagonal has to be a number from 3 to 100")
    for template in settings.templates:
        check_template(template)
    _check_devices(settings.devices)
    commands = {
        "voice.command": settings.voice.command,
        "voice.stop": settings.voice.stop,
        "machine.power_off": settings.machine.power_off,
    }
    for name, command in commands.items():
        try:
            shlex.split(command)
        except ValueError as error:
            raise ValueError(f"{name} is not a command ({error}): {command!r}") from error


def _check_devices(devices: tuple[DeviceSettings, ...]) -> None:
    """Raises ValueError where two devices can't be told apart, or one has two ports."""
    for what, values in (("name", [device.name for device in devices]), ("port", [device.port for device in devices])):
        repeated = [value for value, count in Counter(values).items() if count > 1 and value]
        if repeated:
            raise ValueError(f"two devices have the {what} {repeated[0]}: each needs its own")
    for device in devices:
        if device.port and device.usb:
            raise ValueError(f"the device {device.name} has a port and a usb id: leave one of them out")
    _check_locker_boards([device for device in devices if isinstance(device, LockerBoardSettings)])


def _check_locker_boards(buses: Sequence[LockerBoardSettings]) -> None:
    """Raises ValueError where two boards of a bus answer to one address, or two lockers have one number."""
    for bus in buses:
        if len(set(bus.boards)) < len(bus.boards):
            raise ValueError(f"two boards of {bus.name} have the same address")
    numbers = Counter(number for bus in buses for number in bus.numbers)
    if repeated := [number for number, count in numbers.items() if count > 1]:
        raise ValueError(f"locker {repeated[0]} is on two boards: set first, so that each number is on one")


def time_zone(name: str | None) -> ZoneInfo:
    """The zone of that IANA name; for None this machine's (localtime(5)), or UTC where it has none.

    Raises ZoneInfoNotFoundError or ValueError for a name that is no zone's.
    """
    if name:
        return ZoneInfo(name)
    if not LOCALTIME.exists():
        return ZoneInfo("UTC")
    with LOCALTIME.open("rb") as zone:
        return ZoneInfo.from_file(zone, key="local")
