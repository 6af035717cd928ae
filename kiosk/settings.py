"""The kiosk's settings, read from kiosk.toml; every key has a default that works."""

import shlex
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from sync.domain.events import Capacity, Label, Minutes, Rhythm, SessionKind, StowWays
from sync.errors import UserError
from sync.printable import CONTROLS
from sync.settings_file import load

MOST_TEMPLATES = 6
LOCALTIME = Path("/etc/localtime")
Line = Annotated[str, Meta(pattern=f"^[^{CONTROLS}]*$")]  # shown or run as it is


class VenueSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The venue; a paired kiosk has its name, zone and time zone from the server."""

    name: Label = "Our phone-free room"
    zone: Label = "main"
    time_zone: Line | None = None  # an IANA name; None: this machine's
    reach: Line | None = None  # the telephone by which visitors can be reached


class StowSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phones are stowed."""

    pouches: Annotated[int, Meta(ge=0, le=999)] = 40
    lockers: Annotated[int, Meta(ge=0, le=999)] = 0
    shelf: Line = ""  # completes "Take it …", in the venue's own language: "from the shelf on the left"
    key_at: Line = ""  # where the lockers' key hangs, in the venue's own language: "in the office, left of the door"


class PanelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen: size in pixels, diagonal in inches."""

    width: Annotated[int, Meta(ge=320, le=7680)] = 800
    height: Annotated[int, Meta(ge=320, le=4320)] = 480
    diagonal: Annotated[float, Meta(ge=3, le=100)] = 7.0
    fullscreen: bool = False
    theme: Literal["light", "dark", "contrast"] = "light"
    language: Literal["en", "es", "fr", "de", "nl", "ar"] = "en"  # the venue's own
    motion: bool = True
    low: bool = False  # everything that can be touched is in the lower half
    sounds: bool = True  # a soft tick when a button is pressed
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


class TemplateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template: a session that a host opens with one tap."""

    title: Label
    session_kind: SessionKind = "open_hours"
    minutes: Minutes | None = None
    capacity: Capacity | None = None
    zone: Label | None = None  # the only zone at whose kiosks it is offered; None: at all
    rhythm: Rhythm = ()
    stow: StowWays | None = None  # where phones can rest; None: wherever the venue has room
    firm_limit: Capacity | None = None  # people at once, which no host can exceed

    def is_for(self, *zone_names: str) -> bool:
        """Whether it is offered in the zone that has these names."""
        return self.zone is None or self.zone in zone_names


DEFAULT_TEMPLATES = (
    TemplateSettings("Open hours", "open_hours", 240, 30),
    TemplateSettings("Quiet evening", "event", 150, 30),
    TemplateSettings("Workshop", "workshop", 120, 16),
)


class KioskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of kiosk.toml."""

    venue: VenueSettings = VenueSettings()
    stow: StowSettings = StowSettings()
    panel: PanelSettings = PanelSettings()
    voice: VoiceSettings = VoiceSettings()
    questions: QuestionSettings = QuestionSettings()
    templates: Annotated[tuple[TemplateSettings, ...], Meta(min_length=1, max_length=MOST_TEMPLATES)] = (
        DEFAULT_TEMPLATES
    )


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
        _check_template(template)
    for name, command in (("command", settings.voice.command), ("stop", settings.voice.stop)):
        try:
            shlex.split(command)
        except ValueError as error:
            raise ValueError(f"voice.{name} is not a command ({error}): {command!r}") from error


def _check_template(template: TemplateSettings) -> None:
    """Raises ValueError for a template that contradicts itself."""
    if template.firm_limit and (template.capacity or 0) > template.firm_limit:
        raise ValueError(f"template {template.title!r} has a capacity above its firm_limit")
    if template.minutes and sum(phase.minutes for phase in template.rhythm) > template.minutes:
        raise ValueError(f"the rhythm of template {template.title!r} is longer than its minutes")


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
