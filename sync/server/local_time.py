"""Times as a venue's people say them, turned into moments; what a change of the clocks makes unclear is asked back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sync.domain.clock import is_plausible
from sync.errors import UserError

EXAMPLE = "2026-12-01 19:00"


def read_time_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises UserError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UserError(f"{name!r} is no time zone; write for example Europe/London") from error


def read_time(text: str, zone: ZoneInfo) -> int:
    """The moment, in ms since 1970 UTC, when the venue's clocks show ``text``; an offset in it (+01:00) is heeded.

    Raises UserError for what is no time, for one that is skipped when clocks go forward, and for one that comes twice.
    """
    said = _read(text)
    moments = [said] if said.tzinfo else _moments(said, zone)
    if len(moments) == 2:
        both = " or ".join(repr(f"{said:%Y-%m-%d %H:%M}{_offset(one)}") for one in moments)
        raise UserError(f"{text!r} comes twice in {zone.key}, where clocks go back then: write {both}")
    if not moments:
        around = sorted(
            f"{said.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone):%H:%M}" for fold in (0, 1)
        )
        raise UserError(
            f"{text!r} never comes in {zone.key}, where clocks go forward then: write {' or '.join(around)}"
        )
    return int(moments[0].timestamp() * 1000)


def _read(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"{text!r} is no time; write for example {EXAMPLE!r}") from error
    if len(text) <= len("2026-12-01"):
        raise UserError(f"{text!r} is a day without a time; write for example {EXAMPLE!r}")
    if not is_plausible(int(said.replace(tzinfo=UTC).timestamp() * 1000)):
        raise UserError(f"{text!r} is outside the years 2000 to 9998")
    return said


def _moments(said: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the zone's clocks show this: once as a rule, never or twice where they are changed (PEP 495)."""
    both = [said.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    shown = [one for one in both if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == said]
    return shown[:1] if len({one.utcoffset() for one in both}) == 1 else shown


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")[-6:]


def show_time(at: int, zone: ZoneInfo) -> str:
    """A moment (ms since 1970 UTC) as the venue's clocks show it: ``Tue 1 Dec 2026, 19:00``."""
    local = datetime.fromtimestamp(at / 1000, zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
