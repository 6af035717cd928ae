"""Reads the rules of recurring events (RRULE, RFC 5545 §3.3.10) and walks over their moments, with bounded work."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import prod

from dateutil.rrule import rrule, rrulestr
from msgspec import Struct
from msgspec.structs import replace

from sync.errors import UserError

Moment = datetime | date

MOST_STEPS = 400_000  # of one rule, about a second
MOST_STEPS_OF_CALENDAR = 4_000_000
MOST_RULES = 4
MOST_TIMES_A_DAY = 100
LONGEST_RULE = 600  # characters
STEP_COST = {"YEARLY": 200, "MONTHLY": 20, "WEEKLY": 6, "DAILY": 2}  # of one period of a rule, by its frequency
PERIODS = {"WEEKLY": timedelta(days=7), "DAILY": timedelta(days=1)}  # that all have the same length
UNREADABLE = (ValueError, TypeError, OverflowError, AttributeError, KeyError, IndexError, ArithmeticError)


class BadRecurrence(UserError):
    """A series that can't be expanded; the message says why, for the person who keeps the calendar."""


class ExpansionBudget:
    """How much work the rules of one calendar may be. ``spend`` raises BadRecurrence."""

    def __init__(self, steps: int = MOST_STEPS_OF_CALENDAR) -> None:
        self.left = steps

    @property
    def is_spent(self) -> bool:
        """Whether more work was asked for than there was."""
        return self.left < 0

    def spend(self, steps: int) -> None:
        """Count some steps."""
        self.left -= steps
        self.check()

    def check(self) -> None:
        """Raise BadRecurrence where nothing is left."""
        if self.is_spent:
            raise BadRecurrence("its events repeat so often, or so rarely, that working it out takes too long")


class RecurrenceRule(Struct, frozen=True):
    """A rule with its end and interval taken out of the text, so that both are applied while it is walked over."""

    text: str  # without the end and the interval
    start: datetime
    until: datetime | None
    interval: int
    step_cost: int
    period: timedelta | None  # None: it has to be counted from its start


def read_rules(texts: Sequence[str], start: datetime, *, is_day: bool) -> list[RecurrenceRule]:
    """The rules of an event, as :func:`_read_rule` reads each. Raises BadRecurrence, ValueError."""
    if len(texts) > MOST_RULES:
        raise BadRecurrence(f"it has more than {MOST_RULES} rules")
    return [_read_rule(text, start, is_day=is_day) for text in texts]


def entered(rule: RecurrenceRule, earliest: datetime) -> RecurrenceRule:
    """The rule from shortly before a moment on, where what went before does not matter."""
    if rule.period is None or rule.start >= earliest:
        return rule
    step = rule.period * rule.interval
    periods = (earliest.date() - rule.start.date()) // step - 1
    return rule if periods < 1 else replace(rule, start=rule.start + periods * step)


def walk(rule: RecurrenceRule, budget: ExpansionBudget) -> Iterator[datetime]:
    """The moments of a rule. Raises BadRecurrence where they take too much work, ValueError."""
    own = ExpansionBudget(MOST_STEPS)
    counted = _CountedInterval(rule.interval, rule.step_cost, own, budget)
    moments = rrulestr(rule.text, dtstart=rule.start)
    if not isinstance(moments, rrule):
        raise BadRecurrence("its rule can't be read")
    for moment in moments.replace(interval=counted):
        own.spend(1)
        budget.spend(1)
        if rule.until is not None and moment > rule.until:
            return
        yield moment


