"""Texts about lockers that a board opens: for visitors who wait for a door, and for hosts."""

from collections.abc import Mapping
from typing import Literal

from kiosk.rules.locker_wall import Door
from kiosk.services.records.locker_records import LockerList, LockerTrouble
from kiosk.ui.text import phrases
from kiosk.ui.text.i18n import counted, say

DoorsTogether = Literal["opening", "open", "closed", "stuck"]
DOOR_ICONS: dict[Door, str] = {
    "silent": "alert_circle_outline",
    "closed": "locker",
    "opening": "locker",
    "open": "exit_run",
    "left_open": "exit_run",
    "stuck": "hand_back_right",
    "unsteady": "alert_circle_outline",
}


def together(doors: Mapping[int, Door]) -> DoorsTogether:
    """How several doors of one party are: what somebody has to know first."""
    states = set(doors.values())
    if states & {"stuck", "silent", "unsteady"}:
        return "stuck"
    if "opening" in states:
        return "opening"
    return "open" if states & {"open", "left_open"} else "closed"


def at_check_in(numbers: tuple[int, ...], phones: int, state: DoorsTogether) -> str:
    """What a party does now that gets these lockers."""
    match state:
        case "opening":
            return counted("Your locker is opening", "Your lockers are opening", len(numbers))
        case "open":
            return phrases.use_lockers(numbers, phones)
        case "closed":
            return counted("It is closed. Enjoy your time", "They are closed. Enjoy your time", len(numbers))
        case "stuck":
            return counted("It doesn’t open. Your host knows", "They don’t all open. Your host knows", len(numbers))


def closed_behind(numbers: tuple[int, ...]) -> str:
    """For a party that has emptied its lockers."""
    return counted(
        "Locker {numbers} is closed. Thank you.",
        "Lockers {numbers} are closed. Thank you.",
        len(numbers),
        numbers=phrases.ranges(numbers),
    )


def stuck(numbers: tuple[int, ...]) -> str:
    """For a party whose locker does not open. Its code opens it again too, but the host may have a key."""
    return counted(
        "Locker {numbers} doesn’t open: please ask your host.",
        "Lockers {numbers} don’t all open: please ask your host.",
        len(numbers),
        numbers=phrases.ranges(numbers),
    )


def elsewhere(numbers: tuple[int, ...]) -> str:
    """For a party whose lockers the board of another kiosk opens."""
    return counted(
        "Locker {numbers} opens with your code at the screen where you came in. Your host can open it too.",
        "Lockers {numbers} open with your code at the screen where you came in. Your host can open them too.",
        len(numbers),
        numbers=phrases.ranges(numbers),
    )


def trouble(locker: LockerTrouble) -> str:
    """A locker that needs a hand, in a line of the board."""
    match locker.what:
        case "stuck":
            return say("Locker {number} doesn’t open", number=locker.number)
        case "left_open":
            return say("Locker {number} is open", number=locker.number)
        case "unknown":
            return say("Locker {number}: please look inside", number=locker.number)
        case "unsteady":
            return say("Locker {number}: loose wire?", number=locker.number)


def door_text(door: Door) -> str:
    """How a door is, for hosts."""
    match door:
        case "silent":
            return say("No answer")
        case "closed":
            return say("Door closed")
        case "opening":
            return say("Opening")
        case "open":
            return say("Door open")
        case "left_open":
            return say("Open for a while")
        case "stuck":
            return say("Doesn’t open")
        case "unsteady":
            return say("Loose wire?")


def opened_of_all(lockers: LockerList) -> str:
    """How many are open, of how many; whose board is silent; and where the key is."""
    doors = [locker.door for locker in lockers.lockers]
    lines = []
    if set(doors) <= {"silent"}:
        lines.append(say("No board answers: the lockers open by key."))
    else:
        number_open = len([door for door in doors if door in ("open", "left_open")])
        lines.append(
            counted("{open} of {number} locker open", "{open} of {number} lockers open", len(doors), open=number_open)
        )
    if lockers.key_at:
        lines.append(say("Lockers’ key: {place}", place=lockers.key_at))
    return " · ".join(lines)
