"""Reads an iCalendar file (RFC 5545) from an untrusted source: its events, and those that can't be read, with why."""

import hashlib
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from icalendar import Timezone
from msgspec import Struct
from msgspec.structs import replace

from sync.errors import UserError
from sync.server.planning.calendar_zones import guessed_zone, known_zone
from sync.server.planning.content_lines import (
    ContentLine,
    content_lines,
    parse_duration,
    parse_moment,
    parse_period,
    read_text,
    text_list,
    unescaped,
)
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
LONGEST_NAME = 80  # of a component
LONGEST_ID = 1_000
LONGEST_TITLE = 80
TIME_PROPERTIES = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
OBSERVANCE = frozenset(("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME"))
READ_PROPERTIES: Mapping[str, frozenset[str]] = {  # by component
    "VCALENDAR": frozenset(("METHOD", "X-WR-TIMEZONE")),
    "VEVENT": frozenset((*TIME_PROPERTIES, "UID", "SUMMARY", "CATEGORIES", "CLASS", "STATUS", "SEQUENCE")),
    "VTIMEZONE": frozenset(("TZID", "X-LIC-LOCATION")),
    "STANDARD": OBSERVANCE,
    "DAYLIGHT": OBSERVANCE,
}
WHOLE_DAY_SIGN = "ALLDAYEVENT"  # the end of Microsoft's properties of an event whose day has times nevertheless


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
    lines: list[ContentLine]
    parts: list["_Component"]


def read_calendar(content: bytes, calendar: UUID, budget: ExpansionBudget | None = None) -> CalendarFile:
    """Read a file. ``calendar``: the namespace of its series' ids. Raises NotACalendar, and nothing else.

    An event that is malformed, or needs an unknown time zone, is unreadable; the others are read.
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar(f"it has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    zones: dict[str, _Component] = {}
    events: list[_Component] = []
    is_cancelled, default_zone = False, ""
    for component in _components(content):
        if component.name == "VTIMEZONE":
            zones.setdefault(_value(component, "TZID"), component)
        elif component.name == "VEVENT":
            events.append(component)
        elif component.name == "VCALENDAR":
            is_cancelled |= _value(component, "METHOD").upper() == "CANCEL"
            default_zone = default_zone or _value(component, "X-WR-TIMEZONE")
    if len(zones) > MOST_ZONES:
        raise NotACalendar(f"it has more than {MOST_ZONES} time zones of its own")
    own_zones = _Zones(zones, budget or ExpansionBudget(), default_zone)
    return _read_events(events, own_zones, calendar, is_cancelled=is_cancelled)


# components


def _components(content: bytes) -> Iterator[_Component]:
    """The top-level components of the calendars in the file, and what the calendars themselves say."""
    if len(re.findall(rb"\r\n?|\n", content)) > MOST_LINES:
        raise NotACalendar(f"it has more than {MOST_LINES:,} lines")
    text = read_text(content)
    if not re.match(r"BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise NotACalendar("it is no calendar: it does not begin with BEGIN:VCALENDAR")
    if not re.search(r"\nEND:VCALENDAR\Z", text, re.IGNORECASE):
        raise NotACalendar("it is cut off: it does not end with END:VCALENDAR")
    events = 0
    open_components: list[_Component] = []
    for line in content_lines(text):
        if line.name == "BEGIN":
            open_components.append(_Component(_component_name(line), [], []))
            if len(open_components) > MOST_NESTED:
                raise NotACalendar(f"its components are nested more than {MOST_NESTED} deep")
        elif line.name == "END":
            component = _close(open_components, _component_name(line))
            events += component.name == "VEVENT"
            if events > MOST_EVENTS:
                raise NotACalendar(f"it has more than {MOST_EVENTS:,} events")
            if (len(open_components) == 1 and open_components[0].name == "VCALENDAR") or not open_components:
                yield component
            elif open_components[-1].name == "VTIMEZONE":
                open_components[-1].parts.append(component)
        elif open_components:
            _keep(open_components[-1], line)
    if open_components:
        raise NotACalendar("it is cut off: a component has no end")


def _component_name(line: ContentLine) -> str:
    return line.text.partition(":")[2][:LONGEST_NAME].strip().upper()


def _close(open_components: list[_Component], name: str) -> _Component:
    if not open_components or open_components[-1].name != name:
        raise NotACalendar("it is damaged: a component ends that has not begun")
    return open_components.pop()


def _keep(component: _Component, line: ContentLine) -> None:
    """Keep a line that is read later; descriptions, pictures and alarms are not."""
    if line.name in READ_PROPERTIES.get(component.name, ()) or (
        component.name == "VEVENT" and line.name.endswith(WHOLE_DAY_SIGN)
    ):
        is_short = len(line.text) <= LONGEST_LINE
        component.lines.append(line if is_short else ContentLine(line.name, f"{line.name}:too long"))


def _lines(component: _Component, name: str) -> Iterator[ContentLine]:
    return (line for line in component.lines if line.name == name)


def _raw(component: _Component, name: str) -> list[str]:
    """The values of this property that are not empty, as they are written."""
    return [line.value.strip() for line in _lines(component, name) if line.value.strip()]


def _value(component: _Component, name: str) -> str:
    """The text of the property; empty: it has none."""
    return next((unescaped(value) for value in _raw(component, name)), "")


# time zones


class _Zones:
    """Finds the time zone that a calendar means by a name; ``default``: of times that name none."""

    def __init__(self, own: Mapping[str, _Component], budget: ExpansionBudget, default: str) -> None:
        self._own = own
        self._budget = budget
        self._by_name: dict[str, tzinfo] = {}
        self._unknown: dict[str, str] = {}  # why
        self.default = known_zone(default) if default else None

    def find(self, name: str) -> tzinfo | None:
        """The time zone with this name; for an empty name the calendar's default, if any. Raises BadRecurrence."""
        if name in self._unknown:
            raise BadRecurrence(self._unknown[name])
        if not name:
            return self.default
        if name not in self._by_name:
            try:
                self._by_name[name] = self._find(name)
            except BadRecurrence as error:
                self._unknown[name] = str(error)
                raise
        return self._by_name[name]

    def _find(self, name: str) -> tzinfo:
        own = self._own.get(name)
        zone = known_zone(name) or (known_zone(_value(own, "X-LIC-LOCATION")) if own else None)
        if zone is None and own is not None:
            zone = _own_zone(own, self._budget)
        zone = zone or guessed_zone(name)
        if zone is None:
            raise BadRecurrence(f"nobody knows its time zone “{name[:60]}”")
        return zone


