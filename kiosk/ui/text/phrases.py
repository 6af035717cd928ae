"""Texts that are built from values: plurals, durations, ranges.

Each sentence is written out whole, as other languages may need another word order or ending.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from kiosk.ui.text.i18n import counted, say, time_of

LOCKER = "locker"  # the records' value for a locker


def people_here(people: int, on_break: int = 0) -> str:
    """How many people are in the room, and how many on a break."""
    if on_break:
        return say("{people} here · {away} on a break", people=people, away=on_break)
    if people == 0:
        return say("The room is all yours")
    return counted("{number} person is here", "{number} people are here", people)


def room_for(places: int | None, venue_places: int | None = None) -> str:
    """How many more may come in at this kiosk, and in all if that is more; "" without a limit."""
    if places is None:
        return ""
    if venue_places is not None and venue_places > places:
        return say("{here} free here, {all} in all", here=places, all=venue_places)
    return (
        counted("Room for {number} more", "Room for {number} more", places) if places else say("Every place is taken")
    )


def no_room(places: int, venue_places: int) -> str:
    """For a party that is larger than the places that this kiosk may promise."""
    if venue_places and not places:
        return counted(
            "There is {number} place left, but this screen can’t give it. Your host can help.",
            "There are {number} places left, but this screen can’t give them. Your host can help.",
            venue_places,
        )
    if venue_places > places:
        return counted(
            "This screen can give {number} place just now; there are {all} in all. Your host can help.",
            "This screen can give {number} places just now; there are {all} in all. Your host can help.",
            places,
            all=venue_places,
        )
    if places == 0:
        return say("Every place is taken. Ask your host when the next one is free.")
    return counted(
        "There is room for one more just now. Your host can help.",
        "There is room for {number} more just now. Your host can help.",
        places,
    )


def no_more_people(room: int) -> str:
    """For a party that not even a host may let in; ``room``: how many more people the zone may hold."""
    if not room:
        return say("Nobody more can come in safely now. Please wait a little.")
    return counted(
        "Only one more can come in safely now. Please wait a little.",
        "Only {number} more can come in safely now. Please wait a little.",
        room,
    )


def phone_free_until(until: datetime | None) -> str:
    """The zone's promise, in two lines."""
    return say("Phone-free\nuntil {time}", time=time_of(until)) if until else say("Phone-free\nright now")


def open_until(until: datetime | None) -> str:
    """For the host: when the session ends."""
    return say("Until {time}", time=time_of(until)) if until else say("Until you close it")


def ranges(numbers: Iterable[int]) -> str:
    """``14, 15, 16, 30`` as ``14–16, 30``; two neighbours stay two."""
    runs = []
    for _, members in groupby(enumerate(sorted(numbers)), key=lambda placed: placed[1] - placed[0]):
        run = [number for _, number in members]
        runs += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return ", ".join(runs)


def your_numbers(numbers: tuple[int, ...], stow: str = "pouch") -> str:
    """The caption of the numbers; "" without any."""
    if not numbers:
        return ""
    if stow == LOCKER:
        return counted("Your locker", "Your lockers", len(numbers))
    return counted("Your pouch", "Your pouches", len(numbers))


