"""Reads an iCalendar file (RFC 5545) from an untrusted source: its events, and those that can't be read, with why."""

import hashlib
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.parser import Contentline, Contentlines
from icalendar.prop import vDDDTypes
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from msgspec import Struct

from sync.errors import UserError
from sync.server.planning.recurrence import (
    UNREADABLE,
    BadRecurrence,
    EventSeries,
    EventTimes,
    ExpansionBudget,
    Moment,
    check_rule,
)

MOST_BYTES = 10_000_000
MOST_EVENTS = 20_000
MOST_LINES = 800_000
MOST_NESTED = 5  # components within each other; a calendar has four
MOST_ZONES = 60  # of its own
MOST_OBSERVANCES = 60  # of one zone
LONGEST_LINE = 60_000  # characters, unfolded, of what is read
LONGEST_ID = 1_000
LONGEST_TITLE = 80
TIME_PROPERTIES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
EVENT_PROPERTIES = frozenset((*TIME_PROPERTIES, "UID", "SUMMARY", "CATEGORIES", "CLASS", "STATUS", "SEQUENCE"))
ZONE_PROPERTIES = frozenset(
    ("TZID", "X-LIC-LOCATION", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME")
)
NAME = re.compile(r"[A-Za-z0-9-]+")


class NotACalendar(UserError):
    """The content can't be a calendar, or is refused; the message says why."""


class EventDetails(Struct, frozen=True):
    """What one component of an event says beside its times."""

    title: str  # printable, at most 80 characters
    categories: tuple[str, ...] = ()
    is_private: bool = False
    is_cancelled: bool = False
    is_whole_day: bool = False


class CalendarEvent(Struct, frozen=True):
    """An event with its occurrences that were changed; ``changes`` are in the order of the series' changes."""

    uid: str
    series: EventSeries
    main: EventDetails | None
    changes: tuple[EventDetails, ...]
    is_single: bool  # it doesn't repeat, so that another start means that it was moved


class CalendarFile(Struct, frozen=True):
    """``unreadable``: why an event can't be read, by its id."""

    events: tuple[CalendarEvent, ...]
    unreadable: Mapping[str, str]


class _Component(Struct):
    """A component of the file with the lines that are read of it."""

    name: str
    lines: list[Contentline]
    parts: list["_Component"]


def read_calendar(content: bytes, calendar: UUID, budget: ExpansionBudget | None = None) -> CalendarFile:
    """Read a file. ``calendar``: the namespace of its series' ids. Raises NotACalendar, and nothing else.

    An event that is malformed, or needs an unknown time zone, is unreadable; the others are read.
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar(f"it has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    zones: dict[str, _Component] = {}
    events: list[_Component] = []
    is_cancelled = False
    for component in _components(content):
        is_cancelled |= component.name == "METHOD:CANCEL"
        if component.name == "VTIMEZONE":
            zones.setdefault(_value(component, "TZID"), component)
        elif component.name == "VEVENT":
            events.append(component)
    if len(zones) > MOST_ZONES:
        raise NotACalendar(f"it has more than {MOST_ZONES} time zones of its own")
    return _read_events(events, _Zones(zones, budget or ExpansionBudget()), calendar, is_cancelled=is_cancelled)


# components


def _components(content: bytes) -> Iterator[_Component]:
    """The top-level components of the calendars in the file, and a sign for one whose method is CANCEL."""
    text = content.decode("utf-8-sig", "replace").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if not re.match(r"\s*BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise NotACalendar("it is no calendar: it does not begin with BEGIN:VCALENDAR")
    if not re.search(r"\nEND:VCALENDAR\s*\Z", text, re.IGNORECASE):
        raise NotACalendar("it is cut off: it does not end with END:VCALENDAR")
    if text.count("\n") > MOST_LINES:
        raise NotACalendar(f"it has more than {MOST_LINES:,} lines")
    events = 0
    open_components: list[_Component] = []
    for line in _content_lines(text):
        name = NAME.match(line)
        key = name.group().upper() if name else ""
        if key == "BEGIN":
            open_components.append(_Component(_tail(line), [], []))
            if len(open_components) > MOST_NESTED:
                raise NotACalendar(f"its components are nested more than {MOST_NESTED} deep")
        elif key == "END":
            component = _close(open_components, _tail(line))
            events += component.name == "VEVENT"
            if events > MOST_EVENTS:
                raise NotACalendar(f"it has more than {MOST_EVENTS:,} events")
            if len(open_components) == 1 and open_components[0].name == "VCALENDAR":
                yield component
            elif open_components and open_components[-1].name == "VTIMEZONE":
                open_components[-1].parts.append(component)
        elif open_components:
            if (key, open_components[-1].name) == ("METHOD", "VCALENDAR") and _tail(line) == "CANCEL":
                yield _Component("METHOD:CANCEL", [], [])
            _keep(open_components[-1], key, line)
    if open_components:
        raise NotACalendar("it is cut off: a component has no end")


def _content_lines(text: str) -> list[Contentline]:
    lines: list[Contentline] = Contentlines.from_ical(text)  # type: ignore[no-untyped-call]
    return lines


def _content_line(text: str) -> Contentline:
    return Contentline(text)  # type: ignore[no-untyped-call]


def _parse_value(text: str) -> object:
    """A date, datetime, timedelta or period. Raises ValueError."""
    value: object = vDDDTypes.from_ical(text)  # type: ignore[no-untyped-call]
    return value


def _tail(line: str) -> str:
    return line.partition(":")[2].strip().upper()


def _close(open_components: list[_Component], name: str) -> _Component:
    if not open_components or open_components[-1].name != name:
        raise NotACalendar("it is damaged: a component ends that has not begun")
    return open_components.pop()


def _keep(component: _Component, key: str, line: Contentline) -> None:
    """Keep a line that is read later; descriptions, pictures and alarms are not."""
    if component.name == "VEVENT":
        is_read = key in EVENT_PROPERTIES
    else:
        is_read = component.name in ("VTIMEZONE", "STANDARD", "DAYLIGHT") and key in ZONE_PROPERTIES
    if is_read:
        component.lines.append(line if len(line) <= LONGEST_LINE else _content_line(f"{key}:too long"))


def _properties(component: _Component, *names: str) -> Iterator[tuple[Mapping[str, str], str]]:
    """The parameters and values of these properties. Raises ValueError."""
    for line in component.lines:
        if NAME.match(line).group().upper() in names:  # type: ignore[union-attr]  # only lines with a name are kept
            _, parameters, value = line.parts()
            yield {str(key).upper(): str(text) for key, text in parameters.items()}, str(value)


def _value(component: _Component, name: str) -> str:
    """The property's value; empty: it has none, or one that can't be read."""
    try:
        return next((value.strip() for _, value in _properties(component, name)), "")
    except ValueError:
        return ""


# time zones


class _Zones:
    """Finds the time zone that a calendar means by a name."""

    def __init__(self, own: Mapping[str, _Component], budget: ExpansionBudget) -> None:
        self._own = own
        self._budget = budget
        self._by_name: dict[str, tzinfo] = {}
        self._unknown: dict[str, str] = {}  # why

    def find(self, name: str) -> tzinfo:
        """An IANA name, also after a prefix, or a Windows one; else what the file says of it. Raises BadRecurrence."""
        if name in self._unknown:
            raise BadRecurrence(self._unknown[name])
        if name not in self._by_name:
            try:
                self._by_name[name] = self._find(name.strip())
            except BadRecurrence as error:
                self._unknown[name] = str(error)
                raise
        return self._by_name[name]

    def _find(self, name: str) -> tzinfo:
        own = self._own.get(name)
        location = _value(own, "X-LIC-LOCATION") if own else ""
        for candidate in (name, location):
            for known in _names(candidate):
                zone = _iana_zone(known)
                if zone is not None:
                    return zone
        if own is None:
            raise BadRecurrence(f"nobody knows its time zone “{name[:60]}”")
        return _own_zone(own, self._budget)


def _names(name: str) -> Iterator[str]:
    """What a name may mean: /freeassociation.sourceforge.net/Europe/Berlin, tzone://Microsoft/Utc."""
    if name in WINDOWS_TO_OLSON:
        yield WINDOWS_TO_OLSON[name]
    parts = name.strip("/").split("/")
    if name.lower() in ("tzone://microsoft/utc", "utc", "gmt", "z", "etc/utc"):
        yield "UTC"
    elif len(parts) <= 8:
        yield from ("/".join(parts[start:]) for start in range(len(parts)) if start == 0 or len(parts) - start > 1)


def _iana_zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _own_zone(component: _Component, budget: ExpansionBudget) -> tzinfo:
    """The zone that a VTIMEZONE describes. Raises BadRecurrence."""
    if not 0 < len(component.parts) <= MOST_OBSERVANCES:
        raise BadRecurrence("its time zone has no times, or too many")
    lines = ["BEGIN:VTIMEZONE", "TZID:own"]  # always the same name: icalendar remembers zones by it
    for observance in component.parts:
        if observance.name not in ("STANDARD", "DAYLIGHT"):
            continue
        for _, rule in _properties(observance, "RRULE"):
            if "FREQ=YEARLY" not in rule.upper():
                raise BadRecurrence("the clocks of its time zone change more often than yearly")
            check_rule(rule, datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), budget)
        lines.append(f"BEGIN:{observance.name}")
        lines += [line for line in observance.lines if not line.upper().startswith(("X-LIC", "TZID"))]
        lines.append(f"END:{observance.name}")
    try:
        zone = Timezone.from_ical("\r\n".join([*lines, "END:VTIMEZONE", ""]))
        assert isinstance(zone, Timezone)
        made: tzinfo = zone.to_tz(lookup_tzid=False)
        made.utcoffset(datetime(2026, 1, 1))  # noqa: DTZ001
    except (*UNREADABLE, AssertionError) as error:
        raise BadRecurrence("its time zone can't be read") from error
    return made


