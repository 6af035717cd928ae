"""Texts of the settings: what each is called, what can be chosen, and what applies now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from msgspec import structs

from kiosk.rules.setting_values import SettingValues, StoredSettings, TemplateSettings, check_template
from kiosk.ui.text import phrases, schedule_text
from kiosk.ui.text.i18n import counted, say
from sync.languages import LANGUAGES

SCREEN_SETTINGS = ("language", "theme", "sounds", "brightness", "night_dimming", "idle_minutes")
ICONS = {
    "language": "translate",
    "theme": "theme_light_dark",
    "sounds": "volume_high",
    "brightness": "brightness_6",
    "night_dimming": "weather_night",
    "idle_minutes": "sleep",
}
BRIGHTNESSES = (25, 50, 75, 100)
IDLE_MINUTES = (0, 2, 5, 10, 30)
LENGTHS = (30, 60, 90, 120, 150, 180, 240, 300, 360, 480)  # minutes
CAPACITIES = (6, 8, 10, 12, 16, 20, 24, 30, 40, 60, 100)
GIGABYTE = 1e9  # bytes


@dataclass(frozen=True)
class SettingOption:
    """A value that can be chosen, and the text for it."""

    key: str
    text: str
    stored: StoredSettings


@dataclass(frozen=True)
class TemplateOption:
    """A changed template that can be chosen, and the text for it."""

    key: str
    text: str
    template: TemplateSettings


def setting_name(name: str) -> str:
    """What a setting is called."""
    match name:
        case "language":
            return say("Language")
        case "theme":
            return say("Look")
        case "sounds":
            return say("Sounds")
        case "brightness":
            return say("Brightness")
        case "night_dimming":
            return say("At night")
    return say("Calm screen")


def setting_note(name: str) -> str:
    """What has to be known about a setting, or ""."""
    if name == "language":
        return say("Visitors can still choose their own.")
    if name == "idle_minutes":
        return say("After this time without a touch the welcome page goes dark. The first touch wakes it.")
    return ""


def options(name: str) -> Sequence[SettingOption]:
    """The values that can be chosen."""
    match name:
        case "language":
            chosen = [(code, text, StoredSettings(language=code)) for code, text in LANGUAGES.items()]  # type: ignore[arg-type]
        case "theme":
            chosen = [
                ("light", say("Light"), StoredSettings(theme="light")),
                ("dark", say("Dark"), StoredSettings(theme="dark")),
                ("night", say("Dark at night"), StoredSettings(theme="night")),
                ("contrast", say("Stronger contrast"), StoredSettings(theme="contrast")),
            ]
        case "sounds":
            chosen = [
                ("off", say("Off"), StoredSettings(sounds=False)),
                ("soft", say("Soft"), StoredSettings(sounds=True, volume=30)),
                ("middle", say("Medium"), StoredSettings(sounds=True, volume=60)),
                ("full", say("Full"), StoredSettings(sounds=True, volume=100)),
            ]
        case "brightness":
            chosen = [(str(share), f"{share} %", StoredSettings(brightness=share)) for share in BRIGHTNESSES]
        case "night_dimming":
            chosen = [
                ("same", say("As by day"), StoredSettings(night_dimming=False)),
                ("half", say("Half as bright"), StoredSettings(night_dimming=True)),
            ]
        case _:
            chosen = [
                (str(minutes), idle_text(minutes), StoredSettings(idle_minutes=minutes)) for minutes in IDLE_MINUTES
            ]
    return [SettingOption(key, text, stored) for key, text, stored in chosen]


def idle_text(minutes: int) -> str:
    """When the calm screen comes."""
    return phrases.duration(timedelta(minutes=minutes)) if minutes else say("Never")


def is_chosen(stored: StoredSettings, values: SettingValues) -> bool:
    """Whether an option is what applies now."""
    wanted = {name: value for name, value in structs.asdict(stored).items() if value is not None}
    return all(getattr(values, name) == value for name, value in wanted.items())


def value_text(name: str, values: SettingValues) -> str:
    """What applies now."""
    for option in options(name):
        if is_chosen(option.stored, values):
            return option.text
    if name == "idle_minutes":
        return idle_text(values.idle_minutes)
    return f"{values.volume if name == 'sounds' else values.brightness} %"


def template_options(name: str, template: TemplateSettings) -> Sequence[TemplateOption]:
    """The values that can be chosen for one part of a template: those that its rhythm and firm limit allow."""
    return [option for option in _template_options(name, template) if _is_consistent(option.template)]


def _is_consistent(template: TemplateSettings) -> bool:
    try:
        check_template(template)
    except ValueError:
        return False
    return True


def _template_options(name: str, template: TemplateSettings) -> Sequence[TemplateOption]:
    if name == "session_kind":
        return [
            TemplateOption(kind, schedule_text.kind_name(kind), structs.replace(template, session_kind=kind))
            for kind in ("open_hours", "event", "club", "workshop", "class")
        ]
    if name == "minutes":
        return [
            TemplateOption(str(minutes or "open"), length_text(minutes), structs.replace(template, minutes=minutes))
            for minutes in (*LENGTHS, None)
        ]
    return [
        TemplateOption(str(places or "open"), places_text(places), structs.replace(template, capacity=places))
        for places in (*CAPACITIES, None)
    ]


def template_part(name: str) -> str:
    """What a part of a template is called."""
    match name:
        case "session_kind":
            return say("Kind")
        case "minutes":
            return say("How long")
    return say("Places")


def length_text(minutes: int | None) -> str:
    """How long a session is."""
    return phrases.duration(timedelta(minutes=minutes)) if minutes else say("Until it is closed")


def places_text(capacity: int | None) -> str:
    """How many places a session has."""
    return counted("{number} place", "{number} places", capacity) if capacity else say("No limit")


def stock(pouches: int, lockers: int) -> str:
    """How many pouches and lockers there are."""
    return say("{pouches} and {lockers}", pouches=pouches, lockers=lockers)


def waiting(number: int) -> str:
    """How many entries wait for the server."""
    return counted("{number} entry", "{number} entries", number) if number else say("None")


def free_space(free: int) -> str:
    """Free space on the disk."""
    return say("{size} GB free", size=f"{free / GIGABYTE:.1f}")