def duration(time: timedelta) -> str:
    """Rounded down to the minute: ``1 h 42 min``, ``2 h``, ``12 min``, ``less than a minute``."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    match hours, minutes:
        case 0, 0:
            return say("less than a minute")
        case 0, _:
            return say("{minutes} min", minutes=minutes)
        case _, 0:
            return say("{hours} h", hours=hours)
    return say("{hours} h {minutes} min", hours=hours, minutes=minutes)


def keypad_locked_for(seconds: int) -> str:
    """How long the keypad is locked; from 90 s on in minutes, rounded up."""
    if seconds <= 90:
        return counted("Listening again in {number} second.", "Listening again in {number} seconds.", seconds)
    return counted("Listening again in {number} minute.", "Listening again in {number} minutes.", -(-seconds // 60))


def spaced(code: str) -> str:
    """Digits with thin spaces between them."""
    return "\u2009".join(code)


def take_pouches(numbers: tuple[int, ...], shelf: str) -> str:
    """Where to find the pouches (``shelf``: the venue's text, may be ""), and what to do."""
    return counted(
        "Take it {shelf} and close it over your phone",
        "Take them {shelf} and close them over your phones",
        len(numbers),
        shelf=shelf or say("from the shelf"),
    )


def use_lockers(numbers: tuple[int, ...], phones: int) -> str:
    """What to do at a locker, which may hold several phones of one party."""
    if len(numbers) > 1:
        return say("Lay your phones in and close the doors")
    return counted("Lay your phone in and close the door", "Lay your phones in and close the door", phones)


def kept_phones_text(phones: int) -> str:
    """For a party with phones in pouches: how many stay with their owners."""
    return counted("The other one stays with you.", "The other {number} stay with you.", phones) if phones else ""


def giving_back(numbers: tuple[int, ...], phones: int, stow: str = "pouch") -> str:
    """What to do at check-out; "" without phones and numbers."""
    if numbers and not phones:
        return bringing_back(numbers, stow)
    if numbers and stow == LOCKER:
        return counted(
            "Take your phone from locker {numbers} and close its door.",
            "Take your phones from locker {numbers} and close its door.",
            phones,
            numbers=ranges(numbers),
        )
    if numbers:
        return counted(
            "Take your phone from pouch {numbers} and leave the pouch with us.",
            "Take your phones from pouches {numbers} and leave the pouches with us.",
            len(numbers),
            numbers=ranges(numbers),
        )
    return counted("Your host has your phone for you.", "Your host has your phones for you.", phones) if phones else ""


def bringing_back(numbers: tuple[int, ...], stow: str = "pouch") -> str:
    """What to do at check-out for those who have their phones."""
    if stow == LOCKER:
        return counted(
            "Please close locker {numbers} again.",
            "Please close lockers {numbers} again.",
            len(numbers),
            numbers=ranges(numbers),
        )
    return counted(
        "Please leave pouch {numbers} with us.",
        "Please leave pouches {numbers} with us.",
        len(numbers),
        numbers=ranges(numbers),
    )


def fetch_phones(phones: int) -> str:
    """For a party whose visit has ended, and that wants to step out or come back."""
    if not phones:
        return say("Your place is free again. Tap “Leave” to bring your pouch back, or ask your host.")
    return counted(
        "Your phone is still here: tap “Leave” and type the same four numbers.",
        "Your phones are still here: tap “Leave” and type the same four numbers.",
        phones,
    )


def stepping_out(numbers: tuple[int, ...], stow: str = "pouch") -> str:
    """What to do when stepping out."""
    if not numbers:
        return say("Type the same four numbers when you are back.")
    if stow == LOCKER:
        return say(
            "Take what you need from locker {numbers}. Type the same four numbers when you are back.",
            numbers=ranges(numbers),
        )
    return counted(
        "Take your phone from pouch {numbers} and keep the pouch. Type the same four numbers when you are back.",
        "Take your phones from pouches {numbers} and keep the pouches. Type the same four numbers when you are back.",
        len(numbers),
        numbers=ranges(numbers),
    )


def coming_back(numbers: tuple[int, ...], stow: str = "pouch") -> str:
    """What to do when coming back."""
    if not numbers:
        return say("Go right in.")
    if stow == LOCKER:
        return say("Put it back in locker {numbers}, close the door, and go right in.", numbers=ranges(numbers))
    return counted(
        "Put your phone back in pouch {numbers}, close it, and go right in.",
        "Put your phones back in pouches {numbers}, close them, and go right in.",
        len(numbers),
        numbers=ranges(numbers),
    )


def people_in(people: int, on_break: int = 0) -> str:
    """For the host: how many are still in, and how many on a break."""
    if people == 0 and on_break == 0:
        return say("Nobody is in.")
    still = counted("{number} person is still in.", "{number} people are still in.", people) if people else ""
    away = counted("{number} is out on a break.", "{number} are out on a break.", on_break) if on_break else ""
    return f"{still} {away}".strip()


def pouches_out(numbers: tuple[int, ...]) -> str:
    """For the host: which pouches are in use."""
    if not numbers:
        return say("Every pouch is on its shelf.")
    return counted(
        "Pouch {numbers} is still out.", "Pouches {numbers} are still out.", len(numbers), numbers=ranges(numbers)
    )


def still_out(pouches: tuple[int, ...], lockers: tuple[int, ...]) -> str:
    """For the host: which pouches and lockers are in use."""
    if not lockers:
        return pouches_out(pouches)
    held = counted(
        "Locker {numbers} is in use.", "Lockers {numbers} are in use.", len(lockers), numbers=ranges(lockers)
    )
    return f"{pouches_out(pouches)} {held}" if pouches else held


def checked_out(people: int) -> str:
    """For the host, after closing: how many people were checked out."""
    if people == 0:
        return say("Everybody had left.")
    return counted(
        "{number} person was checked out; the time is marked as an estimate.",
        "{number} people were checked out; the time is marked as an estimate.",
        people,
    )


def places(left: int | None, capacity: int | None, here: int | None = None) -> str:
    """For the host: ``18 of 30 places left``, and how many this kiosk may promise if fewer."""
    if capacity is None:
        return say("No limit on places")
    left = left or 0
    if here is not None and here < left:
        return say("{left} of {capacity} places left, {here} here", left=left, capacity=capacity, here=here)
    return say("{left} of {capacity} places left", left=left, capacity=capacity)


def places_of(capacity: int | None) -> str:
    """For the host: ``30 places``."""
    return say("No limit on places") if capacity is None else counted("{number} place", "{number} places", capacity)


def turned_away(people: int) -> str:
    """For the host: ``3 people so far``."""
    return counted("{number} person so far", "{number} people so far", people) if people else say("Nobody so far")


def places_to_come(here: int | None, all: int | None) -> str:
    """For the host, where this kiosk may promise fewer places than are free; "" where it may promise all."""
    if here is None or all is None or here >= all:
        return ""
    return counted(
        "This screen can give {number} place now, and more when it next meets its server; {all} are free in all.",
        "This screen can give {number} places now, and more when it next meets its server; {all} are free in all.",
        here,
        all=all,
    )


def lockers_free(free: int) -> str:
    """For the host of a venue without pouches."""
    return counted("{number} locker free", "{number} lockers free", free)


def pouches_free(free: int) -> str:
    """For the host: how many pouches are free."""
    return counted("{number} pouch free", "{number} pouches free", free)


def template(minutes: int | None, capacity: int | None) -> str:
    """A template: ``for 2 h, 30 places``."""
    if minutes is None:
        lasting = say("until you close it")
    else:
        lasting = say("for {duration}", duration=duration(timedelta(minutes=minutes)))
    return lasting if capacity is None else with_places(lasting, capacity)


def with_places(when: str, capacity: int) -> str:
    """``for 2 h, 30 places``."""
    return counted("{when}, {number} place", "{when}, {number} places", capacity, when=when)


def planned(start: datetime, end: datetime, capacity: int | None) -> str:
    """A planned session: ``19:00–21:00, 30 places``."""
    held = f"{time_of(start)}–{time_of(end)}"
    return held if capacity is None else with_places(held, capacity)


def connection(paired: bool, waiting: int, trouble: str | None = None) -> str:
    """The state of the connection to the server, or what the host should do."""
    if trouble == "damaged":
        return say("Restart this kiosk")  # the ledger is rebuilt at the start
    if trouble == "copied":
        return say("A copied kiosk: pair it again")  # another device is paired as this kiosk
    if trouble == "pairing lost":
        return say("Pair this kiosk again")
    if trouble == "key missing":
        return say("Type the venue key")
    if trouble == "change key":
        return say("New PINs for all")
    if trouble == "disk":
        return say("Check this kiosk’s disk")
    if trouble == "backup full":
        return say("No room for a backup")
    if trouble == "backup failed":
        return say("Backup is tried again")
    if not paired:
        return say("Not paired yet")
    return counted("Offline, {number} waiting", "Offline, {number} waiting", waiting) if waiting else say("All sent")


def host_name(number: int, name: str) -> str:
    """A host with number and name; without a name, which earlier releases did not ask for, the number alone."""
    return f"{number}  {name}" if name else say("Host {number}", number=number)


def signed_in_by_card(number: int, name: str) -> str:
    """Who has signed in by a card."""
    return say("Hello, {host}. Your card has signed you in.", host=name or host_name(number, name))


def staff_card_of(number: int, name: str) -> str:
    """Whose a card is that was to be another host's."""
    return say("This is already the card of {host}. Take another one.", host=host_name(number, name))


def host_role(role: str) -> str:
    """What a host is."""
    return say("Lead") if role == "lead" else say("Host")


def unknown_hosts(number: int) -> str:
    """How many hosts have to be unlocked."""
    return counted(
        "One more host is known to another kiosk: type the venue key.",
        "{number} more hosts are known to another kiosk: type the venue key.",
        number,
    )


def spaced_pin(pin: str) -> str:
    """A PIN in groups of three digits, which are easier to note."""
    return " ".join(pin[start : start + 3] for start in range(0, len(pin), 3))