# events


def _read_events(
    components: Sequence[_Component], zones: _Zones, calendar: UUID, *, is_cancelled: bool
) -> CalendarFile:
    by_uid: dict[str, list[_Component]] = defaultdict(list)
    for component in components:
        by_uid[_uid(component)].append(component)
    events: list[CalendarEvent] = []
    unreadable: dict[str, str] = {}
    for uid, of_event in by_uid.items():
        try:
            events += _read_event(uid, of_event, zones, calendar, is_cancelled=is_cancelled)
        except BadRecurrence as error:
            unreadable[uid] = str(error)
        except UNREADABLE as error:
            unreadable[uid] = f"it can't be read ({type(error).__name__})"
    return CalendarFile(tuple(events), unreadable)


def _uid(component: _Component) -> str:
    """The event's id; of one without, a hash of what it says."""
    uid = _value(component, "UID")[:LONGEST_ID]
    if uid:
        return uid
    return hashlib.sha256("\n".join(component.lines).encode()).hexdigest()


def _read_event(
    uid: str, components: Sequence[_Component], zones: _Zones, calendar: UUID, *, is_cancelled: bool
) -> Iterable[CalendarEvent]:
    """The event with this id; several where a calendar uses one id for unrelated events. Raises ValueError and others.

    Where one component is private, all of the event is: a changed occurrence may name what the event keeps secret.
    """
    read = [
        (times, _details(component, times, is_cancelled=is_cancelled))
        for component in components
        for times in [_times(component, zones)]
    ]
    mains = [(times, details) for times, details in read if times.replaces is None]
    changed = [(times, details) for times, details in read if times.replaces is not None]
    is_private = any(details.is_private for _, details in mains)
    newest = max((times.sequence for times, _ in mains), default=0)
    mains = [(times, details) for times, details in mains if times.sequence == newest]
    singles = {str(times.start): (times, details) for times, details in mains} if len(mains) > 1 else {}
    if len(singles) > 1 and not changed and not any(times.rules or times.added for times, _ in mains):
        for start, (times, details) in singles.items():
            yield _event(f"{uid}#{start}", calendar, (times, details), [], is_private=is_private)
        return
    yield _event(uid, calendar, mains[-1] if mains else None, changed, is_private=is_private)


