"""Texts of the close-out: what has not come back of a number, what a host can do with it, what is left open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.ui.text import schedule_text
from kiosk.ui.text.i18n import counted, day_and_time, say, time_of
from kiosk.ui.text.phrases import LOCKER, ranges


class ItemLike(Protocol):
    """One number of a visit, or its phones that are in none."""

    @property
    def number(self) -> int | None: ...
    @property
    def stow(self) -> str: ...
    @property
    def phones(self) -> int: ...
    @property
    def phone(self) -> str: ...
    @property
    def pouch(self) -> str: ...
    @property
    def note(self) -> str | None: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def has_phone_here(self) -> bool: ...


class FiguresLike(Protocol):
    """What is left open."""

    @property
    def phones(self) -> int: ...
    @property
    def pouches(self) -> tuple[int, ...]: ...
    @property
    def lockers(self) -> tuple[int, ...]: ...
    @property
    def is_clear(self) -> bool: ...


class ClosingLike(schedule_text.MaybePractice, Protocol):
    """A session that was closed in the night."""

    @property
    def ended_at(self) -> datetime: ...


def name(item: ItemLike) -> str:
    """What the item is called: ``Pouch 14``."""
    if item.number is None:
        return counted("{number} phone without a pouch", "{number} phones without a pouch", item.phones)
    number = str(item.number)
    return say("Locker {number}", number=number) if item.stow == LOCKER else say("Pouch {number}", number=number)


def state(item: ItemLike) -> str:
    """Where its phone and its pouch are, in words."""
    if item.has_phone_here and item.pouch == "out" and item.note is None:
        return say("Not emptied yet") if item.stow == LOCKER else say("Phone and pouch not back yet")
    return " · ".join(part for part in (_phone_state(item), _pouch_state(item)) if part)


def _phone_state(item: ItemLike) -> str:
    if item.phones and item.phone == "lost":
        return counted("Phone lost", "{number} phones lost", item.phones)
    if not item.has_phone_here:
        return ""
    if where := note(item.note):
        return where
    if item.number is None:
        return counted("Not handed back yet", "{number} not handed back yet", item.phones)
    return counted("Phone still here", "{number} phones still here", item.phones)


def _pouch_state(item: ItemLike) -> str:
    if item.pouch == "lost":
        return say("Locker out of use") if item.stow == LOCKER else say("Pouch lost")
    if item.pouch == "out":
        return say("Locker not closed yet") if item.stow == LOCKER else say("Pouch not back yet")
    return ""


def since(item: ItemLike) -> str:
    """When its visit ended."""
    return say("since {time}", time=day_and_time(item.ended)) if item.ended else ""


def note(token: str | None) -> str:
    """Where a phone is that was left behind; "" for a note of another release."""
    match token:
        case "in_safe":
            return say("Phone in the safe")
        case "at_counter":
            return say("Phone at the counter")
        case "in_office":
            return say("Phone in the office")
        case "with_host":
            return say("Phone with a host")
        case "sent_to_owner":
            return say("Sent to its owner")
    return ""


def short_act(act: str, stow: str) -> str:
    """The most frequent act, on a row's button."""
    match act:
        case "all_back":
            return say("Emptied") if stow == LOCKER else say("Both back")
        case "phone_back":
            return say("Handed back")
        case "stow_back":
            return say("Closed now") if stow == LOCKER else say("Pouch is back")
    return say("Found")


def act(act: str, stow: str) -> str:
    """What a host can do with an item."""
    is_locker = stow == LOCKER
    match act:
        case "all_back":
            return say("Emptied and closed") if is_locker else say("Handed back, pouch is here")
        case "phone_back":
            return say("Phone handed back")
        case "stow_back":
            return say("Locker is closed") if is_locker else say("Pouch is back")
        case "left_behind":
            return say("Phone left behind")
        case "phone_lost":
            return say("Phone is lost")
        case "stow_lost":
            return say("Locker out of use") if is_locker else say("Pouch lost")
        case "phone_found":
            return say("Phone found")
    return say("Locker works again") if is_locker else say("Pouch found")


def to_clear(count: int) -> str:
    """How many items are open."""
    return (
        counted("{number} thing to clear", "{number} things to clear", count) if count else say("Everything is back.")
    )


def left_open(figures: FiguresLike) -> str:
    """What waits for its owners."""
    if figures.is_clear:
        return say("Everything is back.")
    texts = [counted("{number} phone is still here.", "{number} phones are still here.", figures.phones)]
    if figures.pouches:
        numbers = ranges(figures.pouches)
        texts.append(
            counted(
                "Pouch {numbers} is kept aside.",
                "Pouches {numbers} are kept aside.",
                len(figures.pouches),
                numbers=numbers,
            )
        )
    if figures.lockers:
        numbers = ranges(figures.lockers)
        texts.append(
            counted(
                "Locker {numbers} is kept aside.",
                "Lockers {numbers} are kept aside.",
                len(figures.lockers),
                numbers=numbers,
            )
        )
    return " ".join(texts if figures.phones else texts[1:])


def closed_at_night(closed: Sequence[ClosingLike]) -> str:
    """For the host in the morning: what was closed in the night."""
    if len(closed) != 1:
        return counted(
            "{number} session was closed in the night.", "{number} sessions were closed in the night.", len(closed)
        )
    [session] = closed
    return say(
        "“{title}” was closed in the night, as of {time}.",
        title=schedule_text.opened_title(session),
        time=time_of(session.ended_at),
    )
