"""The texts of a weekly timetable: days of the week, and times of day."""

from collections.abc import Sequence
from datetime import time

from kiosk.ui.text.i18n import say, time_of, weekday

WHOLE_WEEK = 7


def day(number: int) -> str:
    """A day of the week (1: Monday), in short: ``Tue``."""
    return weekday(number)


def days(numbers: Sequence[int]) -> str:
    """``Tue, Sun``, or every day."""
    if len(set(numbers)) == WHOLE_WEEK:
        return say("Every day")
    return ", ".join(day(number) for number in sorted(set(numbers)))


def when(numbers: Sequence[int], start: time) -> str:
    """``Tue, Sun · 19:00``."""
    return f"{days(numbers)} · {time_of(start)}"


def by_itself(opens: bool, closes: bool) -> str:
    """What happens without a host."""
    match opens, closes:
        case True, True:
            return say("Opens and closes by itself")
        case True, False:
            return say("Opens by itself")
        case False, True:
            return say("Closes by itself")
    return say("A host opens and closes it")
