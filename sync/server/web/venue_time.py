"""Converts moments to days and times in a venue's time zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a day begins, in ms since 1970 UTC; where clocks skip midnight, the moment when they do."""
    return int(datetime.combine(day, time.min, zone).timestamp() * 1000)


def day_of(at: int, zone: ZoneInfo) -> date:
    """The day at a moment in ms since 1970 UTC."""
    return datetime.fromtimestamp(at // 1000, zone).date()


def iso(at: int, zone: ZoneInfo) -> str:
    """ISO 8601 with the zone's offset, rounded down to seconds; ``at``: ms since 1970 UTC."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).isoformat(timespec="seconds")
