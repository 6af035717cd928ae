"""A weekly series of sessions, and its occurrences by the venue's clocks."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from sync.domain.events import Phase, SessionKind

MINUTE = 60_000  # ms
DAY = timedelta(days=1)


class Series(Struct, frozen=True):
    """A row; without ``weekdays`` only later facts have arrived."""

    id: UUID
    journal: UUID | None = None  # in which it was last set; tells kiosk and venue
    zone: str | None = None
    title: str = ""
    session_kind: SessionKind = "open_hours"
    weekdays: tuple[int, ...] = ()  # 1 (Monday) to 7
    start_minute: int = 0  # of the venue's local day
    minutes: int = 0  # how long each session lasts
    capacity: int | None = None
    rhythm: tuple[Phase, ...] = ()
    stow_ways: tuple[str, ...] | None = None
    firm_limit: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    skipped_days: tuple[date, ...] = ()
    opens_itself: bool = False
    closes_itself: bool = False
    ended: bool = False

    def takes_place_on(self, day: date) -> bool:
        """Whether a session begins on that day of the venue."""
        if self.ended or day.isoweekday() not in self.weekdays or day in self.skipped_days:
            return False
        return (self.first_day is None or day >= self.first_day) and (self.last_day is None or day <= self.last_day)


class Occurrence(Struct, frozen=True):
    """One session of a series; ``start`` and ``end`` in ms since 1970 UTC, ``day`` by the venue's clocks."""

    id: UUID  # of the session
    series: Series
    day: date
    start: int
    end: int


def occurrence_id(series: UUID, original_start: int, reopened: int = 0) -> UUID:
    """The id of the session of a series that was first set to start then (ms since 1970 UTC).

    ``reopened``: how often it was opened again after it had closed. The UUIDv5 (RFC 9562 §5.5) of the decimal start,
    followed by ``/`` and the count if there is one, in the namespace of the series' id. So each kiosk, and the
    coordinator, finds the same id without asking another.
    """
    return uuid.uuid5(series, f"{original_start}/{reopened}" if reopened else f"{original_start}")


def occurrences(series: Series, zone: ZoneInfo, start: int, end: int) -> list[Occurrence]:
    """The sessions of a series that overlap the time from ``start`` to ``end`` (ms since 1970 UTC), the earliest first.

    ``zone``: the venue's. Where clocks are put forward, a start in the missing hour is as much later; where they are
    put back, it is the first of the two. A day that a time zone has left out has no session of its own. A session
    lasts ``minutes`` of real time.
    """
    first = _local_day(start - series.minutes * MINUTE, zone) - DAY
    last = _local_day(end, zone) + DAY
    return [
        occurrence
        for occurrence in _each(series, zone, first, last)
        if occurrence.start < end and occurrence.end > start
    ]


def _each(series: Series, zone: ZoneInfo, first: date, last: date) -> Iterator[Occurrence]:
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if not series.takes_place_on(day):
            continue
        start = local_start(day, series.start_minute, zone)
        if _local_day(start, zone) == day:  # not where the zone has left the day out
            yield Occurrence(occurrence_id(series.id, start), series, day, start, start + series.minutes * MINUTE)


def local_start(day: date, minute: int, zone: ZoneInfo) -> int:
    """When that minute of a venue's day is, in ms since 1970 UTC (PEP 495, with a fold of 0)."""
    return round(datetime.combine(day, time(minute // 60, minute % 60), zone).timestamp()) * 1000


def _local_day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).date()