def _own_zone(component: _Component, budget: ExpansionBudget) -> tzinfo:
    """The zone that a VTIMEZONE describes. Raises BadRecurrence."""
    if not 0 < len(component.parts) <= MOST_OBSERVANCES:
        raise BadRecurrence("its time zone has no times, or too many")
    lines = ["BEGIN:VTIMEZONE", "TZID:own"]  # always the same name: icalendar remembers zones by it
    for observance in component.parts:
        if observance.name not in ("STANDARD", "DAYLIGHT"):
            continue
        for rule in _raw(observance, "RRULE"):
            if "FREQ=YEARLY" not in rule.upper():
                raise BadRecurrence("the clocks of its time zone change more often than yearly")
            check_rule(rule, datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), budget)
        lines.append(f"BEGIN:{observance.name}")
        lines += [line.text for line in observance.lines]
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
            unreadable[uid] = f"its times or its rule can't be read ({type(error).__name__})"
    return CalendarFile(tuple(events), unreadable)


def _uid(component: _Component) -> str:
    """The event's id; of one without, a hash of what it says."""
    uid = _value(component, "UID")[:LONGEST_ID]
    if uid:
        return uid
    return hashlib.sha256("\n".join(line.text for line in component.lines).encode()).hexdigest()


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
    if mains:  # a change that has no title of its own keeps the series' one
        title = mains[-1][1].title
        changed = [(times, replace(details, title=details.title or title)) for times, details in changed]
    newest = max((times.sequence for times, _ in mains), default=0)
    mains = [(times, details) for times, details in mains if times.sequence == newest]
    # Some calendars use one id for unrelated events; changed occurrences are then those of the last that recurs.
    different = {(str(times.start), details.title): (times, details) for times, details in mains}
    if len(different) < 2:
        yield _event(uid, calendar, mains[-1] if mains else None, changed, is_private=is_private)
        return
    recurring = [key for key, (times, _) in different.items() if times.rules or times.added]
    changes_of = recurring[-1] if recurring else next(reversed(different))
    starts = Counter(start for start, _ in different)
    for key, main in different.items():
        start, title = key
        own_uid = f"{uid}#{start}" if starts[start] == 1 else f"{uid}#{start}#{title}"
        yield _event(own_uid, calendar, main, changed if key == changes_of else [], is_private=is_private)


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
    return replace(details, is_private=details.is_private or is_private)


