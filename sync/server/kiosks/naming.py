"""What venues and kiosks are called, and which one is meant by what somebody typed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sync.errors import UserError
from sync.names import compared, tidy
from sync.server.kiosks import lookup
from sync.server.kiosks.repository import Kiosk, Venue

SHORT = 13  # characters of a uuid7: all of its time, so that no two kiosks of one venue share them
LEAST = 4  # fewer characters of an id name nothing


def find_venue(venues: Sequence[Venue], typed: str) -> Venue:
    """The venue that was meant. Raises lookup.NotFound."""
    return lookup.find("venue", venues, lambda venue: venue.name, typed)


def zone_names(kiosks: Iterable[Kiosk]) -> dict[UUID, str]:
    """Each kiosk's zone; where that has had several kiosks, with a number by age that never changes: Main room 2."""
    in_order = sorted(kiosks, key=lambda kiosk: kiosk.id)  # a uuid7 begins with its time
    together = Counter((kiosk.venue.id, kiosk.zone) for kiosk in in_order)
    numbers: dict[tuple[UUID, str], int] = defaultdict(int)
    names = {}
    for kiosk in in_order:
        place = (kiosk.venue.id, kiosk.zone)
        numbers[place] += 1
        names[kiosk.id] = kiosk.zone if together[place] == 1 else f"{kiosk.zone} {numbers[place]}"
    return names


def names(kiosks: Iterable[Kiosk]) -> dict[UUID, str]:
    """Each kiosk's whole name: Mill café, Main room 2."""
    kiosks = list(kiosks)
    zones = zone_names(kiosks)
    return {kiosk.id: f"{kiosk.venue.name}, {zones[kiosk.id]}" for kiosk in kiosks}


def short_id(kiosk: Kiosk) -> str:
    """The first characters of its id."""
    return str(kiosk.id)[:SHORT]


def find(kiosks: list[Kiosk], said: str) -> Kiosk:
    """The one kiosk that ``said`` means: the beginning of its id, or its name. Raises UserError for none or many."""
    wanted, called = compared(said), names(kiosks)
    exact = [kiosk for kiosk in kiosks if called[kiosk.id] == tidy(said)]
    found = exact or [kiosk for kiosk in kiosks if compared(called[kiosk.id]) == wanted or _begins(kiosk, wanted)]
    if len(found) == 1:
        return found[0]
    listed = "`hearth-server kiosks` lists them"
    if not found:
        raise UserError(f"no kiosk is called {said!r} or has an id that begins so; {listed}")
    raise UserError(f"{said!r} could be {len(found)} kiosks; say more of its id: {listed}")


def _begins(kiosk: Kiosk, wanted: str) -> bool:
    return len(wanted) >= LEAST and str(kiosk.id).startswith(wanted)
