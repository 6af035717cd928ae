"""Texts for the host's corrections: who, since when, what was corrected, what can be undone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from kiosk.ui.text.i18n import counted, say, time_of
from kiosk.ui.text.phrases import LOCKER, duration, ranges

MAX_LETTERS = 16  # of a party's numbers
MINUTE = timedelta(minutes=1)
SEPARATOR = " · "


class VisitLike(Protocol):
    """A visit that can be corrected."""

    @property
    def arrived(self) -> datetime: ...
    @property
    def left(self) -> datetime | None: ...
    @property
    def stow(self) -> str: ...
    @property
    def numbers(self) -> tuple[int, ...]: ...
    @property
    def party_size(self) -> int: ...
    @property
    def phones(self) -> int: ...
    @property
    def kept(self) -> int: ...
    @property
    def state(self) -> str: ...


class CorrectionLike(Protocol):
    """What a correction did to a party's numbers."""

    @property
    def stow(self) -> str: ...
    @property
    def added(self) -> tuple[int, ...]: ...
    @property
    def freed(self) -> tuple[int, ...]: ...


class ActLike(Protocol):
    """An act that can be undone."""

    @property
    def what(self) -> str: ...
    @property
    def visit(self) -> VisitLike | None: ...


def party(visit: VisitLike) -> str:
    """What a party is known by: its numbers, or how many it is."""
    if not visit.numbers:
        return people(visit.party_size)
    numbers = _first(ranges(visit.numbers))
    if visit.stow == LOCKER:
        return counted("Locker {numbers}", "Lockers {numbers}", len(visit.numbers), numbers=numbers)
    return counted("Pouch {numbers}", "Pouches {numbers}", len(visit.numbers), numbers=numbers)


def _first(numbers: str) -> str:
    """The first of many numbers, as many as a button has room for."""
    if len(numbers) <= MAX_LETTERS:
        return numbers
    return numbers[: numbers.rindex(",", 0, MAX_LETTERS) + 1] + " …"


def people(number: int) -> str:
    """How many people."""
    return counted("{number} person", "{number} people", number)


def stay(visit: VisitLike) -> str:
    """Since when the party is here, or from when until when it was."""
    start = time_of(visit.arrived)
    match visit.state:
        case "on_break":
            return say("Since {time}, on a break", time=start)
        case "left_estimated" if visit.left:
            return say("{start} to about {end}", start=start, end=time_of(visit.left))
        case "left" if visit.left:
            return f"{start}–{time_of(visit.left)}"
    return say("Since {time}", time=start)


def row(visit: VisitLike) -> str:
    """The second line of a visit in the list, where there is no room to say that a time is an estimate."""
    times = f"{time_of(visit.arrived)}–{time_of(visit.left)}" if visit.left else stay(visit)
    return SEPARATOR.join([times, people(visit.party_size)] if visit.numbers else [times])


def facts(visit: VisitLike) -> str:
    """All that is known of a party."""
    phones = counted("{number} phone at rest", "{number} phones at rest", visit.phones)
    parts = [stay(visit), people(visit.party_size), phones]
    return SEPARATOR.join([*parts, counted("{number} kept", "{number} kept", visit.kept)] if visit.kept else parts)


def time_ago(when: datetime, now: datetime) -> str:
    """How long ago, for a time that is an estimate."""
    if now - when < MINUTE:
        return say("just now")
    return say("about {duration} ago", duration=duration(now - when))


def corrected(correction: CorrectionLike) -> str:
    """That it is noted, and what becomes of the numbers."""
    is_locker = correction.stow == LOCKER
    sentences = [say("Noted.")]
    if correction.added:
        sentences.append(_now_theirs(correction.added, is_locker))
    if correction.freed:
        sentences.append(_free_again(correction.freed, is_locker))
    return " ".join(sentences)


def _now_theirs(numbers: Sequence[int], is_locker: bool) -> str:
    if is_locker:
        return counted(
            "They have locker {numbers} now.", "They have lockers {numbers} now.", len(numbers), numbers=ranges(numbers)
        )
    return counted(
        "They have pouch {numbers} now.", "They have pouches {numbers} now.", len(numbers), numbers=ranges(numbers)
    )


def _free_again(numbers: Sequence[int], is_locker: bool) -> str:
    if is_locker:
        return counted(
            "Locker {numbers} is free again.",
            "Lockers {numbers} are free again.",
            len(numbers),
            numbers=ranges(numbers),
        )
    return counted(
        "Pouch {numbers} is free again.", "Pouches {numbers} are free again.", len(numbers), numbers=ranges(numbers)
    )


def changed_meanwhile() -> str:
    """The visit is not as it was shown."""
    return say("Something has changed meanwhile. Please look again.")


def undone() -> str:
    """An act was undone."""
    return say("That is undone.")


def undo_refused(why: str) -> str:
    """Why an act can't be undone, and what can be done instead."""
    match why:
        case "promised":
            return say("Somebody else may have that number by now. Please check them in anew.")
        case "full":
            return say("There is no place for them any more.")
        case "in_use":
            return say("Somebody has come in already.")
    return say("It is too late to undo that.")


def undo(act: ActLike) -> str:
    """What the button for undoing would undo."""
    if act.visit is None:
        return _undo_session(act)
    who = party(act.visit)
    match act.what:
        case "arrived":
            return say("{party}: undo coming in", party=who)
        case "left":
            return say("{party}: undo leaving", party=who)
        case "stepped_out":
            return say("{party}: undo stepping out", party=who)
        case "came_back":
            return say("{party}: undo coming back", party=who)
        case "split":
            return say("{party}: undo leaving earlier", party=who)
        case "did_not_stay":
            return say("{party}: undo “did not stay”", party=who)
        case "corrected":
            return say("{party}: undo the correction", party=who)
    return say("{party}: undo what was noted", party=who)


def _undo_session(act: ActLike) -> str:
    match act.what:
        case "opened":
            return say("Undo opening the session")
        case "closed":
            return say("Undo closing the session")
        case "turned_away":
            return say("Undo who was turned away")
        case "left":
            return say("Undo the last leaving")
    return say("Undo the last change")
