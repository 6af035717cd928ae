"""Texts about kiosks and venues for the pages."""

from collections.abc import Iterable, Mapping

from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.web.words import moment_words


def contact_words(at: int | None, kiosk: Kiosk, now: int) -> str:
    """When a kiosk was last in contact, in its venue's time; both times in ms since 1970 UTC, None: "never"."""
    return "never" if at is None else moment_words(at, kiosk.venue.clock_zone, now)


DEVICE_TROUBLES = {
    "absent": "not plugged in",
    "busy": "in use by another program",
    "silent": "no answer",
    "paper_low": "paper runs low",
    "paper_out": "out of paper",
    "cover_open": "cover open",
    "fault": "stuck",
    "stuck": "does not open",
    "loose_wire": "its wire may be loose",
}
WELL = ("ready", "unknown")


def device_words(devices: Mapping[str, str] | None) -> str:
    """What is the matter with a kiosk's devices, "printer: out of paper"; empty: nothing.

    A state that this release does not know is shown as it was reported.
    """
    troubles = {name: state for name, state in (devices or {}).items() if state not in WELL}
    return "; ".join(f"{name}: {DEVICE_TROUBLES.get(state, state)}" for name, state in sorted(troubles.items()))


def clock_words(venues: Iterable[Venue]) -> dict[str, str]:
    """The time zone to show by venue name, {"Tokyo café": "Tokyo time"}; empty where all venues share one."""
    zones = {venue.name: venue.time_zone for venue in venues}
    if len(set(zones.values())) < 2:
        return {}
    cities = {name: zone.rpartition("/")[2].replace("_", " ") for name, zone in zones.items()}
    return {name: city if city == "UTC" else f"{city} time" for name, city in cities.items()}
