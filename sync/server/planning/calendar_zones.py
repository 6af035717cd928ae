"""Finds the time zone that a calendar means by a name: IANA's, Windows', Outlook's, or one that it describes itself."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
UTC_NAMES = ("tzone://microsoft/utc", "utc", "gmt", "z", "etc/utc", "coordinated universal time")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?:[:.]?(\d\d))?", re.ASCII | re.IGNORECASE)
SHOWN = re.compile(r"\((?:UTC|GMT)\s*([^)]{0,8})\)\s*(.*)", re.IGNORECASE | re.DOTALL)  # as Outlook shows it
AMERICAN: Mapping[str, str] = {  # the names that Outlook shows and that have no city
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "atlantic time": "America/Halifax",
}
JANUARY, JULY = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


def known_zone(name: str) -> tzinfo | None:
    """The zone that IANA or Windows knows by this name, in any case; None: they know none."""
    for candidate in _names(name.strip()):
        zone = _iana_zone(candidate)
        if zone is not None:
            return zone
    return None


def guessed_zone(name: str) -> tzinfo | None:
    """What a name says of itself: an offset, or cities; None: nothing. A zone of the calendar's own comes first."""
    return _fixed_offset(name.strip()) or _shown_zone(name.strip())


def _names(name: str) -> Iterator[str]:
    """What a name may mean: /freeassociation.sourceforge.net/Europe/Berlin, tzone://Microsoft/Utc."""
    if name.lower() in WINDOWS:
        yield WINDOWS[name.lower()]
    parts = name.strip("/").split("/")
    if name.lower() in UTC_NAMES:
        yield "UTC"
    elif len(parts) <= 8:
        yield from ("/".join(parts[start:]) for start in range(len(parts)) if start == 0 or len(parts) - start > 1)


def _iana_zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        known = _iana_names().get(name.lower())
        return None if known is None else ZoneInfo(known)


@lru_cache
def _iana_names() -> Mapping[str, str]:
    """The names of all zones by their lower case."""
    return {name.lower(): name for name in available_timezones()}


@lru_cache
def _cities() -> Mapping[str, str]:
    """The zones by their city; of a city that two continents have, neither."""
    zones: dict[str, set[str]] = {}
    for name in available_timezones():
        area, _, city = name.rpartition("/")
        if area.partition("/")[0] in ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"):
            zones.setdefault(city.replace("_", " ").lower(), set()).add(name)
    return {city: next(iter(names)) for city, names in zones.items() if len(names) == 1}


def _fixed_offset(name: str) -> tzinfo | None:
    """UTC+1, GMT+01:00, -0500."""
    match = OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > timedelta(hours=15):
        return None
    return timezone(-offset if match[1] == "-" else offset)


def _shown_zone(name: str) -> tzinfo | None:
    """The zone of a name as Outlook shows it: (UTC+01:00) Amsterdam, Berlin. Its first city that is known counts.

    A zone that never has the offset in the brackets is another one.
    """
    shown = SHOWN.fullmatch(name)
    cities = name if shown is None else shown[2]
    if cities.strip().lower() in UTC_NAMES:
        return UTC
    offset = None if shown is None else (UTC if not shown[1].strip() else _fixed_offset(shown[1].strip()))
    for city in re.split(r"[,/:(]", cities)[:8]:
        known = AMERICAN.get(city.strip().lower()) or _cities().get(city.strip().lower())
        if known is None:
            continue
        zone = ZoneInfo(known)
        offsets = {JANUARY.astimezone(zone).utcoffset(), JULY.astimezone(zone).utcoffset()}
        if shown is None or (offset is not None and offset.utcoffset(None) in offsets):
            return zone
    return None