def _read_rule(text: str, start: datetime, *, is_day: bool = False) -> RecurrenceRule:
    """A rule whose starts are by the clocks of ``start``; ``is_day``: whole days. Raises BadRecurrence, ValueError."""
    if len(text) > LONGEST_RULE:
        raise BadRecurrence("its rule is too long")
    parts = {
        name: value
        for name, _, value in (part.partition("=") for part in _plain(text).split(";"))
        if value  # UNTIL= is what some programs write for "endless"
    }
    frequency = parts.get("FREQ", "")
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY"):
        raise BadRecurrence("it repeats more often than daily")
    if frequency not in STEP_COST:
        raise BadRecurrence("its rule can't be read")
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise BadRecurrence("it repeats by another calendar than the Gregorian one")
    if parts.get("SKIP") == "OMIT":  # RFC 7529: a date that a month does not have is left out, as without this word
        del parts["SKIP"]
    until, interval = parts.pop("UNTIL", None), int(parts.pop("INTERVAL", "1"))
    if interval < 1:
        raise BadRecurrence("its rule can't be read")
    if int(parts.get("COUNT", "1")) < 0:  # which some programs write for "endless"
        del parts["COUNT"]
    times = [parts[name].count(",") + 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND") if name in parts]
    if prod(times) > MOST_TIMES_A_DAY:  # dateutil works all of them out before the first
        raise BadRecurrence(f"it takes place more than {MOST_TIMES_A_DAY} times a day")
    positions = parts["BYSETPOS"].count(",") + 1 if "BYSETPOS" in parts else 0
    return RecurrenceRule(
        ";".join(f"{name}={value}" for name, value in parts.items() if name and not name.startswith("X-")),
        start,
        None if until is None else _read_until(until, start, is_day=is_day),
        interval,
        STEP_COST[frequency] * (1 + positions),
        None if "COUNT" in parts else PERIODS.get(frequency),
    )


def _plain(text: str) -> str:
    """A rule in capitals, without blanks, and without the property's name, which some programs write twice."""
    return "".join(text.upper().split()).removeprefix("RRULE:")


def check_rule(text: str, start: datetime, end: datetime, budget: ExpansionBudget) -> None:
    """Walk over a rule once, up to ``end``. Raises BadRecurrence where it is malformed or takes too much work."""
    try:
        for moment in walk(_read_rule(text, start), budget):
            if moment > end:
                return
    except UNREADABLE as error:
        raise BadRecurrence(f"its rule can't be read ({type(error).__name__})") from error


def _read_until(text: str, start: datetime, *, is_day: bool) -> datetime:
    """The last moment of a rule: a day without a time counts whole; a time without Z is by the series' clocks.

    ``is_day``: the series is of whole days, so that the last one counts whole.
    """
    match = re.fullmatch(r"(\d{8})(?:T(\d{4}(?:\d\d)?))?(Z?)", re.sub(r"[-:]", "", text), re.ASCII)
    if match is None:
        raise BadRecurrence("the end of its rule can't be read")
    day, clock_time, utc = match.groups()
    moment = datetime.strptime(day + (clock_time or "").ljust(6, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    if clock_time is None or is_day:
        last = written_day(moment.replace(tzinfo=UTC) if utc else moment, start.tzinfo)
        return datetime.combine(last, time(23, 59, 59), start.tzinfo)
    return moment.replace(tzinfo=UTC).astimezone(start.tzinfo) if utc else moment.replace(tzinfo=start.tzinfo)


def written_day(moment: Moment, clocks: tzinfo | None) -> date:
    """The day that a moment means in a series of whole days: the one that is written.

    Exchange writes a day as its midnight in UTC: 22:00 or 23:00 of the day before, for the west of Europe.
    """
    if not isinstance(moment, datetime):
        return moment
    is_written = moment.tzinfo is not UTC or moment.time() in (time(), time(23, 59), time(23, 59, 59))
    return moment.date() if is_written else moment.astimezone(clocks).date()


class _CountedInterval(int):
    """A rule's interval that counts how often the rule goes on to its next period.

    dateutil looks for the next occurrence up to the year 9999, however rare: it has no limit of its own.
    """

    def __new__(cls, interval: int, _cost: int, *_budgets: ExpansionBudget) -> "_CountedInterval":
        return super().__new__(cls, interval)

    def __init__(self, _interval: int, cost: int, *budgets: ExpansionBudget) -> None:
        self._cost = cost
        self._budgets = budgets

    def _count(self) -> None:
        for budget in self._budgets:
            budget.spend(self._cost)

    def __radd__(self, other: int) -> int:
        self._count()
        return other + int(self)

    def __mul__(self, other: int) -> int:
        self._count()
        return int(self) * other
