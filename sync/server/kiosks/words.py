"""What pages say of kiosks and venues."""

from collections.abc import Iterable

from sync.server.kiosks.repository import Kiosk, Venue
from sync.server.web.words import moment_words


def told_words(at: int | None, kiosk: Kiosk, now: int) -> str:
    """A moment of a kiosk in its venue's time; never, where there was none."""
    return "never" if at is None else moment_words(at, kiosk.venue.clock_zone, now)


def clock_words(venues: Iterable[Venue]) -> dict[str, str]:
    """Whose time the times of each venue are, where venues have several: {"Tokyo café": "Tokyo time"}; else nothing."""
    zones = {venue.name: venue.time_zone for venue in venues}
    if len(set(zones.values())) < 2:
        return {}
    cities = {name: zone.rpartition("/")[2].replace("_", " ") for name, zone in zones.items()}
    return {name: city if city == "UTC" else f"{city} time" for name, city in cities.items()}
