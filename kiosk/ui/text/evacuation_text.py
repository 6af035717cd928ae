"""Texts of the roll call: how many are out, which numbers are missing, and what this kiosk can't know."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kiosk.services.records.evacuation_records import RollCall, RollEntry, count_out, count_people
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import counted, date_of, say, time_of

LONG_NUMBERS = 12  # characters; longer numbers are cut after the first, which tells the party from others
MENTIONED = 3  # other kiosks, the ones that were heard from last
ICONS = {"pouch": "", "locker": "locker", "none": "clock_outline"}  # by where the phones are


def heading(roll: RollCall) -> str:
    """How many people are out, of how many."""
    everybody, out = count_people(roll.inside), count_out(roll.inside)
    if everybody == 0:
        return say("Nobody was in")
    if out == everybody:
        return say("Everybody is out")
    return counted("{out} of {number} person out", "{out} of {number} people out", everybody, out=out)


def since(roll: RollCall) -> str:
    """What this page is, and since when."""
    return say("Evacuation since {time}", time=time_of(roll.started))


def on_break(roll: RollCall) -> str:
    """The caption of those on a break; "" if there are none."""
    people = count_people(roll.on_break)
    if not people:
        return ""
    return counted("{number} person is on a break", "{number} people are on a break", people)


def notices(roll: RollCall) -> list[str]:
    """What the host has to know, the most urgent first."""
    lines = []
    if roll.is_stale:
        lines.append(
            say("The list is of {time}: the disk can’t be read.", time=time_of(roll.read_at))
            if roll.read_at
            else say("The disk can’t be read.")
        )
    if not roll.is_saved:
        lines.append(say("Not saved: the disk can’t be written. Leave this screen on."))
    lines.append(unknown(roll))
    if roll.has_lockers:
        lines.append(say("Lockers’ key: {place}", place=roll.key_at) if roll.key_at else say("Lockers open by key."))
    return lines


def unknown(roll: RollCall) -> str:
    """Whose people may be missing from the list."""
    if not roll.is_paired:
        return say("Only people who came in at this screen.")
    times = [last_heard(other, roll.read_at or roll.started) for other in roll.others[:MENTIONED]]
    if not times:
        return say("No other screen has been heard from.")
    if len(times) == 1:
        return say("The other screen was last heard from: {time}. Later arrivals there are missing.", time=times[0])
    return say("Other screens were last heard from: {times}. Later arrivals there are missing.", times=", ".join(times))


def last_heard(at: datetime | None, now: datetime) -> str:
    """A time of today, or of another day with its date."""
    if at is None:
        return say("time unknown")
    return time_of(at) if now - at < timedelta(hours=12) else f"{date_of(at)} {time_of(at)}"


def number(entry: RollEntry) -> str:
    """What tells a party from others: its numbers, or when it came in."""
    if not entry.numbers:
        return time_of(entry.arrived)
    numbers = phrases.ranges(entry.numbers)
    return numbers if len(numbers) <= LONG_NUMBERS else f"{min(entry.numbers)} …"


def spoken(entry: RollEntry) -> str:
    """A party's tile, for reading aloud."""
    return ", ".join((spoken_party(entry), say("out") if entry.is_out else say("not out yet")))


def spoken_party(entry: RollEntry) -> str:
    """A party in words: its numbers, and how many people."""
    people = counted("{number} person", "{number} people", entry.party_size)
    if not entry.numbers:
        name = say("No number, in since {time}", time=time_of(entry.arrived))
    elif entry.stow == "locker":
        name = counted(
            "Locker {numbers}", "Lockers {numbers}", len(entry.numbers), numbers=phrases.ranges(entry.numbers)
        )
    else:
        name = counted(
            "Pouch {numbers}", "Pouches {numbers}", len(entry.numbers), numbers=phrases.ranges(entry.numbers)
        )
    return f"{name}, {people}"


def still_missing(entries: Sequence[RollEntry]) -> str:
    """The people who were not counted out, and their numbers; "" where there are none."""
    people = count_people(tuple(entries))
    if not people:
        return ""
    names = ", ".join(number(entry) for entry in entries)
    return counted("{number} person is not out: {names}", "{number} people are not out: {names}", people, names=names)
