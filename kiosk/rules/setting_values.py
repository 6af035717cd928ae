"""The settings that a lead can change at the kiosk: their types and limits, which kiosk.toml shares."""

from datetime import time
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync.domain.events import Capacity, Label, Minutes, Rhythm, SessionKind, StowWays
from sync.printable import CONTROLS

Line = Annotated[str, Meta(pattern=f"^[^{CONTROLS}]*$")]  # shown or run as it is
Telephone = Annotated[str, Meta(pattern=rf"^[^{CONTROLS}]*\Z", max_length=80)]
StowTotal = Annotated[int, Meta(ge=0, le=999)]
Look = Literal["light", "dark", "contrast", "night"]  # night: light by day, dark at night
LanguageCode = Literal["en", "es", "fr", "de", "nl", "ar"]
Volume = Annotated[int, Meta(ge=10, le=100)]  # per cent
Brightness = Annotated[int, Meta(ge=10, le=100)]  # per cent
IdleMinutes = Annotated[int, Meta(ge=0, le=240)]
ClockTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


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


def check_template(template: TemplateSettings) -> None:
    """Raises ValueError for a template that contradicts itself."""
    if template.firm_limit and (template.capacity or 0) > template.firm_limit:
        raise ValueError(f"template {template.title!r} has a capacity above its firm_limit")
    if template.minutes and sum(phase.minutes for phase in template.rhythm) > template.minutes:
        raise ValueError(f"the rhythm of template {template.title!r} is longer than its minutes")


DEFAULT_TEMPLATES = (
    TemplateSettings("Open hours", "open_hours", 240, 30),
    TemplateSettings("Quiet evening", "event", 150, 30),
    TemplateSettings("Workshop", "workshop", 120, 16),
)
MAX_TEMPLATES = 6
Templates = Annotated[tuple[TemplateSettings, ...], Meta(min_length=1, max_length=MAX_TEMPLATES)]


class SettingValues(msgspec.Struct, frozen=True):
    """A value for each setting."""

    language: LanguageCode = "en"
    theme: Look = "light"
    sounds: bool = True
    volume: Volume = 100
    brightness: Brightness = 100
    night_dimming: bool = False
    idle_minutes: IdleMinutes = 0  # 0: no idle screen
    venue: Label = "Our phone-free room"
    zone: Label = "main"
    pouches: StowTotal = 40
    lockers: StowTotal = 0
    reach: Telephone = ""  # empty: none
    templates: Templates = DEFAULT_TEMPLATES


class StoredSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The same, where None means that nothing was chosen at the kiosk, and kiosk.toml counts."""

    language: LanguageCode | None = None
    theme: Look | None = None
    sounds: bool | None = None
    volume: Volume | None = None
    brightness: Brightness | None = None
    night_dimming: bool | None = None
    idle_minutes: IdleMinutes | None = None
    venue: Label | None = None
    zone: Label | None = None
    pouches: StowTotal | None = None
    lockers: StowTotal | None = None
    reach: Telephone | None = None
    templates: Templates | None = None


def is_night(now: time, begin: str, end: str) -> bool:
    """Whether ``now`` is between two times of day ("22:00"); the night may span midnight, equal times mean never."""
    first, last = time.fromisoformat(begin), time.fromisoformat(end)
    if first <= last:
        return first <= now < last
    return now >= first or now < last
