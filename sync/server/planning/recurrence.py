"""Expands recurring events of iCalendar (RFC 5545 §3.8.5) to occurrences by a venue's clocks, with bounded work."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from sync.domain.series import occurrence_id
from sync.server.planning.recurrence_rules import (
    UNREADABLE,
    BadRecurrence,
    ExpansionBudget,
    Moment,
    entered,
    read_rules,
    walk,
    written_day,
)

MOST_OCCURRENCES = 2_000  # of one series in a window
MOST_DATES = 2_000  # that one series adds or leaves out
FIRST_YEAR, LAST_YEAR = 1900, 9000


class EventTimes(Struct, frozen=True):
    """When one component of an event takes place; a time without a zone is by the series' clocks, or the venue's.

    ``end`` of an event of whole days is the day after the last one. ``replaces``: the original start of the
    occurrence that it changes (RECURRENCE-ID); None: it is the event itself.
    """

    start: Moment
    end: Moment
    rules: tuple[str, ...] = ()  # RRULE
    added: tuple[tuple[Moment, timedelta | None], ...] = ()  # RDATE, with a length where it has its own
    left_out: tuple[Moment, ...] = ()  # EXDATE
    replaces: Moment | None = None
    replaces_later: bool = False  # RANGE=THISANDFUTURE
    sequence: int = 0
    left_out_rules: tuple[str, ...] = ()  # EXRULE (RFC 2445), which some programs still write


class EventSeries(Struct, frozen=True):
    """An event, and the occurrences of it that were changed; ``main`` None: only those are in the calendar."""

    id: UUID
    main: EventTimes | None
    changed: tuple[EventTimes, ...] = ()


class EventOccurrence(Struct, frozen=True):
    """One occurrence; times in ms since 1970 UTC. ``change``: which of the series' changes it follows; None: none."""

    id: UUID
    original_start: int
    start: int
    end: int
    change: int | None = None


def occurrences(
    series: EventSeries, zone: ZoneInfo, first_day: date, last_day: date, budget: ExpansionBudget | None = None
) -> list[EventOccurrence]:
    """The occurrences that overlap the days from ``first_day`` to ``last_day`` of the venue, the earliest first.

    ``zone``: the venue's. A start that the clocks leave out is as much later, one that comes twice is the first of the
    two (PEP 495, with a fold of 0). Raises BadRecurrence for a rule that is malformed, repeats more often than daily,
    or takes too much work.
    """
    budget = budget or ExpansionBudget()
    budget.check()
    window = _Window(
        datetime.combine(first_day, time(), zone), datetime.combine(last_day + timedelta(days=1), time(), zone)
    )
    try:
        expanded = _expand(series, zone, window, budget)
    except UNREADABLE as error:
        raise BadRecurrence(f"its times or its rule can't be read ({type(error).__name__})") from error
    return sorted(expanded.values(), key=lambda occurrence: (occurrence.start, occurrence.original_start))


class _Window(Struct, frozen=True):
    start: datetime
    end: datetime

    def meets(self, start: int, end: int) -> bool:
        """Whether an occurrence overlaps it; one without a length, whether it starts in it."""
        first, last = _ms(self.start), _ms(self.end)
        return start < last and (end > first or start >= first)


def _expand(
    series: EventSeries, zone: ZoneInfo, window: _Window, budget: ExpansionBudget
) -> dict[UUID, EventOccurrence]:
    """The occurrences by their ids: each original start has one occurrence, whatever comes twice."""
    if series.main and max(len(series.main.added), len(series.main.left_out)) > MOST_DATES:
        raise BadRecurrence(f"it adds or leaves out more than {MOST_DATES:,} dates")
    if len(series.changed) > MOST_DATES:
        raise BadRecurrence(f"more than {MOST_DATES:,} of its dates are changed")
    clocks = _clocks(series, zone)
    changes = _changes(series, clocks)
    later = _changes_of_later_ones(series, clocks)
    skipped = _LeftOut(series, clocks, _reached(series, clocks, window), budget)
    expanded: dict[UUID, EventOccurrence] = {}

    def add(original: datetime, start: datetime, duration: timedelta, change: int | None) -> None:
        first, last = _ms(start), _ms(_after(start, duration))
        if window.meets(first, last):
            id = occurrence_id(series.id, _ms(original))
            expanded[id] = EventOccurrence(id, _ms(original), first, last, change)
        if len(expanded) > MOST_OCCURRENCES:
            raise BadRecurrence(f"it takes place more than {MOST_OCCURRENCES:,} times")

    for original, duration in _original_starts(series, clocks, window, budget):
        if original in skipped or _ms(original) in changes:
            continue
        following = next((change for change in later if change.begins <= _ms(original)), None)
        if following is None:
            add(original, original, duration, None)
        else:
            add(original, original + following.move, following.duration, following.index)
    for index in changes.values():
        times = series.changed[index]
        original = _replaced(times, series, clocks)
        if original not in skipped:
            start_clocks = clocks if isinstance(times.start, datetime) else zone  # a day is the venue's
            add(original, _localised(times.start, start_clocks), _duration(times, clocks), index)
    return expanded


def _original_starts(
    series: EventSeries, clocks: tzinfo, window: _Window, budget: ExpansionBudget
) -> Iterator[tuple[datetime, timedelta]]:
    """When an event takes place by its rules, and how long, up to the window's end; some may come twice."""
    if series.main is None:
        return
    start, duration = _localised(series.main.start, clocks), _duration(series.main, clocks)
    is_day = not isinstance(series.main.start, datetime)
    rules = read_rules(series.main.rules, start, is_day=is_day)
    ends = [rule.until for rule in rules if rule.until is not None]
    if not rules or len(ends) < len(rules) or start <= max(ends):  # a deleted series ends before it begins
        yield start, duration
    earliest, latest = _reached(series, clocks, window)
    for rule in rules:
        for moment in walk(entered(rule, earliest), budget):
            if moment > latest:
                break
            if moment >= earliest:
                yield moment, duration
    for added, own_duration in series.main.added:
        moment = _on_same_terms(added, series.main.start, clocks)
        yield moment, duration if own_duration is None else max(own_duration, timedelta())