def _event(
    uid: str,
    calendar: UUID,
    main: tuple[EventTimes, EventDetails] | None,
    changed: Sequence[tuple[EventTimes, EventDetails]],
    *,
    is_private: bool,
) -> CalendarEvent:
    return CalendarEvent(
        uid,
        EventSeries(uuid.uuid5(calendar, uid), main[0] if main else None, tuple(times for times, _ in changed)),
        _private(main[1], is_private=is_private) if main else None,
        tuple(_private(details, is_private=is_private) for _, details in changed),
        is_single=main is not None and not changed and not main[0].rules and not main[0].added,
    )


def _private(details: EventDetails, *, is_private: bool) -> EventDetails:
    return EventDetails(
        details.title,
        details.categories,
        details.is_private or is_private,
        details.is_cancelled,
        details.is_whole_day,
    )


def _details(component: _Component, times: EventTimes, *, is_cancelled: bool) -> EventDetails:
    categories = [value for _, value in _properties(component, "CATEGORIES")]
    return EventDetails(
        clean_title(_value(component, "SUMMARY")),
        tuple(clean_title(name) for value in categories for name in {value, *value.split(",")}),
        # RFC 5545 §3.8.1.3: a class that is not known is to be treated as private.
        is_private=any(value.strip().upper() != "PUBLIC" for _, value in _properties(component, "CLASS")),
        is_cancelled=is_cancelled or _value(component, "STATUS").upper() == "CANCELLED",
        is_whole_day=not isinstance(times.start, datetime),
    )


