"""Reads the form that plans or changes a session or a series; every error belongs to one of its fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec

from sync.domain import series as weekly
from sync.domain.events import Phase, SeriesSet, SessionKind, SessionPlanned
from sync.errors import UserError
from sync.names import tidy
from sync.printable import is_printable
from sync.server.kiosks.repository import Venue, Zone
from sync.server.local_time import moments
from sync.server.planning.week import PlannedItem
from sync.server.typed_events import validated
from sync.server.web.days import NotADay, read_day
from sync.server.web.i18n import counted, say, separators
from sync.server.web.words import full_day_words, time_of_day_words

Fields = Mapping[str, str]
TURNS = {"first": 0, "second": 1}  # of a time that comes twice
RULES = ("w2", "w3", "w4", "nth", "last")  # every second to fourth week; in each month the nth or last such weekday
WEEKS_APART = {"w2": 2, "w3": 3, "w4": 4}
ROW_DAYS = 366
MOST_COUNTED = 400  # sessions of a series
DAY_MINUTES = 24 * 60
EXAMPLE = "quiet 60, talk 30"  # the kiosks know phases by these words
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.h]([0-5][0-9])?)?")
PHASE = re.compile(r"([^\W\d][^\d,;]*?)\s*([0-9]{1,4})(?:\s*min(?:utes)?)?")


@dataclass(frozen=True)
class PlannedRow:
    """Sessions that are planned together, in their order."""

    sessions: tuple[SessionPlanned, ...]


Planned = SessionPlanned | SeriesSet | PlannedRow


@dataclass(frozen=True)
class ReadForm:
    """What a form says. ``planned`` None: it has errors, by the name of the field."""

    planned: Planned | None
    errors: Mapping[str, str] = field(default_factory=dict)
    doubled: Sequence[str] = ()  # the fields whose time comes twice


@dataclass
class _Reader:
    """The fields of a form while they are read, and the errors so far."""

    fields: Fields
    venue: Venue
    errors: dict[str, str] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return tidy(self.fields.get(name, ""))

    def refuse(self, name: str, error: str) -> None:
        self.errors.setdefault(name, error)


def read_form(fields: Fields, venue: Venue, zones: Sequence[Zone], base: PlannedItem | None = None) -> ReadForm:
    """Read the form for one session (``repeats`` is ``once``), a weekly series, or a row by one of :data:`RULES`.

    ``base``: what it changes, whose fields that the form does not have stay as they are.
    """
    reader = _Reader(fields, venue)
    repeats = fields.get("repeats", "")
    what = {**_read_what(reader, zones), **_read_practice(reader, repeats), **_kept(base)}
    kind = SeriesSet if repeats == "weekly" else SessionPlanned
    if repeats == "weekly":
        times = [_read_weekly(reader)]
    else:
        times = _read_row(reader, repeats) if repeats in RULES else [_read_once(reader)]
    if reader.errors:
        return ReadForm(None, reader.errors, reader.doubled)
    try:
        planned = [validated(msgspec.convert({**what, **when}, kind)) for when in times]
    except UserError as error:  # a limit that no field above has
        return ReadForm(None, {"title": str(error)})
    sessions = tuple(session for session in planned if isinstance(session, SessionPlanned))
    if repeats in RULES:
        return ReadForm(PlannedRow(sessions))
    [only] = planned
    assert isinstance(only, SessionPlanned | SeriesSet)
    return ReadForm(only, {}, reader.doubled)


def _kept(base: PlannedItem | None) -> dict[str, object]:
    """The fields that no form has, as they were."""
    kept: dict[str, object] = {}
    if base is not None and base.stow_ways is not None:
        kept["stow_ways"] = base.stow_ways
    if base is not None and base.firm_limit is not None:
        kept["firm_limit"] = base.firm_limit
    return kept


def _read_what(reader: _Reader, zones: Sequence[Zone]) -> dict[str, object]:
    title = reader.text("title")
    if not title:
        reader.refuse("title", say("Give it a title, which visitors read."))
    elif len(title) > 80 or not is_printable(title):
        reader.refuse("title", say("At most 80 characters, all of which can be printed."))
    kind = reader.fields.get("kind", "")
    if kind not in get_args(SessionKind):
        reader.refuse("kind", say("Choose one of the kinds."))
    zone = reader.fields.get("zone", "")
    if zone not in {str(each.id) for each in zones}:
        reader.refuse("zone", say("Choose one of the venue's zones."))
    what: dict[str, object] = {"title": title, "session_kind": kind, "zone": zone, "rhythm": _read_rhythm(reader)}
    return {**what, "capacity": _read_number(reader, "capacity", 9999)}


def _read_practice(reader: _Reader, repeats: str) -> dict[str, object]:
    if not reader.fields.get("practice"):
        return {}
    if repeats == "weekly":
        reader.refuse("practice", say("Practice does not take place every week; choose another than “every week”."))
    return {"practice": True}


def _read_number(reader: _Reader, name: str, most: int) -> int | None:
    group = separators()[1]  # which people write between thousands
    text = reader.text(name).replace(" " if group.isspace() else group, "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        reader.refuse(name, say("A number from 1 to {most}, or nothing.", most=most))
        return None
    return int(text)


def _read_rhythm(reader: _Reader) -> tuple[Phase, ...]:
    """Parse ``quiet 60, talk 30``: a phase's word, and how many minutes it lasts."""
    phases = []
    for part in filter(None, map(tidy, re.split(r"[,;]", reader.fields.get("rhythm", "")))):
        match = PHASE.fullmatch(part)
        word = match[1].strip().lower().replace(" ", "_") if match else ""
        if match is None or not re.fullmatch("[a-z_]{1,32}", word) or not 1 <= int(match[2]) <= DAY_MINUTES:
            reader.refuse(
                "rhythm",
                say(
                    "“{text}” is no phase: write its word and its minutes, as “{example}”.",
                    text=part[:40],
                    example=EXAMPLE,
                ),
            )
            return ()
        phases.append(Phase(word, int(match[2])))
    if len(phases) > 48:
        reader.refuse("rhythm", say("At most 48 phases."))
    return tuple(phases)


