"""Templates: the sessions that a host opens with one tap; a lead changes, adds and removes them."""

from kiosk.rules.setting_values import StoredSettings, TemplateSettings
from kiosk.services import settings
from kiosk.services.context import KioskContext
from kiosk.services.records.host_records import HostSession


def save_template(context: KioskContext, lead: HostSession, place: int | None, template: TemplateSettings) -> int:
    """Replace the template at that place, or (None) add it; returns its place. Raises as settings.change does."""
    templates = list(settings.read_effective(context).values.templates)
    if place is None or place >= len(templates):
        templates.append(template)
        place = len(templates) - 1
    else:
        templates[place] = template
    settings.change(context, lead, StoredSettings(templates=tuple(templates)))
    return place


def remove_template(context: KioskContext, lead: HostSession, place: int) -> None:
    """Remove the template at that place; the last one stays. Raises as settings.change does."""
    templates = settings.read_effective(context).values.templates
    if len(templates) > 1:
        rest = templates[:place] + templates[place + 1 :]
        settings.change(context, lead, StoredSettings(templates=rest))
