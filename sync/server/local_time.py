"""Parses and formats local times of a venue; a time that a change of the clocks makes ambiguous is an error."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sync.domain.clock import is_plausible
from sync.errors import UserError

EXAMPLE = "2026-12-01 19:00"


def read_time_zone(name: str) -> ZoneInfo:
    """The time zone with this IANA name. Raises UserError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UserError(f"{name!r} is no time zone; write for example Europe/London") from error


def read_time(text: str, zone: ZoneInfo) -> int:
    """Parse a local time, or one with an offset (+01:00), to ms since 1970 UTC.

    Raises UserError for a malformed time, one that is skipped when clocks go forward, and one that is ambiguous.
    """
    parsed = _parse(text)
    candidates = [parsed] if parsed.tzinfo else moments(parsed, zone)
    if len(candidates) == 2:
        choices = " or ".join(repr(f"{parsed:%Y-%m-%d %H:%M}{_offset(moment)}") for moment in candidates)
        raise UserError(f"{text!r} comes twice in {zone.key}, where clocks go back then: write {choices}")
    if not candidates:
        around = sorted(
            f"{parsed.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone):%H:%M}" for fold in (0, 1)
        )
        raise UserError(
            f"{text!r} never comes in {zone.key}, where clocks go forward then: write {' or '.join(around)}"
        )
    return int(candidates[0].timestamp() * 1000)


def _parse(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"{text!r} is no time; write for example {EXAMPLE!r}") from error
    if len(text) <= len("2026-12-01"):
        raise UserError(f"{text!r} is a day without a time; write for example {EXAMPLE!r}")
    if not is_plausible(int(parsed.replace(tzinfo=UTC).timestamp() * 1000)):
        raise UserError(f"{text!r} is outside the years 2000 to 9998")
    return parsed


def moments(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the zone's clocks show this time: usually once, never or twice where they change (PEP 495)."""
    candidates = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = [moment for moment in candidates if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
    return shown[:1] if len({moment.utcoffset() for moment in candidates}) == 1 else shown


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")[-6:]


def show_time(at: int, zone: ZoneInfo) -> str:
    """Format a moment (ms since 1970 UTC) in the zone's time: ``Tue 1 Dec 2026, 19:00``."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
