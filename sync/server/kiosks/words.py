"""Texts about kiosks and venues for the pages."""

from collections.abc import Iterable, Mapping

from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.web.i18n import later, say
from sync.server.web.words import moment_words


def contact_words(at: int | None, kiosk: Kiosk, now: int) -> str:
    """When a kiosk was last in contact, in its venue's time; both times in ms since 1970 UTC, None: "never"."""
    return say("never") if at is None else moment_words(at, kiosk.venue.clock_zone, now)


DEVICES = {
    "printer": later("printer"),
    "scanner": later("scanner"),
    "card_reader": later("card reader"),
    "lockers": later("lockers"),
}
DEVICE_TROUBLES = {
    "absent": later("not plugged in"),
    "busy": later("in use by another program"),
    "silent": later("no answer"),
    "paper_low": later("paper runs low"),
    "paper_out": later("out of paper"),
    "cover_open": later("cover open"),
    "fault": later("stuck"),
    "stuck": later("does not open"),
    "loose_wire": later("its wire may be loose"),
}
WELL = ("ready", "unknown")


def device_words(devices: Mapping[str, str] | None) -> str:
    """What is the matter with a kiosk's devices, "printer: out of paper"; empty: nothing.

    A state that this release does not know is shown as it was reported.
    """
    troubles = {name: state for name, state in (devices or {}).items() if state not in WELL}
    return say("; ").join(_trouble_words(name, state) for name, state in sorted(troubles.items()))


def _trouble_words(name: str, state: str) -> str:
    device = say(DEVICES[name]) if name in DEVICES else name
    trouble = say(DEVICE_TROUBLES[state]) if state in DEVICE_TROUBLES else state
    return say("{device}: {trouble}", device=device, trouble=trouble)


def clock_words(venues: Iterable[Venue]) -> dict[str, str]:
    """The time zone to show by venue name, {"Tokyo café": "Tokyo time"}; empty where all venues share one."""
    zones = {venue.name: venue.time_zone for venue in venues}
    if len(set(zones.values())) < 2:
        return {}
    cities = {name: zone.rpartition("/")[2].replace("_", " ") for name, zone in zones.items()}
    return {name: city if city == "UTC" else say("{city} time", city=city) for name, city in cities.items()}
