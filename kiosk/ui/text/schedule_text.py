"""Texts about sessions and reminders: when the venue opens, when a place is free, what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.ui.text import glyphs
from kiosk.ui.text.i18n import counted, date_of, day_and_time, say, time_of
from kiosk.ui.text.phrases import LOCKER, no_room, people_here, ranges, room_for

MAX_NUMBERS = 4  # in one reminder
A_WEEK = 7  # days for which a weekday's name is unambiguous


class HasTitle(Protocol):
    """A session, plan or template."""

    @property
    def title(self) -> str: ...
    @property
    def session_kind(self) -> str: ...


class MaybePractice(HasTitle, Protocol):
    """A session that was opened, or is planned."""

    @property
    def is_practice(self) -> bool: ...


class PlanLike(HasTitle, Protocol):
    """A planned session, in the venue's time zone."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def in_days(self) -> int: ...


class ReminderLike(Protocol):
    """A reminder for a visit with or without a pouch or locker."""

    @property
    def at(self) -> datetime: ...
    @property
    def stow(self) -> str: ...
    @property
    def numbers(self) -> tuple[int, ...]: ...


def title(session: HasTitle) -> str:
    """A session's title; its kind if the title can't be drawn, as one of emoji only."""
    if glyphs.is_readable(session.title):
        return session.title
    return kind_name(session.session_kind)


def opened_title(session: MaybePractice) -> str:
    """The title of a session; one for practice is called nothing else, as it is like the usual one."""
    return say("Practice") if session.is_practice else title(session)


def kind_name(kind: str) -> str:
    """What a kind of session is called."""
    match kind:
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
    """When the venue opens, as a heading."""
    if plan is None:
        return say("We open soon.")
    match plan.in_days:
        case 0:
            return say("We open at {time}.", time=time_of(plan.start))
        case 1:
            return say("We open tomorrow at {time}.", time=time_of(plan.start))
    return say("Open again:\n{day}", day=_day(plan))


def opens_with(plan: PlanLike | None) -> str:
    """What is on when the venue opens."""
    return (
        say("“{title}” is on then.", title=title(plan)) if plan else say("Your host opens the door from this screen.")
    )


def full(free_at: datetime | None, venue_places: int = 0) -> str:
    """That no place is free; ``venue_places``: free places that this kiosk may not promise."""
    if venue_places:
        return no_room(0, venue_places)
    if free_at is None:
        return say("Every place is taken. Your host knows when the next one is free.")
    return say("Every place is taken. The next ones are free about {time}.", time=time_of(free_at))


def when(plan: PlanLike) -> str:
    """``17:00–19:30``, ``Tomorrow, 17:00–19:30``, or with its day."""
    times = f"{time_of(plan.start)}–{time_of(plan.end)}"
    match plan.in_days:
        case 0:
            return times
        case 1:
            return say("Tomorrow, {time}", time=times)
    return _day(plan)


def _day(plan: PlanLike) -> str:
    if plan.in_days < A_WEEK:
        return day_and_time(plan.start)
    return say("{date}, {time}", date=date_of(plan.start), time=time_of(plan.start))


def until(end: datetime | None) -> str:
    """Until when a current session lasts."""
    return say("Now, until {time}", time=time_of(end)) if end else say("Now")


def joining(
    end: datetime | None, people: int, places: int | None, venue_places: int | None = None, on_break: int = 0
) -> str:
    """The detail of a session to choose."""
    is_full = places == 0 and not venue_places
    room = say("Full for now.") if is_full else room_for(places, venue_places) or people_here(people, on_break)
    return say("Until {time}", time=time_of(end)) + " · " + room if end else room


def reminder_texts(reminders: Sequence[ReminderLike]) -> list[str]:
    """The texts of reminders: by pouch or locker numbers, else by time."""
    pouches = [number for reminder in reminders if reminder.stow != LOCKER for number in reminder.numbers][:MAX_NUMBERS]
    lockers = [number for reminder in reminders if reminder.stow == LOCKER for number in reminder.numbers][:MAX_NUMBERS]
    times = dict.fromkeys(time_of(reminder.at) for reminder in reminders if not reminder.numbers)
    texts = [say("It’s time:\n{time}", time=time) for time in times]
    if lockers:
        numbers = ranges(lockers)
        texts.insert(
            0, counted("It’s time:\nlocker {numbers}", "It’s time:\nlockers {numbers}", len(lockers), numbers=numbers)
        )
    if pouches:
        numbers = ranges(pouches)
        texts.insert(
            0, counted("It’s time:\npouch {numbers}", "It’s time:\npouches {numbers}", len(pouches), numbers=numbers)
        )
    return texts


def sessions_on(count: int) -> str:
    """The title for several sessions."""
    return counted("{number} session is on", "{number} sessions are on", count)
