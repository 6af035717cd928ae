"""Finds the time zones of a calendar's times, those too that the calendar describes itself (RFC 5545 §3.6.5)."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from icalendar import Timezone

from sync.server.planning.calendar_components import Component
from sync.server.planning.calendar_zones import guessed_zone, known_zone
from sync.server.planning.recurrence_rules import UNREADABLE, BadRecurrence, ExpansionBudget, check_rule

MOST_OBSERVANCES = 60  # of one zone


class DescribedZones:
    """The zones that the calendars of a file describe; equal descriptions are one."""

    def __init__(self, budget: ExpansionBudget) -> None:
        self._budget = budget
        self._by_name: dict[str, Component] = {}
        self._made: dict[str, tzinfo | None] = {}

    @property
    def count(self) -> int:
        """How many different descriptions there are."""
        return len(self._made)

    def add(self, components: Iterable[Component]) -> None:
        """Take over the zones of one calendar."""
        for name, component in _described(components):
            self._by_name.setdefault(name, component)
            self._made.setdefault(_text(component), None)

    def find(self, name: str) -> Component | None:
        """The first description of this name in the file."""
        return self._by_name.get(name)

    def zone(self, component: Component) -> tzinfo:
        """The zone that a component describes. Raises BadRecurrence."""
        text = _text(component)
        made = self._made.get(text)
        if made is None:
            made = self._made[text] = _made_zone(component, self._budget)
        return made


class CalendarZones:
    """Finds the time zone that a calendar means by a name; ``default``: of times that name none."""

    def __init__(self, described: DescribedZones, components: Iterable[Component], default: str) -> None:
        self._described = described
        self._own: dict[str, Component] = {}
        for name, component in _described(components):
            self._own.setdefault(name, component)
        self._by_name: dict[str, tzinfo] = {}
        self._unknown: dict[str, str] = {}  # why
        self.default = known_zone(default) or guessed_zone(default) if default else None

    def find(self, name: str) -> tzinfo | None:
        """The time zone with this name; for an empty name the calendar's default, if any. Raises BadRecurrence."""
        if name in self._unknown:
            raise BadRecurrence(self._unknown[name])
        if not name or name.lower() == "floating":
            return self.default
        if name not in self._by_name:
            try:
                self._by_name[name] = self._find(name)
            except BadRecurrence as error:
                self._unknown[name] = str(error)
                raise
        return self._by_name[name]

    def _find(self, name: str) -> tzinfo:
        own = self._own.get(name) or self._described.find(name)
        zone = known_zone(name) or (known_zone(own.value("X-LIC-LOCATION")) if own else None)
        if zone is not None:
            return zone
        guessed = guessed_zone(name)
        if own is not None:
            try:
                return self._described.zone(own)
            except BadRecurrence:
                if guessed is None:
                    raise
        if guessed is None:
            raise BadRecurrence(f"nobody knows its time zone “{name[:60]}”")
        return guessed


def _described(components: Iterable[Component]) -> Iterable[tuple[str, Component]]:
    for component in components:
        if component.name == "VTIMEZONE" and not component.is_damaged:
            yield component.value("TZID"), component


def _text(component: Component) -> str:
    return "\n".join([component.name, *(line.text for line in component.lines), *map(_text, component.parts)])


def _made_zone(component: Component, budget: ExpansionBudget) -> tzinfo:
    if not 0 < len(component.parts) <= MOST_OBSERVANCES:
        raise BadRecurrence("its time zone has no times, or too many")
    lines = ["BEGIN:VTIMEZONE", "TZID:own"]  # always the same name: icalendar remembers zones by it
    for observance in component.parts:
        if observance.name not in ("STANDARD", "DAYLIGHT"):
            continue
        for rule in observance.raw("RRULE"):
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
