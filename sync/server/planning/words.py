"""Texts of the pages and commands that plan sessions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sync.domain.events import SessionKind
from sync.domain.series import Series
from sync.server.kiosks.plan_readings import FeedReading, Statement
from sync.server.kiosks.repository import Kiosk
from sync.server.planning.form import WEEKDAYS
from sync.server.planning.week import PlannedItem, State
from sync.server.web.words import full_day_words, grouped, moment_words, time_words

KINDS: Mapping[SessionKind, str] = {
    "open_hours": "Open hours",
    "event": "Event",
    "club": "Club",
    "workshop": "Workshop",
    "class": "Class",
}
STATES: Mapping[State, str] = {
    "planned": "",
    "open": "open now",
    "closed": "took place",
    "cancelled": "cancelled",
    "left_out": "left out",
    "not_opened": "was not opened",
}
ALL_WEEK = tuple(range(1, 8))


def item_times(item: PlannedItem, zone: ZoneInfo, day: date) -> str:
    """When it begins and ends, as it is shown under ``day``."""
    start = datetime.fromtimestamp(item.start // 1000, zone)
    end = None if item.end is None else datetime.fromtimestamp(item.end // 1000, zone)
    return time_words(start, end, day)


def series_words(series: Series) -> str:
    """Every Tuesday and Thursday, from 3 Nov 2026 until 8 Dec 2026."""
    days = [WEEKDAYS[number - 1] for number in sorted(set(series.weekdays))]
    names = "day" if len(days) == 7 else " and ".join(filter(None, (", ".join(days[:-1]), days[-1])))
    begin = f", from {full_day_words(series.first_day)}" if series.first_day else ""
    end = f" until {full_day_words(series.last_day)}" if series.last_day else ""
    return f"Every {names}{begin}{end}"


def row_words(sessions: int) -> str:
    """One of 12 sessions that were planned together."""
    return f"One of {grouped(sessions)} sessions that were planned together"


def itself_words(series: Series) -> str:
    """What happens without a host; empty: nothing."""
    if series.opens_itself and series.closes_itself:
        return "opens and closes by itself"
    if series.opens_itself:
        return "opens by itself"
    return "closes by itself" if series.closes_itself else ""


def people_words(capacity: int | None) -> str:
    """24 people at most; empty: no limit."""
    return "" if capacity is None else f"{grouped(capacity)} {'person' if capacity == 1 else 'people'} at most"


def knowledge_words(
    statement: Statement | None,
    kiosks: Sequence[Kiosk],
    names: Mapping[UUID, str],
    readings: Mapping[UUID, FeedReading],
    now: int,
) -> list[tuple[str, bool]]:
    """A line for each kiosk that should know a plan, and whether it does; ``now``: ms since 1970 UTC."""
    return [
        (f"{names[kiosk.id]}: {words}", knows)
        for kiosk in kiosks
        for words, knows in [_kiosk_knows(statement, kiosk, readings.get(kiosk.id, FeedReading(None)), now)]
    ]


def _kiosk_knows(statement: Statement | None, kiosk: Kiosk, reading: FeedReading, now: int) -> tuple[str, bool]:
    zone = kiosk.venue.clock_zone
    if statement is None or statement.kiosk == kiosk.id:
        return "known, made there", True
    if reading.has_read(statement):
        since = reading.since(statement)
        return ("known" if since is None else f"known since {moment_words(since, zone, now)}"), True
    if reading.position is None:
        return "it has not said yet what it has read", False
    seen = "never" if kiosk.last_seen_at is None else moment_words(kiosk.last_seen_at, zone, now)
    return f"not read yet; last heard of: {seen}", False


def known_summary(lines: Sequence[tuple[str, bool]]) -> str:
    """One line for all kiosks of a zone."""
    if not lines:
        return "no kiosk in this zone"
    known = sum(knows for _, knows in lines)
    if len(lines) == 1:
        return lines[0][0].partition(": ")[2]
    return f"known to {known} of {len(lines)} kiosks"
