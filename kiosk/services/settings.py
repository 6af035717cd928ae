"""The kiosk's settings in three layers: kiosk.toml, over it what a lead has set here, over that the coordinator's.

What is set here is stored on this kiosk alone; the journal gets the names of what changed, and who changed it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args
from uuid import UUID

import msgspec
from msgspec import structs

from kiosk.rules import default_names
from kiosk.rules.setting_values import SettingValues, StoredSettings, check_template
from kiosk.services.context import KioskContext, PairedPlace
from kiosk.services.records.host_records import HostSession, Template
from kiosk.services.roles import require_lead
from sync.domain.events import KioskConfigured, SettingName
from sync.domain.venue import Configuration
from sync.ledger import plans
from sync.ledger.ledger import JSON, Ledger

KEY = "settings"
UNPAIRED: SettingName = "server"  # the name in the fact of a kiosk that was unpaired at its screen
NAMES: tuple[SettingName, ...] = get_args(SettingName)
OF_COORDINATOR = ("pouches", "lockers", "reach")  # those that a configuration may set, beside the venue's name
Origin = Literal["file", "kiosk", "coordinator"]


class SetByCoordinator(Exception):
    """The coordinator has set this, and the kiosk can't contradict."""


@dataclass(frozen=True)
class EffectiveSettings:
    """The settings that apply, and who set each of them."""

    values: SettingValues
    origins: Mapping[str, Origin]

    def is_locked(self, name: str) -> bool:
        """Whether the coordinator has set it."""
        return self.origins[name] == "coordinator"


def stored_settings(ledger: Ledger) -> StoredSettings:
    """What has been chosen at this kiosk."""
    return msgspec.convert(ledger.recall(KEY) or {}, StoredSettings)


def save_settings(ledger: Ledger, settings: StoredSettings) -> None:
    """Store the fields that are set, beside those that were stored before. Raises StorageError."""
    ledger.remember(KEY, merged(ledger, settings))


def merged(ledger: Ledger, changes: StoredSettings) -> JSON:
    """The value to remember under KEY: what is stored, with the changes."""
    return (ledger.recall(KEY) or {}) | msgspec.to_builtins(changes)


def read_effective(context: KioskContext) -> EffectiveSettings:
    """The settings that apply now."""
    place = context.place
    configuration = plans.configuration(context.ledger.store, place.venue_id) if place.is_paired else None
    return layer(context.file_settings, stored_settings(context.ledger), place, configuration)


def layer(
    file: SettingValues, stored: StoredSettings, place: PairedPlace, configuration: Configuration | None
) -> EffectiveSettings:
    """The three layers, each over the one before; where none names the venue or its sessions, their default names."""
    chosen = _fields(stored)
    configured = _configured(place, configuration) if place.is_paired else {}
    origins: dict[str, Origin] = dict.fromkeys(SettingValues.__struct_fields__, "file")
    origins.update(dict.fromkeys(chosen, "kiosk"))
    origins.update(dict.fromkeys(configured, "coordinator"))
    return EffectiveSettings(default_names.named(structs.replace(file, **(chosen | configured))), origins)


def _configured(place: PairedPlace, configuration: Configuration | None) -> dict[str, object]:
    """What a paired kiosk has from its server: always the venue's name and the zone's."""
    configured: dict[str, object] = {"venue": place.venue, "zone": place.zone}
    if configuration is None:
        return configured
    if configuration.name is not None:
        configured["venue"] = configuration.name
    configured["zone"] = configuration.name_of(str(place.zone_id), place.zone)
    values = {name: getattr(configuration, name) for name in OF_COORDINATOR}
    return configured | {name: value for name, value in values.items() if value is not None}


def _fields(stored: StoredSettings) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(stored).items() if value is not None}


def apply(context: KioskContext) -> EffectiveSettings:
    """Replace the profile by one with the settings that apply, and set how many pouches and lockers there are."""
    with context.allocation.lock:
        effective = read_effective(context)
        values = effective.values
        context.profile = replace(
            context.profile,
            venue=values.venue,
            zone=str(context.place.zone_id) if context.place.is_paired else values.zone,
            pouches=values.pouches,
            lockers=values.lockers,
            reach=values.reach or None,
            paired=context.place.is_paired,
            templates=_offered(values, context.place),
        )
        context.allocation.set_counts(values.pouches, values.lockers)
    return effective


def _offered(values: SettingValues, place: PairedPlace) -> tuple[Template, ...]:
    """The templates for this kiosk's zone."""
    zone_names = (values.zone, str(place.zone_id)) if place.is_paired else (values.zone,)
    return tuple(
        Template(
            template.title,
            template.session_kind,
            template.minutes,
            template.capacity,
            template.rhythm,
            template.stow,
            template.firm_limit,
        )
        for template in values.templates
        if template.is_for(*zone_names)
    )


def change(context: KioskContext, lead: HostSession, changes: StoredSettings) -> EffectiveSettings:
    """Change settings, at once. Raises LeadNeeded, SetByCoordinator, ValueError, StorageError."""
    require_lead(lead)
    changes = msgspec.convert(msgspec.to_builtins(changes), StoredSettings)  # which checks the limits
    for template in changes.templates or ():
        check_template(template)
    before = read_effective(context)
    changed = [name for name, value in _fields(changes).items() if value != getattr(before.values, name)]
    if locked := [name for name in changed if before.is_locked(name)]:
        raise SetByCoordinator(", ".join(locked))
    if not changed:
        return before
    record_change(context, lead.host_id, changed, {KEY: merged(context.ledger, changes)})
    return apply(context)


def record_change(context: KioskContext, lead: UUID, names: Iterable[str], remember: Mapping[str, JSON]) -> None:
    """Record that settings were changed, and store their values in the same transaction. Raises StorageError."""
    fact = KioskConfigured(tuple(name for name in NAMES if name in names))
    context.ledger.record((context.place.kiosk, fact), actor=lead, remember=remember)
