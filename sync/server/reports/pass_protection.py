"""Protected counts of people with a pass: what may be shown of a period beside other periods and venues.

The counts are of different people, so neither months nor venues add up. A year has at most as many people as its months
together: the year less the months that are shown says at least how many came in the hidden ones. A year's count is
hidden where that would narrow down a hidden month's; that of all venues leaves out the venues whose own is hidden.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sync.server.kiosks.repository import Venue
from sync.server.reports.disclosure import ROUNDED_TO, counted_together, is_safe_together, shown_count, shown_share
from sync.server.reports.unduplicated import PassReader

PEOPLE_COUNT = "people"  # the count on which all others depend
READ_SUMS = ("with_pass", "without_pass")  # visits, which add up and every report reads

Exact: TypeAlias = Mapping[str, int]
Shown: TypeAlias = Mapping[str, int | None]


@dataclass(frozen=True)
class PassRules:
    """What a report counts of some venues by name, PEOPLE_COUNT among it.

    ``sums``: the names of counts that add up over months. ``both``: names of counts that add up to the people, so that
    they are shown both or not at all.
    """

    read: Callable[[PassReader, Collection[Venue]], Exact]
    sums: Collection[str]
    both: Collection[str] = ()


@dataclass(frozen=True)
class PassCounts:
    """Of a venue, or of several together. ``shown``: each as it may be shown; None: hidden."""

    exact: Exact
    shown: Shown

    @property
    def share_without(self) -> float | None:
        """The share of visits without a pass in per cent, rounded; None: hidden."""
        without = self.exact["without_pass"]
        is_hidden = self.shown["without_pass"] is None
        return None if is_hidden else shown_share(without, self.exact["with_pass"] + without)


@dataclass(frozen=True)
class PeriodCounts:
    """All counts of a period. ``by_venue``: of venues that had visits. ``together``: of several, those ``counted``."""

    by_venue: Mapping[Venue, PassCounts]
    counted: frozenset[Venue] = frozenset()
    together: PassCounts | None = None


def read_counts(reader: PassReader, venues: Sequence[Venue], smallest: int, rules: PassRules) -> PeriodCounts:
    """The counts of the reader's period, which is whole months, for these venues; ``smallest``: that is shown."""
    months = [_counts(month, venues, smallest, rules, []) for month in reader.months()]
    return _counts(reader, venues, smallest, rules, months)


def _counts(
    reader: PassReader, venues: Sequence[Venue], smallest: int, rules: PassRules, months: Sequence[PeriodCounts]
) -> PeriodCounts:
    by_venue = {}
    for venue in filter(reader.visits, venues):
        exact = rules.read(reader, [venue])
        of_venue = [month.by_venue[venue] for month in months if venue in month.by_venue]
        shown = beside_months(shown_counts(exact, smallest, rules), exact, of_venue, smallest, rules)
        by_venue[venue] = PassCounts(exact, shown)
    if len(by_venue) < 2:
        return PeriodCounts(by_venue)
    people = {venue: counts.exact[PEOPLE_COUNT] for venue, counts in by_venue.items() if _is_known(counts, smallest)}
    counted = frozenset(counted_together(people, smallest))
    exact = rules.read(reader, counted)
    known = list(_together_by_month(months, counted))
    shown = beside_venues(shown_counts(exact, smallest, rules), [by_venue[venue] for venue in counted], smallest)
    return PeriodCounts(by_venue, counted, PassCounts(exact, beside_months(shown, exact, known, smallest, rules)))


def _is_known(counts: PassCounts, smallest: int) -> bool:
    """Whether readers know a venue's people, or that they are few; not where they are hidden beside the months'."""
    return counts.shown[PEOPLE_COUNT] is not None or counts.exact[PEOPLE_COUNT] < smallest


def shown_counts(exact: Exact, smallest: int, rules: PassRules) -> Shown:
    """Counts as they may be shown of a venue and a period by themselves."""
    return _complete({name: shown_count(count, smallest) for name, count in exact.items()}, rules)


def _complete(shown: Shown, rules: PassRules) -> Shown:
    """Hide what follows from a hidden count: where the people are hidden everything does, as attendance has the
    visits."""
    if shown[PEOPLE_COUNT] is None:
        return dict.fromkeys(shown)
    hidden = rules.both if any(shown[name] is None for name in rules.both) else ()
    return {name: None if name in hidden else count for name, count in shown.items()}


def beside_venues(together: Shown, venues: Sequence[PassCounts], smallest: int) -> Shown:
    """Hide of all venues together what would give a venue's hidden count by subtraction of the others'."""

    def is_safe(name: str) -> bool:
        hidden = [counts.exact[name] for counts in venues if counts.shown[name] is None]
        are_small = all(count < smallest for count in hidden)
        return not hidden or is_safe_together(hidden, smallest, are_small=are_small)

    return {name: count if is_safe(name) else None for name, count in together.items()}


def beside_months(shown: Shown, exact: Exact, months: Sequence[PassCounts], smallest: int, rules: PassRules) -> Shown:
    """Hide what would narrow down the hidden count of a month by subtraction of the others'; no months: nothing."""

    def is_safe(name: str) -> bool:
        hidden = [month.exact[name] for month in months if month.shown[name] is None]
        if not hidden or smallest == 1:
            return True
        if name in rules.sums:
            return is_safe_together(hidden, smallest, are_small=all(count < smallest for count in hidden))
        rest = exact[name] - sum(month.exact[name] for month in months if month.shown[name] is not None)
        return rest <= len(hidden) * (smallest - 1) - ROUNDED_TO

    return _complete({name: count if is_safe(name) else None for name, count in shown.items()}, rules)


def _together_by_month(months: Sequence[PeriodCounts], counted: Collection[Venue]) -> Iterator[PassCounts]:
    """What is known of each month of the venues that are counted: of several together, and of the others by
    themselves."""
    for month in months:
        others = set(month.by_venue).intersection(counted)
        if month.together and month.together.shown[PEOPLE_COUNT] is not None:
            yield month.together
            others -= month.counted
        yield from (month.by_venue[venue] for venue in others)