def _read_date(reader: _Reader, name: str) -> date | None:
    text = reader.text(name)
    if not text:
        reader.refuse(name, say("Say which day."))
        return None
    try:
        day = read_day(text)
    except NotADay as error:
        reader.refuse(name, f"{error}.")
        return None
    if day.year < 2000:
        reader.refuse(name, say("{day} is long ago.", day=full_day_words(day)))
    return day


def _read_clock(reader: _Reader, name: str) -> int | None:
    """Parse 19:30, 19.30, 19h30 or 19 to minutes after midnight."""
    text = reader.text(name)
    match = CLOCK.fullmatch(text)
    if match is None:
        is_empty = not text
        reader.refuse(
            name,
            say("Say at what time.") if is_empty else say("“{text}” is no time; write 19:30.", text=text[:20]),
        )
        return None
    return int(match[1]) * 60 + int(match[2] or 0)


def _read_once(reader: _Reader) -> dict[str, object]:
    day, start, end = _read_date(reader, "day"), _read_clock(reader, "start"), _read_clock(reader, "end")
    if day is None or start is None or end is None:
        if reader.text("end_day"):
            _read_date(reader, "end_day")
        return {}
    if reader.text("end_day"):
        end_day = _read_date(reader, "end_day")
    else:
        end_day = day if end > start else day + timedelta(days=1)
    starts_at = _moment(reader, "start", day, start)
    ends_at = None if end_day is None else _moment(reader, "end", end_day, end, starts_at)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        reader.refuse("end_day" if reader.text("end_day") else "end", say("It would end before it begins."))
    if end_day == day + timedelta(days=1) and end == start and not reader.text("end_day"):
        error = say("It would end when it begins; a session of a whole day needs its last day, too.")
        reader.refuse("end", error)
    return {"planned_start": starts_at, "planned_end": ends_at}


