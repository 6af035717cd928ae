"""Reads an iCalendar file (RFC 5545) from an untrusted source: its events, and those that can't be read, with why."""

import hashlib
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from sync.server.planning.calendar_components import (
    ACCESS,
    WHOLE_DAY_SIGN,
    Component,
    NotACalendar,
    read_components,
)
from sync.server.planning.calendar_own_zones import CalendarZones, DescribedZones
from sync.server.planning.content_lines import parse_duration, parse_moment, parse_period, text_list
from sync.server.planning.recurrence import EventSeries, EventTimes
from sync.server.planning.recurrence_rules import UNREADABLE, BadRecurrence, ExpansionBudget, Moment

MOST_ZONES = 60  # of its own
LONGEST_ID = 1_000
LONGEST_TITLE = 80


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


class _Part(Struct):
    """One component of an event, and what the calendar that it is in says of all its events."""

    component: Component
    zones: CalendarZones
    is_cancelled: bool
    is_private: bool


def read_calendar(content: bytes, calendar: UUID, budget: ExpansionBudget | None = None) -> CalendarFile:
    """Read a file. ``calendar``: the namespace of its series' ids. Raises NotACalendar, and nothing else.

    An event that is malformed, or needs an unknown time zone, is unreadable; the others are read.
    """
    calendars = read_components(content)
    described = DescribedZones(budget or ExpansionBudget())
    for part in calendars:
        described.add(part.parts)
    if described.count > MOST_ZONES:
        raise NotACalendar(f"it has more than {MOST_ZONES} time zones of its own")
    default = next((name for part in calendars for name in [part.value("X-WR-TIMEZONE")] if name), "")
    events = []
    for part in calendars:
        zones = CalendarZones(described, part.parts, part.value("X-WR-TIMEZONE") or default)
        is_cancelled = part.value("METHOD").upper() == "CANCEL"
        is_private = _is_private(part)
        events += [
            _Part(component, zones, is_cancelled, is_private) for component in part.parts if component.name == "VEVENT"
        ]
    return _read_events(events, calendar)


# events


def _read_events(parts: Sequence[_Part], calendar: UUID) -> CalendarFile:
    by_uid: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        by_uid[_uid(part.component)].append(part)
    events: list[CalendarEvent] = []
    unreadable: dict[str, str] = {}
    for uid, of_event in by_uid.items():
        try:
            events += _read_event(uid, of_event, calendar)
        except BadRecurrence as error:
            unreadable[uid] = str(error)
        except UNREADABLE as error:
            unreadable[uid] = f"its times or its rule can't be read ({type(error).__name__})"
    return CalendarFile(tuple(events), unreadable)


def _uid(component: Component) -> str:
    """The event's id; of one without, a hash of what it says."""
    uid = component.value("UID")[:LONGEST_ID]
    if uid:
        return uid
    return hashlib.sha256("\n".join(line.text for line in component.lines).encode()).hexdigest()


def _read_event(uid: str, parts: Sequence[_Part], calendar: UUID) -> Iterable[CalendarEvent]:
    """The event with this id; several where a calendar uses one id for unrelated events. Raises ValueError and others.

    Where one component is private, all of the event is: a changed occurrence may name what the event keeps secret.
    """
    if any(part.component.is_damaged for part in parts):
        raise BadRecurrence("it is damaged: a part of it has no end")
    read = [(times, _details(part, times)) for part in parts for times in [_times(part.component, part.zones)]]
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


def _details(part: _Part, times: EventTimes) -> EventDetails:
    component = part.component
    is_marked = any(
        line.name.endswith(WHOLE_DAY_SIGN) and line.value.strip().upper() == "TRUE" for line in component.lines
    )
    return EventDetails(
        clean_title(component.value("SUMMARY")),
        tuple(clean_title(name) for value in component.raw("CATEGORIES") for name in text_list(value)),
        is_private=part.is_private or _is_private(component),
        is_cancelled=part.is_cancelled or component.value("STATUS").upper() == "CANCELLED",
        is_whole_day=is_marked or not isinstance(times.start, datetime),
    )


def _is_private(component: Component) -> bool:
    """Whether an event, or a whole calendar, is not meant for everybody.

    RFC 5545 §3.8.1.3: a class that is not known is to be treated as private.
    """
    return any(line.value.strip().upper() != "PUBLIC" for name in ("CLASS", ACCESS) for line in component.named(name))


def clean_title(text: str) -> str:
    """In one line, without what can't be printed, and at most as long as a session's title can be."""
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def _times(component: Component, zones: CalendarZones) -> EventTimes:
    """When a component takes place. Raises BadRecurrence."""
    replaces = _moments(component, "RECURRENCE-ID", zones)
    # Some programs write no start of an occurrence that is cancelled.
    starts = _moments(component, "DTSTART", zones) or replaces
    if not starts:
        raise BadRecurrence("it has no start")
    ranges = [line.moments()[0].get("RANGE", "").upper() for line in component.named("RECURRENCE-ID")]
    if "THISANDPRIOR" in ranges:
        raise BadRecurrence("it changes earlier occurrences too, which RFC 5545 does not know any more")
    ends = _moments(component, "DTEND", zones)
    sequence = component.value("SEQUENCE")
    return EventTimes(
        starts[0],
        _end(component, starts[0], ends[0] if ends else None),
        tuple(component.raw("RRULE")) if not replaces else (),
        tuple(_added(component, zones)) if not replaces else (),
        _moments(component, "EXDATE", zones) if not replaces else (),
        replaces[0] if replaces else None,
        replaces_later="THISANDFUTURE" in ranges,
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,9}", sequence) else 0,
        left_out_rules=tuple(component.raw("EXRULE")) if not replaces else (),
    )


def _end(component: Component, start: Moment, end: Moment | None) -> Moment:
    """The end, or what its length says; without either a day lasts until the next, and a moment has no length.

    A day that ends on the day that it begins, as some programs write it, is that one day; so is one of an hour.
    """
    is_day = not isinstance(start, datetime)
    if end is not None:
        return start + timedelta(days=1) if is_day and end == start else end
    durations = component.raw("DURATION")
    if durations:
        try:
            length = parse_duration(durations[0].upper())
            return start + (timedelta(days=ceil(length / timedelta(days=1))) if is_day else length)
        except OverflowError as error:
            raise BadRecurrence("its length is too long") from error
    return start + timedelta(days=1) if is_day else start


def _moments(component: Component, name: str, zones: CalendarZones) -> tuple[Moment, ...]:
    """The moments that a property lists. Raises BadRecurrence."""
    moments: list[Moment] = []
    for line in component.named(name):
        parameters, values = line.moments()
        moments += [_in_zone(parse_moment(value), parameters.get("TZID", ""), zones) for value in values]
    return tuple(moments)


def _in_zone(moment: Moment, name: str, zones: CalendarZones) -> Moment:
    """The moment in the zone of this name, unless it is a day, or in UTC. Raises BadRecurrence."""
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zones.find(name))


def _added(component: Component, zones: CalendarZones) -> Iterator[tuple[Moment, timedelta | None]]:
    """The dates that are added, each with its length where that is another than the event's."""
    for line in component.named("RDATE"):
        parameters, values = line.moments()
        for value in values:
            begin, length = parse_period(value)
            yield _in_zone(begin, parameters.get("TZID", ""), zones), length
