"""The display names of kiosks, and how commands find venues and kiosks by name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sync.errors import UserError
from sync.names import compared, tidy
from sync.server.kiosks import lookup
from sync.server.kiosks.repository import Kiosk, Venue

SHORT = 13  # characters of a uuid7: its whole timestamp, so that no two kiosks of a venue share them
MIN_PREFIX = 4  # characters of an id that find a kiosk


def find_venue(venues: Sequence[Venue], typed: str) -> Venue:
    """The venue with this name. Raises lookup.NotFound."""
    return lookup.find("venue", venues, lambda venue: venue.name, typed)


def zone_names(kiosks: Iterable[Kiosk]) -> dict[UUID, str]:
    """Each kiosk's zone; where that has had several kiosks, with a number by age that never changes: Main room 2."""
    by_age = sorted(kiosks, key=lambda kiosk: kiosk.id)  # a uuid7 begins with its time
    counts = Counter((kiosk.venue.id, kiosk.zone) for kiosk in by_age)
    numbers: dict[tuple[UUID, str], int] = defaultdict(int)
    names = {}
    for kiosk in by_age:
        place = (kiosk.venue.id, kiosk.zone)
        numbers[place] += 1
        names[kiosk.id] = kiosk.zone if counts[place] == 1 else f"{kiosk.zone} {numbers[place]}"
    return names


def names(kiosks: Iterable[Kiosk]) -> dict[UUID, str]:
    """Each kiosk's whole name: Mill café, Main room 2."""
    kiosks = list(kiosks)
    zones = zone_names(kiosks)
    return {kiosk.id: f"{kiosk.venue.name}, {zones[kiosk.id]}" for kiosk in kiosks}


def short_id(kiosk: Kiosk) -> str:
    """The first characters of a kiosk's id, for display."""
    return str(kiosk.id)[:SHORT]


def find_kiosk(kiosks: list[Kiosk], typed: str) -> Kiosk:
    """The kiosk with this name, or whose id begins so. Raises UserError where not exactly one matches."""
    wanted, names_by_id = compared(typed), names(kiosks)
    exact = [kiosk for kiosk in kiosks if names_by_id[kiosk.id] == tidy(typed)]
    matches = exact or [
        kiosk for kiosk in kiosks if compared(names_by_id[kiosk.id]) == wanted or _has_prefix(kiosk, wanted)
    ]
    if len(matches) == 1:
        return matches[0]
    hint = "`hearth-server kiosks` lists them"
    if not matches:
        raise UserError(f"no kiosk is called {typed!r} or has an id that begins so; {hint}")
    raise UserError(f"{typed!r} could be {len(matches)} kiosks; say more of its id: {hint}")


def _has_prefix(kiosk: Kiosk, prefix: str) -> bool:
    return len(prefix) >= MIN_PREFIX and str(kiosk.id).startswith(prefix)