def _moment(reader: _Reader, name: str, day: date, minute: int, after: int | None = None) -> int | None:
    """The moment of a local time in ms since 1970 UTC; one that comes twice is asked for, unless ``after`` decides."""
    zone = reader.venue.clock_zone
    local = datetime.combine(day, time(minute // 60, minute % 60))
    times = [round(moment.timestamp() * 1000) for moment in moments(local, zone)]
    if not times:
        reader.refuse(name, _gap(local, zone))
        return None
    if len(times) == 2 and after is not None and times[0] <= after:
        return times[1]
    if len(times) == 2:
        reader.doubled.append(name)
        turn = TURNS.get(reader.fields.get(f"{name}_turn", ""))
        if turn is None:
            reader.refuse(
                name,
                say(
                    "{time} comes twice on {day}, as the clocks go back: say which.",
                    time=time_of_day_words(local),
                    day=full_day_words(day),
                ),
            )
            return None
        return times[turn]
    return times[0]


def _gap(local: datetime, zone: ZoneInfo) -> str:
    around = sorted(datetime.fromtimestamp(local.replace(tzinfo=zone, fold=fold).timestamp(), zone) for fold in (0, 1))
    before, after = map(time_of_day_words, around)
    return say(
        "{time} does not come on {day}: the clocks go forward. Write {before} or {after}.",
        time=time_of_day_words(local),
        day=full_day_words(local.date()),
        before=before,
        after=after,
    )


def _read_weekdays(reader: _Reader) -> tuple[int, ...]:
    weekdays = tuple(number for number in range(1, 8) if reader.fields.get(f"on{number}"))
    if not weekdays:
        reader.refuse("weekdays", say("Choose at least one day of the week."))
    return weekdays


def _read_weekly(reader: _Reader) -> dict[str, object]:
    day, start, end = _read_date(reader, "day"), _read_clock(reader, "start"), _read_clock(reader, "end")
    weekdays = _read_weekdays(reader)
    minutes = None if start is None or end is None else (end - start) % DAY_MINUTES
    if minutes == 0:
        reader.refuse("end", say("It would end when it begins."))
    last_day = _read_last_day(reader, day, weekdays)
    return {
        "weekdays": weekdays,
        "start_minute": start,
        "minutes": minutes,
        "first_day": day,
        "last_day": last_day,
        "opens_itself": bool(reader.fields.get("opens_itself")),
        "closes_itself": bool(reader.fields.get("closes_itself")),
    }


def _read_last_day(reader: _Reader, first: date | None, weekdays: Sequence[int]) -> date | None:
    until = reader.fields.get("until", "")
    if until == "day":
        last = _read_date(reader, "last_day")
        if first is not None and last is not None and weekdays and _nth_day(first, weekdays, 1) > last:
            reader.refuse("last_day", say("No session would take place by then."))
        return last
    if until == "count":
        count = _read_count(reader)
        return _nth_day(first, weekdays, count) if count and first is not None and weekdays else None
    return None


def _read_count(reader: _Reader) -> int | None:
    text = reader.text("count")
    count = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    if not 1 <= count <= MOST_COUNTED:
        reader.refuse("count", say("How many sessions: a number from 1 to {most}.", most=MOST_COUNTED))
        return None
    return count


def _read_row(reader: _Reader, rule: str) -> list[dict[str, object]]:
    """The times of sessions that are planned one by one; the clocks' changes count as they do for a weekly series."""
    first, start, end = _read_date(reader, "day"), _read_clock(reader, "start"), _read_clock(reader, "end")
    weekdays = _read_weekdays(reader) if rule in WEEKS_APART else ()
    minutes = 0 if start is None or end is None else (end - start) % DAY_MINUTES
    if start is not None and start == end:
        reader.refuse("end", say("It would end when it begins."))
    days = [] if first is None else _row_days(first, rule, weekdays)
    days = _until(reader, days)
    zone = reader.venue.clock_zone
    begins = [] if start is None else [weekly.local_start(day, start, zone) for day in days]
    return [{"planned_start": begin, "planned_end": begin + minutes * 60_000} for begin in begins]


def _row_days(first: date, rule: str, weekdays: Sequence[int]) -> list[date]:
    """The days of a year from ``first`` on that follow a rule."""
    days = [first + timedelta(days=number) for number in range(ROW_DAYS)]
    if rule in WEEKS_APART:
        monday = first - timedelta(days=first.weekday())
        apart = WEEKS_APART[rule]
        return [day for day in days if day.isoweekday() in weekdays and (day - monday).days // 7 % apart == 0]
    same = [day for day in days if day.isoweekday() == first.isoweekday()]
    if rule == "last":
        return [day for day in same if (day + timedelta(weeks=1)).month != day.month]
    return [day for day in same if (day.day - 1) // 7 == (first.day - 1) // 7]


def _until(reader: _Reader, days: Sequence[date]) -> list[date]:
    """Those of the days that the form asks for."""
    until = reader.fields.get("until", "")
    if until == "day":
        last = _read_date(reader, "last_day")
        if last is not None and days and last < days[0]:
            reader.refuse("last_day", say("No session would take place by then."))
        if last is not None and days and last > days[0] + timedelta(days=ROW_DAYS):
            reader.refuse("last_day", say("These are planned one by one, for a year at most."))
        return [day for day in days if last is not None and day <= last]
    if until == "count":
        count = _read_count(reader)
        if count is not None and days and count > len(days):
            reader.refuse(
                "count",
                counted(
                    "These are planned one by one, for a year at most: {number} times.",
                    "These are planned one by one, for a year at most: {number} times.",
                    len(days),
                ),
            )
        return list(days[:count]) if count else []
    reader.refuse("until", say("Say until when: these are planned one by one, for a year at most."))
    return []


def _nth_day(first: date, weekdays: Sequence[int], count: int) -> date:
    """The day of the ``count``-th session from ``first`` on."""
    week = [first + timedelta(days=days) for days in range(7)]
    days = [day for day in week if day.isoweekday() in weekdays]
    weeks, place = divmod(count - 1, len(days))
    return days[place] + timedelta(weeks=weeks)


def new_fields(zones: Sequence[Zone], day: date) -> dict[str, str]:
    """The fields of an empty form."""
    return {
        "kind": "event",
        "zone": str(zones[0].id) if zones else "",
        "day": day.isoformat(),
        "start": "19:00",
        "end": "21:00",
        "repeats": "once",
        "until": "never",
        f"on{day.isoweekday()}": "yes",
    }


def fields_of(item: PlannedItem, venue: Venue) -> dict[str, str]:
    """The fields of the form that changes a session."""
    zone = venue.clock_zone
    start = datetime.fromtimestamp(item.start / 1000, zone)
    end = datetime.fromtimestamp((item.end or item.start) / 1000, zone)
    fields = {
        **({"practice": "yes"} if item.is_practice else {}),
        "title": item.title,
        "kind": item.session_kind,
        "zone": item.zone,
        "day": start.date().isoformat(),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "capacity": "" if item.capacity is None else str(item.capacity),
        "rhythm": rhythm_words(item.rhythm),
        "scope": "this",
    }
    if end.date() != start.date() and not _ends_next_night(start, end):
        fields["end_day"] = end.date().isoformat()
    for name, moment in (("start", start), ("end", end)):
        if len(moments(moment.replace(tzinfo=None, fold=0), zone)) == 2:
            fields[f"{name}_turn"] = "second" if moment.fold else "first"
    return fields | (_fields_of_series(item) if item.series else {})


def _ends_next_night(start: datetime, end: datetime) -> bool:
    return end.date() == start.date() + timedelta(days=1) and end.time() < start.time()


def _fields_of_series(item: PlannedItem) -> dict[str, str]:
    series = item.series
    assert series is not None
    start = series.start_minute
    end = (start + series.minutes) % DAY_MINUTES
    fields = {f"on{day}": "yes" for day in series.weekdays}
    fields |= {"start": f"{start // 60:02}:{start % 60:02}", "end": f"{end // 60:02}:{end % 60:02}"}
    fields |= {"until": "day" if series.last_day else "never"}
    fields |= {"last_day": series.last_day.isoformat()} if series.last_day else {}
    fields |= {"opens_itself": "yes"} if series.opens_itself else {}
    return fields | ({"closes_itself": "yes"} if series.closes_itself else {})


def rhythm_words(rhythm: Sequence[Phase]) -> str:
    """``quiet 60, talk 30``: as the form reads it."""
    return ", ".join(f"{phase.phase} {phase.minutes}" for phase in rhythm)