def _reached(series: EventSeries, clocks: tzinfo, window: _Window) -> tuple[datetime, datetime]:
    """From when to when an original start can have an occurrence in the window."""
    if series.main is None:
        return window.start, window.end
    reach = max((_reach(change) for change in _changes_of_later_ones(series, clocks)), default=timedelta())
    return _shifted(window.start, -_duration(series.main, clocks) - reach), _shifted(window.end, reach)


def _clocks(series: EventSeries, zone: ZoneInfo) -> tzinfo:
    """The zone by whose clocks the series repeats."""
    if series.main is not None and isinstance(series.main.start, datetime) and series.main.start.tzinfo:
        return series.main.start.tzinfo
    return zone


def _localised(moment: Moment, clocks: tzinfo) -> datetime:
    """The moment by these clocks; a day begins at midnight. Raises BadRecurrence for a year that can't be meant."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadRecurrence(f"it names the year {moment.year}")
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), clocks)
    moment = moment.replace(microsecond=0)
    return moment.astimezone(clocks) if moment.tzinfo else moment.replace(tzinfo=clocks)


def _duration(times: EventTimes, clocks: tzinfo) -> timedelta:
    """How long it lasts, by its clocks: from 22:00 to 02:00 is four hours, also where clocks are changed meanwhile."""
    start, end = _localised(times.start, clocks), _localised(times.end, clocks)
    return max(end.replace(tzinfo=None) - start.replace(tzinfo=None), timedelta())


def _after(start: datetime, duration: timedelta) -> datetime:
    """The end of an occurrence, by its clocks; in real time where they would put it before the start."""
    end = start + duration
    return end if duration and _ms(end) > _ms(start) else (start.astimezone(UTC) + duration)


def _replaced(times: EventTimes, series: EventSeries, clocks: tzinfo) -> datetime:
    """The original start of a changed occurrence; of a day without a time, that of the series on that day."""
    assert times.replaces is not None
    if series.main is None:
        return _localised(times.replaces, clocks)
    return _on_same_terms(times.replaces, series.main.start, clocks)


def _on_same_terms(moment: Moment, start: Moment, clocks: tzinfo) -> datetime:
    """A start of a series whose first one is ``start``, where one may be written as a day and the other as a time."""
    if isinstance(moment, datetime) and isinstance(start, datetime):
        return _localised(moment, clocks)
    _localised(moment, clocks)  # its year can be meant
    return datetime.combine(written_day(moment, clocks), _localised(start, clocks).time(), clocks)


class _LaterChange(Struct, frozen=True):
    """A change of an occurrence and of all later ones."""

    begins: int
    move: timedelta  # by the series' clocks
    duration: timedelta
    index: int


def _reach(change: _LaterChange) -> timedelta:
    return abs(change.move) + change.duration


def _changes(series: EventSeries, clocks: tzinfo) -> Mapping[int, int]:
    """The changes by the original start; of several, the one with the highest sequence number, or the last one."""
    changes: dict[int, int] = {}
    for index, times in enumerate(series.changed):
        at = _ms(_replaced(times, series, clocks))
        if at not in changes or times.sequence >= series.changed[changes[at]].sequence:
            changes[at] = index
    return changes


def _changes_of_later_ones(series: EventSeries, clocks: tzinfo) -> list[_LaterChange]:
    """Those that hold for later occurrences too, the last one first."""
    later = []
    for at, index in _changes(series, clocks).items():
        times = series.changed[index]
        if times.replaces_later:
            original, start = _replaced(times, series, clocks), _localised(times.start, clocks)
            move = start.replace(tzinfo=None) - original.replace(tzinfo=None)
            later.append(_LaterChange(at, move, _duration(times, clocks), index))
    return sorted(later, key=lambda change: -change.begins)


class _LeftOut:
    """The moments and days that an event leaves out; those of rules only as far as they are ``reached``."""

    def __init__(
        self, series: EventSeries, clocks: tzinfo, reached: tuple[datetime, datetime], budget: ExpansionBudget
    ) -> None:
        times = series.main
        moments = times.left_out if times else ()
        whole_days = times is not None and not isinstance(times.start, datetime)
        self._days = {moment for moment in moments if not isinstance(moment, datetime)}
        exact = [_localised(moment, clocks) for moment in moments if isinstance(moment, datetime)]
        self._moments = {_ms(moment) for moment in exact}
        if whole_days:  # some programs leave out a day by a time on it
            self._days |= {written_day(moment, clocks) for moment in moments}
        if times is not None:
            self._moments |= set(_left_out_by_rules(times, clocks, reached, budget))

    def __contains__(self, moment: datetime) -> bool:
        return _ms(moment) in self._moments or moment.date() in self._days


def _left_out_by_rules(
    times: EventTimes, clocks: tzinfo, reached: tuple[datetime, datetime], budget: ExpansionBudget
) -> Iterator[int]:
    earliest, latest = reached
    is_day = not isinstance(times.start, datetime)
    for rule in read_rules(times.left_out_rules, _localised(times.start, clocks), is_day=is_day):
        for moment in walk(entered(rule, earliest), budget):
            if moment > latest:
                break
            yield _ms(moment)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment.replace(year=FIRST_YEAR if by < timedelta() else LAST_YEAR, day=1)


def _ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.astimezone(UTC).timestamp()) * 1000
