"""Sentences that need building: plurals, durations, ranges. Plain functions of plain values, in a host's voice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby


def people_here(people: int) -> str:
    """How many are in; an empty room is an invitation."""
    match people:
        case 0:
            return "The room is all yours"
        case 1:
            return "1 person is here"
        case _:
            return f"{people} people are here"


def room_for(places: int | None) -> str:
    """How many more may come in; nothing where there is no limit."""
    match places:
        case None:
            return ""
        case 0:
            return "Every place is taken"
        case _:
            return f"Room for {places} more"


def phone_free_until(until: datetime | None) -> str:
    """The zone's promise, in two lines."""
    return f"Phone-free\nuntil {until:%H:%M}" if until else "Phone-free\nright now"


def ranges(numbers: Iterable[int]) -> str:
    """``14, 15, 16, 30`` as ``14–16, 30``; two neighbours stay two."""
    runs = []
    for _, members in groupby(enumerate(sorted(numbers)), key=lambda placed: placed[1] - placed[0]):
        run = [number for _, number in members]
        runs += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return ", ".join(runs)


def pouches(numbers: tuple[int, ...]) -> str:
    """``pouch 14``, ``pouches 14–16``."""
    return f"{'pouch' if len(numbers) == 1 else 'pouches'} {ranges(numbers)}"


def duration(time: timedelta) -> str:
    """Rounded down to the minute: ``1 h 42 min``, ``2 h``, ``12 min``, ``less than a minute``."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or "less than a minute"


def wait(seconds: int) -> str:
    """How long until something listens again: ``1 second``, ``2 minutes``; a started minute counts whole."""
    count, unit = (seconds, "second") if seconds <= 90 else (-(-seconds // 60), "minute")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def spaced(code: str) -> str:
    """Digits with a little air between them, so that they are read one by one."""
    return "\u2009".join(code)


def take_pouches(numbers: tuple[int, ...], shelf: str) -> str:
    """Where to find them, and what to do."""
    if len(numbers) == 1:
        return f"Take it {shelf} and close it over your phone"
    return f"Take them {shelf} and close them over your phones"


def some_stay(kept: int) -> str:
    """What a party with resting phones reads of those that stay with their owners."""
    match kept:
        case 0:
            return ""
        case 1:
            return "The other one stays with you."
        case _:
            return f"The other {kept} stay with you."


def open_pouches(numbers: tuple[int, ...], phones: int) -> str:
    """What to do on the way out; nothing to do where nothing rested."""
    match len(numbers), phones:
        case 0, 0:
            return ""
        case 0, _:
            return "Your host has your phone for you." if phones == 1 else "Your host has your phones for you."
        case 1, _:
            return f"Open {pouches(numbers)} and leave it with us."
        case _:
            return f"Open {pouches(numbers)} and leave them with us."


def people_in(people: int) -> str:
    """For the host: how many are still in."""
    match people:
        case 0:
            return "Nobody is in any more."
        case 1:
            return "1 person is still in."
        case _:
            return f"{people} people are still in."


def pouches_out(numbers: tuple[int, ...]) -> str:
    """For the host: which pouches are in visitors' hands."""
    if not numbers:
        return "Every pouch is on its shelf."
    return f"{pouches(numbers).capitalize()} {'is' if len(numbers) == 1 else 'are'} still out."


def checked_out(people: int) -> str:
    """For the host, after closing: who was checked out, and how honest that time is."""
    match people:
        case 0:
            return "Everybody had left."
        case 1:
            return "1 person was checked out; the time is marked as an estimate."
        case _:
            return f"{people} people were checked out; the time is marked as an estimate."


def places(left: int | None, capacity: int | None) -> str:
    """For the host: ``18 of 30 places left``."""
    return "No limit on places" if capacity is None else f"{left} of {capacity} places left"


def pouches_free(free: int) -> str:
    """For the host: how many more phones can rest."""
    return "1 pouch free" if free == 1 else f"{free} pouches free"


def template(minutes: int | None, capacity: int | None) -> str:
    """What one tap would open: ``for 2 h, 30 places``."""
    lasting = "until you close it" if minutes is None else f"for {duration(timedelta(minutes=minutes))}"
    return lasting if capacity is None else f"{lasting}, {capacity} places"


def planned(start: datetime, end: datetime, capacity: int | None) -> str:
    """When a plan is to be held: ``19:00–21:00, 30 places``."""
    held = f"{start:%H:%M}–{end:%H:%M}"
    return held if capacity is None else f"{held}, {capacity} places"


def connection(paired: bool, waiting: int, trouble: str | None = None) -> str:
    """Whether others know yet what happened here, or what the host should do; either way nothing is lost."""
    if trouble == "damaged":
        return "Restart this kiosk"  # its file is rebuilt when it starts
    if trouble == "pairing lost":
        return "Pair this kiosk again"
    if not paired:
        return "Not paired yet"
    return f"Offline, {waiting} waiting" if waiting else "All sent"
