"""What is on, in words: when the door opens, when a place is free, what comes next, and whose time it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.ui.text import glyphs
from kiosk.ui.text.i18n import counted, date_of, day_and_time, say, time_of
from kiosk.ui.text.phrases import LOCKER, no_room, people_here, ranges, room_for

AT_ONCE = 4  # numbers in one sign
A_WEEK = 7  # days; a weekday's name says enough until then


class HasTitle(Protocol):
    """A session, or what one is made from."""

    @property
    def title(self) -> str: ...
    @property
    def session_kind(self) -> str: ...


class PlanLike(HasTitle, Protocol):
    """A planned session, in the venue's own time."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def in_days(self) -> int: ...


class ReminderLike(Protocol):
    """It is time for somebody who has, or has not, a pouch or a locker."""

    @property
    def at(self) -> datetime: ...
    @property
    def stow(self) -> str: ...
    @property
    def numbers(self) -> tuple[int, ...]: ...


def title(session: HasTitle) -> str:
    """What a session is called; its kind where nothing of its title can be drawn, as of one that is all emoji."""
    if glyphs.is_readable(session.title):
        return session.title
    match session.session_kind:
        case "event":
            return say("Event")
        case "club":
            return say("Club")
        case "workshop":
            return say("Workshop")
        case "class":
            return say("Class")
    return say("Open hours")


def opens(plan: PlanLike | None) -> str:
    """When a closed door opens, as a heading."""
    if plan is None:
        return say("We open soon.")
    match plan.in_days:
        case 0:
            return say("We open at {time}.", time=time_of(plan.start))
        case 1:
            return say("We open tomorrow at {time}.", time=time_of(plan.start))
    return say("Open again:\n{day}", day=_day(plan))


def opens_with(plan: PlanLike | None) -> str:
    """What is on then."""
    return (
        say("“{title}” is on then.", title=title(plan)) if plan else say("Your host opens the door from this screen.")
    )


def full(free_at: datetime | None, venue_places: int = 0) -> str:
    """For somebody who finds no place; ``venue_places``: how many there are that this kiosk may not promise."""
    if venue_places:
        return no_room(0, venue_places)
    if free_at is None:
        return say("Every place is taken. Your host knows when the next one is free.")
    return say("Every place is taken. The next ones are free about {time}.", time=time_of(free_at))


def when(plan: PlanLike) -> str:
    """``17:00–19:30``, ``Tomorrow, 17:00–19:30``, or with its day; one that has begun: until when."""
    held = f"{time_of(plan.start)}–{time_of(plan.end)}"
    match plan.in_days:
        case 0:
            return held
        case 1:
            return say("Tomorrow, {time}", time=held)
    return _day(plan)


def _day(plan: PlanLike) -> str:
    if plan.in_days < A_WEEK:
        return day_and_time(plan.start)
    return say("{date}, {time}", date=date_of(plan.start), time=time_of(plan.start))


def until(end: datetime | None) -> str:
    """How long something that is on goes on."""
    return say("Now, until {time}", time=time_of(end)) if end else say("Now")


def joining(
    end: datetime | None, people: int, places: int | None, venue_places: int | None = None, on_break: int = 0
) -> str:
    """What one who has to choose between sessions wants to know of each."""
    is_full = places == 0 and not venue_places
    room = say("Full for now.") if is_full else room_for(places, venue_places) or people_here(people, on_break)
    return say("Until {time}", time=time_of(end)) + " · " + room if end else room


def whose_time(signs: Sequence[ReminderLike]) -> list[str]:
    """A sign to those who wished for one: by their pouch or locker, else by the time that they had named."""
    pouches = [number for sign in signs if sign.stow != LOCKER for number in sign.numbers][:AT_ONCE]
    lockers = [number for sign in signs if sign.stow == LOCKER for number in sign.numbers][:AT_ONCE]
    times = dict.fromkeys(time_of(sign.at) for sign in signs if not sign.numbers)
    said = [say("It’s time:\n{time}", time=time) for time in times]
    if lockers:
        told = ranges(lockers)
        said.insert(
            0, counted("It’s time:\nlocker {numbers}", "It’s time:\nlockers {numbers}", len(lockers), numbers=told)
        )
    if pouches:
        told = ranges(pouches)
        said.insert(
            0, counted("It’s time:\npouch {numbers}", "It’s time:\npouches {numbers}", len(pouches), numbers=told)
        )
    return said


def sessions_on(count: int) -> str:
    """For a door behind which there is more than one."""
    return counted("{number} session is on", "{number} sessions are on", count)