def clean_title(text: str) -> str:
    """In one line, without what can't be printed, and at most as long as a session's title can be."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def _times(component: _Component, zones: _Zones) -> EventTimes:
    """When a component takes place. Raises ValueError, BadRecurrence."""
    starts, ends = _moments(component, "DTSTART", zones), _moments(component, "DTEND", zones)
    if not starts:
        raise BadRecurrence("it has no start")
    replaces = _moments(component, "RECURRENCE-ID", zones)
    ranges = [parameters.get("RANGE", "") for parameters, _ in _properties(component, "RECURRENCE-ID")]
    sequence = _value(component, "SEQUENCE")
    return EventTimes(
        starts[0],
        ends[0] if ends else _end(component, starts[0]),
        tuple(value.strip() for value in _raw(component, "RRULE")) if not replaces else (),
        tuple(_added(component, zones)) if not replaces else (),
        _moments(component, "EXDATE", zones) if not replaces else (),
        replaces[0] if replaces else None,
        replaces_later=any(text.upper() == "THISANDFUTURE" for text in ranges),
        sequence=int(sequence) if re.fullmatch(r"\d{1,9}", sequence) else 0,
    )


def _raw(component: _Component, name: str) -> list[str]:
    return [value for _, value in _properties(component, name) if value.strip()]


def _end(component: _Component, start: Moment) -> Moment:
    """The end by its duration; without one a day lasts until the next, and a moment has no length."""
    durations = _raw(component, "DURATION")
    if durations:
        duration = _parse_value(durations[0].strip())
        if not isinstance(duration, timedelta):
            raise ValueError(durations[0])
        return start + duration
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _moments(component: _Component, name: str, zones: _Zones) -> tuple[Moment, ...]:
    """The moments that a property lists. Raises ValueError, BadRecurrence."""
    moments: list[Moment] = []
    for parameters, values in _properties(component, name):
        zone = zones.find(parameters["TZID"]) if "TZID" in parameters else None
        moments += [_moment(_parse_value(text.strip()), zone) for text in values.split(",") if text.strip()]
    return tuple(moments)


def _moment(value: object, zone: tzinfo | None) -> Moment:
    if isinstance(value, tuple):
        value = value[0]
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value.astimezone(UTC)
        return value.replace(tzinfo=zone)
    if isinstance(value, date):
        return value
    raise ValueError("no moment")


def _added(component: _Component, zones: _Zones) -> Iterator[tuple[Moment, timedelta | None]]:
    """The dates that are added, each with its length where that is another than the event's."""
    for parameters, values in _properties(component, "RDATE"):
        zone = zones.find(parameters["TZID"]) if "TZID" in parameters else None
        for text in filter(str.strip, values.split(",")):
            value = _parse_value(text.strip())
            duration = None
            if isinstance(value, tuple):
                begin, end = value
                duration = end if isinstance(end, timedelta) else end - begin
            yield _moment(value, zone), duration
