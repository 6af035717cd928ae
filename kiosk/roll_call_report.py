"""The output of hearth-kiosk roll-call: who is in, as numbers, and during an evacuation who is out; to be printed.

It reads the ledger, also while the kiosk runs, and changes nothing in it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk import settings, status
from kiosk.services import evacuation
from kiosk.services.records.evacuation_records import RollEntry, count_out, count_people
from kiosk.settings import KioskSettings
from sync.client import enrolment
from sync.command_line import table
from sync.domain.clock import Clock
from sync.domain.evacuation import Evacuation
from sync.ledger import evacuations, plans
from sync.ledger.evacuations import LastHeard, StoredRoll
from sync.ledger.ledger import Ledger

EARLIER = 3  # evacuations that are listed after the roll
HEADINGS = ("", "people", "in since", "")
LocalTime = Callable[[int], datetime]


def lines(kiosk_settings: KioskSettings, folder: Path, clock: Clock) -> list[str]:
    """The lines of the roll call of a data folder. Raises UserError where it has no kiosk, or it can't be opened."""
    status.require_kiosk(folder)
    ledger = status.open_readonly(folder, clock, older=False)
    try:
        zone = _time_zone(ledger, kiosk_settings)
        return _report(ledger, partial(_local_time, zone), is_paired=enrolment.load(ledger) is not None)
    finally:
        ledger.close()


def _time_zone(ledger: Ledger, kiosk_settings: KioskSettings) -> ZoneInfo:
    paired = enrolment.load(ledger)
    if paired is None:
        return settings.time_zone(kiosk_settings.venue.time_zone)
    configured = plans.configuration(ledger.store, paired.venue.id).time_zone
    return settings.time_zone(configured or paired.time_zone)


def _local_time(zone: ZoneInfo, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def _report(ledger: Ledger, local_time: LocalTime, *, is_paired: bool) -> list[str]:
    now = ledger.clock.read().at
    roll = evacuations.read_roll(ledger.store, now)
    entries = evacuation.entries_of(roll, local_time)
    earlier = [record for record in evacuations.read_all(ledger.store) if record.ended is not None][:EARLIER]
    return [
        f"Roll call on {local_time(now):%Y-%m-%d at %H:%M}",
        *_summary(roll, entries, local_time),
        *table(HEADINGS, [_row(entry) for entry in entries]).splitlines(),
        *_unknown(roll.others, local_time, is_paired=is_paired),
        *(_record(record, local_time) for record in earlier),
    ]


def _summary(roll: StoredRoll, entries: tuple[RollEntry, ...], local_time: LocalTime) -> list[str]:
    inside = tuple(entry for entry in entries if not entry.on_break)
    on_break = count_people(entries) - count_people(inside)
    if not roll.evacuations:
        return ["No evacuation is running.", f"People: {count_people(inside)} in, {on_break} on a break"]
    started = min(running.started or 0 for running in roll.evacuations)
    return [
        f"Evacuation since {local_time(started):%H:%M}",
        f"People: {count_out(inside)} of {count_people(inside)} out, {on_break} on a break; "
        f"staff: {evacuation.staff_out(roll)} out",
    ]


def _row(entry: RollEntry) -> tuple[str, str, str, str]:
    numbers = ", ".join(map(str, entry.numbers))
    name = f"{entry.stow} {numbers}" if numbers else "no number"
    state = "left" if entry.has_left else "out" if entry.is_out else "on a break" if entry.on_break else "in"
    return name, str(entry.party_size), f"{entry.arrived:%H:%M}", state


def _unknown(others: Sequence[LastHeard], local_time: LocalTime, *, is_paired: bool) -> list[str]:
    if not is_paired:
        return ["This kiosk is not paired: only people who came in here are listed."]
    return [
        f"Another kiosk was last heard from {_at(other.at, local_time)}; who came in there later is missing."
        for other in others
    ]


def _at(at: int | None, local_time: LocalTime) -> str:
    return "at an unknown time" if at is None else f"on {local_time(at):%Y-%m-%d at %H:%M}"


def _record(record: Evacuation, local_time: LocalTime) -> str:
    times = [local_time(at) for at in (record.started, record.ended) if at is not None]
    return (
        f"Earlier evacuation: {times[0]:%Y-%m-%d %H:%M} to {times[-1]:%H:%M}, {len(record.out)} parties "
        f"and {record.staff_out} of the staff counted out{', times not certain' * record.estimated}"
    )