def _details(component: _Component, times: EventTimes, *, is_cancelled: bool) -> EventDetails:
    classes = [line.value.strip().upper() for line in _lines(component, "CLASS")]
    is_marked = any(
        line.name.endswith(WHOLE_DAY_SIGN) and line.value.strip().upper() == "TRUE" for line in component.lines
    )
    return EventDetails(
        clean_title(_value(component, "SUMMARY")),
        tuple(clean_title(name) for value in _raw(component, "CATEGORIES") for name in text_list(value)),
        # RFC 5545 §3.8.1.3: a class that is not known is to be treated as private.
        is_private=any(name != "PUBLIC" for name in classes),
        is_cancelled=is_cancelled or _value(component, "STATUS").upper() == "CANCELLED",
        is_whole_day=is_marked or not isinstance(times.start, datetime),
    )


def clean_title(text: str) -> str:
    """In one line, without what can't be printed, and at most as long as a session's title can be."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def _times(component: _Component, zones: _Zones) -> EventTimes:
    """When a component takes place. Raises BadRecurrence."""
    replaces = _moments(component, "RECURRENCE-ID", zones)
    # Some programs write no start of an occurrence that is cancelled.
    starts = _moments(component, "DTSTART", zones) or replaces
    if not starts:
        raise BadRecurrence("it has no start")
    ranges = [line.moments()[0].get("RANGE", "").upper() for line in _lines(component, "RECURRENCE-ID")]
    if "THISANDPRIOR" in ranges:
        raise BadRecurrence("it changes earlier occurrences too, which RFC 5545 does not know any more")
    ends = _moments(component, "DTEND", zones)
    sequence = _value(component, "SEQUENCE")
    return EventTimes(
        starts[0],
        _end(component, starts[0], ends[0] if ends else None),
        tuple(_raw(component, "RRULE")) if not replaces else (),
        tuple(_added(component, zones)) if not replaces else (),
        _moments(component, "EXDATE", zones) if not replaces else (),
        replaces[0] if replaces else None,
        replaces_later="THISANDFUTURE" in ranges,
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else 0,
        left_out_rules=tuple(_raw(component, "EXRULE")) if not replaces else (),
    )


def _end(component: _Component, start: Moment, end: Moment | None) -> Moment:
    """The end, or what its length says; without either a day lasts until the next, and a moment has no length.

    A day that ends on the day that it begins, as some programs write it, is that one day.
    """
    is_day = not isinstance(start, datetime)
    if end is not None:
        return start + timedelta(days=1) if is_day and end == start else end
    durations = _raw(component, "DURATION")
    if durations:
        try:
            return start + parse_duration(durations[0].upper())
        except OverflowError as error:
            raise BadRecurrence("its length is too long") from error
    return start + timedelta(days=1) if is_day else start


def _moments(component: _Component, name: str, zones: _Zones) -> tuple[Moment, ...]:
    """The moments that a property lists. Raises BadRecurrence."""
    moments: list[Moment] = []
    for line in _lines(component, name):
        parameters, values = line.moments()
        moments += [_in_zone(parse_moment(value), parameters.get("TZID", ""), zones) for value in values]
    return tuple(moments)


def _in_zone(moment: Moment, name: str, zones: _Zones) -> Moment:
    """The moment in the zone of this name, unless it is a day, or in UTC. Raises BadRecurrence."""
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zones.find(name))


def _added(component: _Component, zones: _Zones) -> Iterator[tuple[Moment, timedelta | None]]:
    """The dates that are added, each with its length where that is another than the event's."""
    for line in _lines(component, "RDATE"):
        parameters, values = line.moments()
        for value in values:
            begin, length = parse_period(value)
            yield _in_zone(begin, parameters.get("TZID", ""), zones), length
