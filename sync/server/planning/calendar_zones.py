"""Finds the time zone that a calendar means by a name: IANA's, Windows', Outlook's, or one that it describes itself."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()} | {  # and names of earlier versions
    "armenian standard time": "Asia/Yerevan",
    "kamchatka standard time": "Asia/Kamchatka",
    "mexico standard time": "America/Mexico_City",
    "mexico standard time 2": "America/Chihuahua",
    "mid-atlantic standard time": "Etc/GMT+2",
}
UTC_NAMES = ("tzone://microsoft/utc", "utc", "gmt", "z", "etc/utc", "coordinated universal time")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?:[:.]?(\d\d))?", re.ASCII | re.IGNORECASE)
SHOWN = re.compile(r"\((?:UTC|GMT)\s*([^)]{0,8})\)\s*(.*)", re.IGNORECASE | re.DOTALL)  # as Outlook shows it
CENTRAL_EUROPE, GREAT_BRITAIN = "Europe/Berlin", "Europe/London"
NAMED: Mapping[str, str] = {  # names without a city: of Outlook, of Lotus Notes, of CLDR's languages, and short ones
    "eastern": "America/New_York",
    "eastern time": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "central time": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mountain time": "America/Denver",
    "mdt": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pacific time": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "atlantic time": "America/Halifax",
    "western/central europe": CENTRAL_EUROPE,
    "cest": CENTRAL_EUROPE,
    "mez": CENTRAL_EUROPE,
    "mesz": CENTRAL_EUROPE,
    "central european time": CENTRAL_EUROPE,
    "central european summer time": CENTRAL_EUROPE,
    "mitteleuropäische zeit": CENTRAL_EUROPE,
    "mitteleuropäische normalzeit": CENTRAL_EUROPE,
    "mitteleuropäische sommerzeit": CENTRAL_EUROPE,
    "heure d'europe centrale": CENTRAL_EUROPE,
    "heure normale d'europe centrale": CENTRAL_EUROPE,
    "heure d'été d'europe centrale": CENTRAL_EUROPE,
    "midden-europese tijd": CENTRAL_EUROPE,
    "midden-europese standaardtijd": CENTRAL_EUROPE,
    "midden-europese zomertijd": CENTRAL_EUROPE,
    "west-europa (standaardtijd)": CENTRAL_EUROPE,
    "hora de europa central": CENTRAL_EUROPE,
    "hora estándar de europa central": CENTRAL_EUROPE,
    "hora de verano de europa central": CENTRAL_EUROPE,
    "bst": GREAT_BRITAIN,
    "british summer time": GREAT_BRITAIN,
}
EXONYMS: Mapping[str, str] = {  # cities of names as Outlook shows them that have no city in English spelling
    "athen": "Europe/Athens",
    "athènes": "Europe/Athens",
    "athene": "Europe/Athens",
    "atenas": "Europe/Athens",
    "moskau": "Europe/Moscow",
    "moscou": "Europe/Moscow",
    "moskou": "Europe/Moscow",
    "moscú": "Europe/Moscow",
    "kairo": "Africa/Cairo",
    "le caire": "Africa/Cairo",
    "caïro": "Africa/Cairo",
    "el cairo": "Africa/Cairo",
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
    """What a name says of itself: an offset, cities, a Windows name with a number or of the summer; None: nothing.

    A zone of the calendar's own comes first.
    """
    name = name.strip()
    return _fixed_offset(name) or _varied_zone(name) or _shown_zone(name)


def _varied_zone(name: str) -> tzinfo | None:
    """The zone of a name such as W. Europe Standard Time 1, with which Exchange tells like zones apart."""
    bare = re.sub(r" \(?[0-9]\)?$", "", name.lower()).replace(" daylight time", " standard time")
    known = WINDOWS.get(bare) or NAMED.get(bare.replace("’", "'"))
    return _iana_zone(name.replace("-", "/", 1)) if known is None else ZoneInfo(known)  # US-Eastern


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
    """The zones by their city; of a city that has two zones whose clocks differ, neither."""
    zones: dict[str, set[str]] = {}
    for name in available_timezones():
        area, _, city = name.rpartition("/")
        if area.partition("/")[0] in ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"):
            zones.setdefault(city.replace("_", " ").lower(), set()).add(name)
    return {city: max(names) for city, names in zones.items() if len(set(map(_offsets, names))) == 1}


def _offsets(name: str) -> tuple[timedelta | None, ...]:
    """What the clocks of a zone are ahead of UTC in winter and in summer."""
    return tuple(moment.astimezone(ZoneInfo(name)).utcoffset() for moment in (JANUARY, JULY))


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
    names = [city.strip().lower() for city in re.split(r"[,/:(]", cities)[:8]]
    zones = [NAMED.get(city) or _cities().get(city) or EXONYMS.get(city) for city in names]
    known = [zone for zone in zones if zone is not None]
    for zone in known:
        if shown is None or (offset is not None and offset.utcoffset(None) in _offsets(zone)):
            return ZoneInfo(zone)
    return UTC if offset is UTC and not known else None  # (UTC) Koordinierte Weltzeit
