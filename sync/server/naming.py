"""What venues and kiosks are called, and which one is meant by what somebody typed."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from uuid import UUID

from sync.folder import Mistake
from sync.names import compared, tidy
from sync.server.fleet import Kiosk, Venue

SHORT = 13  # characters of a uuid7: all of its time, so that no two kiosks of one venue share them
LEAST = 4  # fewer characters of an id name nothing


class NoSuchVenue(LookupError):
    """No venue is meant; the text says so, and what may have been."""


def find_venue(venues: list[Venue], said: str) -> Venue:
    """The venue that ``said`` names, however it is spaced and composed, and capitals too where they decide nothing.

    Raises NoSuchVenue.
    """
    exact = [venue for venue in venues if venue.name == tidy(said)]
    alike = exact or [venue for venue in venues if compared(venue.name) == compared(said)]
    if len(alike) == 1:
        return alike[0]
    near = [venue.name for venue in alike] or _near(venues, said)
    meant = f"; did you mean {' or '.join(f'“{name}”' for name in near)}?" if near else ""
    raise NoSuchVenue(f"no venue is called “{tidy(said)[:80]}”{meant}")


def _near(venues: list[Venue], said: str) -> list[str]:
    names = {compared(venue.name): venue.name for venue in venues}
    return [names[one] for one in get_close_matches(compared(said), names, n=2)]


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
    """The one kiosk that ``said`` means: the beginning of its id, or its name. Raises Mistake for none or many."""
    wanted, called = compared(said), names(kiosks)
    found = [kiosk for kiosk in kiosks if compared(called[kiosk.id]) == wanted or _begins(kiosk, wanted)]
    if len(found) == 1:
        return found[0]
    listed = "`hearth-server kiosks` lists them"
    if not found:
        raise Mistake(f"no kiosk is called {said!r} or has an id that begins so; {listed}")
    raise Mistake(f"{said!r} could be {len(found)} kiosks; say more of its id: {listed}")


def _begins(kiosk: Kiosk, wanted: str) -> bool:
    return len(wanted) >= LEAST and str(kiosk.id).startswith(wanted)
