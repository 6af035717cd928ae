"""Splits a calendar's file into its components (RFC 5545 §3.4), of which one that is damaged spoils no other."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sync.errors import UserError
from sync.server.planning.content_lines import ContentLine, content_lines, read_text, unescaped

MOST_BYTES = 10_000_000
MOST_EVENTS = 20_000
MOST_LINES = 800_000
MOST_NESTED = 5  # components within each other; a calendar has four
LONGEST_LINE = 60_000  # characters, unfolded, of what is read
LONGEST_NAME = 80  # of a component
ACCESS = "X-CALENDARSERVER-ACCESS"  # Apple's server: who may see an event, or a whole calendar
OBSERVANCE = frozenset(("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME"))
TIME_PROPERTIES = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
READ_PROPERTIES: Mapping[str, frozenset[str]] = {  # by component
    "VCALENDAR": frozenset(("METHOD", "X-WR-TIMEZONE", ACCESS)),
    "VEVENT": frozenset((*TIME_PROPERTIES, "UID", "SUMMARY", "CATEGORIES", "CLASS", ACCESS, "STATUS", "SEQUENCE")),
    "VTIMEZONE": frozenset(("TZID", "X-LIC-LOCATION")),
    "STANDARD": OBSERVANCE,
    "DAYLIGHT": OBSERVANCE,
}
WHOLE_DAY_SIGN = "ALLDAYEVENT"  # the end of Microsoft's properties of an event whose day has times nevertheless
SEPARATE = frozenset(("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"))  # none of which contains another one
BEGIN = re.compile(r"^[\ufeff \t]*(BEGIN:VCALENDAR)[ \t]*$", re.IGNORECASE | re.MULTILINE)
BEGIN_OF_ANY = re.compile(r"^BEGIN:", re.IGNORECASE | re.MULTILINE)
END = re.compile(r"^END:VCALENDAR(?![A-Z0-9-])", re.IGNORECASE | re.MULTILINE)
CUT_OFF = "it is cut off: a component has no end"


class NotACalendar(UserError):
    """The content can't be a calendar, or is refused; the message says why."""


class Component(Struct):
    """A component of the file with the lines that are read of it. ``is_damaged``: it, or a part of it, has no end."""

    name: str
    lines: list[ContentLine]
    parts: list["Component"]
    is_damaged: bool = False

    def named(self, name: str) -> Iterator[ContentLine]:
        """The lines of one property."""
        return (line for line in self.lines if line.name == name)

    def raw(self, name: str) -> list[str]:
        """The values of this property that are not empty, as they are written."""
        return [line.value.strip() for line in self.named(name) if line.value.strip()]

    def value(self, name: str) -> str:
        """The text of the property; empty: it has none."""
        return next((unescaped(value) for value in self.raw(name)), "")


def read_components(content: bytes) -> list[Component]:
    """The calendars of a file, whose parts are their events and time zones. Raises NotACalendar.

    What a web server writes before the first calendar, or behind the last one, is none of it.
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar(f"it has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    if len(re.findall(rb"\r\n?|\n", content)) > MOST_LINES:
        raise NotACalendar(f"it has more than {MOST_LINES:,} lines")
    text = read_text(content)
    begin = BEGIN.search(text)
    if begin is None:
        raise NotACalendar("it is no calendar: it does not begin with BEGIN:VCALENDAR")
    *_, end = [0, *(match.end() for match in END.finditer(text))]
    if end < begin.end() or BEGIN_OF_ANY.search(text, end):
        raise NotACalendar("it is cut off: it does not end with END:VCALENDAR")
    reader = _Reader()
    for line in content_lines(text[begin.start(1) : end]):
        reader.read(line)
    if reader.open:
        raise NotACalendar(CUT_OFF)
    return [*reader.calendars, *([reader.loose] if reader.loose.parts else [])]


class _Reader:
    """Puts lines together to components. A component that begins or ends within another one ends that one early."""

    def __init__(self) -> None:
        self.calendars: list[Component] = []
        self.loose = Component("VCALENDAR", [], [])  # with what is between calendars
        self.open: list[Component] = []  # the outermost first
        self._events = 0

    def read(self, line: ContentLine) -> None:
        """Go on with the next line. Raises NotACalendar."""
        if line.name == "BEGIN":
            self._begin(_component_name(line))
        elif line.name == "END":
            self._end(_component_name(line))
        elif self.open:
            _keep(self.open[-1], line)

    def _begin(self, name: str) -> None:
        if name in SEPARATE or name == "VCALENDAR":
            while any(component.name in SEPARATE for component in self.open):
                self._close(is_damaged=True)
        self.open.append(Component(name, [], []))
        if len(self.open) > MOST_NESTED:
            raise NotACalendar(f"its components are nested more than {MOST_NESTED} deep")

    def _end(self, name: str) -> None:
        if all(component.name != name for component in self.open):
            if name == "VEVENT":
                raise NotACalendar("it is damaged: a component ends that has not begun")
            return
        is_damaged = self.open[-1].name != name
        while self.open[-1].name != name:
            self._close(is_damaged=True)
        self._close(is_damaged=is_damaged)

    def _close(self, *, is_damaged: bool) -> None:
        component = self.open.pop()
        component.is_damaged |= is_damaged
        if component.name == "VCALENDAR":
            self.calendars.append(component)
            return
        if component.name == "VEVENT":
            self._events += 1
            if self._events > MOST_EVENTS:
                raise NotACalendar(f"it has more than {MOST_EVENTS:,} events")
            if component.is_damaged and not component.value("UID"):
                raise NotACalendar(CUT_OFF)  # nobody knows which of the events that were planned it was
        parent = self.open[-1] if self.open else self.loose
        if parent.name == "VTIMEZONE" or (parent.name == "VCALENDAR" and component.name in ("VEVENT", "VTIMEZONE")):
            parent.parts.append(component)


def _component_name(line: ContentLine) -> str:
    return line.text.partition(":")[2][:LONGEST_NAME].strip().upper()


def _keep(component: Component, line: ContentLine) -> None:
    """Keep a line that is read later; descriptions, pictures and alarms are not."""
    if line.name in READ_PROPERTIES.get(component.name, ()) or (
        component.name == "VEVENT" and line.name.endswith(WHOLE_DAY_SIGN)
    ):
        is_short = len(line.text) <= LONGEST_LINE
        component.lines.append(line if is_short else ContentLine(line.name, f"{line.name}:too long"))
