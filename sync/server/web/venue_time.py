"""Days and times of a venue, by its own time zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a venue's day begins, in ms since 1970 UTC; where clocks jump over midnight, the moment they do."""
    return int(datetime.combine(day, time.min, zone).timestamp() * 1000)


def day_of(at: int, zone: ZoneInfo) -> date:
    """A venue's day at a moment, in ms since 1970 UTC."""
    return datetime.fromtimestamp(at // 1000, zone).date()


def iso(at: int, zone: ZoneInfo) -> str:
    """ISO 8601 with the zone's offset, to the second that has passed."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).isoformat(timespec="seconds")
