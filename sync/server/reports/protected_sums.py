"""Protected counts that add up: each is a sum over venues' months in which no hidden count could be isolated.

Figures of several periods and places can be subtracted from each other: a year less its months, all venues less some.
Rounding alone does not prevent that, since many figures narrow down what it leaves open. So a hidden count is never
part of a figure by itself. A figure is the sum of

- counts of a venue's month that are shown by themselves, and
- groups of hidden counts of a venue's calendar year whose sum may be shown (disclosure.is_safe_together). A count is in
  one group at most, and a group is counted only where all of its counts are.

All figures together then say no more than the shown counts and the sums of the groups. Groups are made in the order of
the months, so that they are the same whichever period is read first. This module is plain data: protected_months.py
reads and stores months and groups.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias
from uuid import UUID

from sync.server.reports.disclosure import is_safe_together

MonthNumber: TypeAlias = int  # 12 * year + month - 1
Cell: TypeAlias = tuple[UUID, MonthNumber]  # a venue's month
MEASURES = ("sessions", "visits", "people", "phones", "kept", "phone_free_hours", "answers")
AT_MOST_PEOPLE = ("visits", "people", "phones", "kept", "answers")  # small wherever the people are hidden


@dataclass(frozen=True)
class ProtectedMonth:
    """The figures of a venue's month by MEASURES, hours rounded to whole ones, and the answers by their change of mood.

    ``smallest``: the threshold when they were stored, or the one of today where they are not stored.
    """

    venue: UUID
    month: MonthNumber
    smallest: int
    figures: Mapping[str, int]
    moods: Mapping[int, int]

    @property
    def cell(self) -> Cell:
        """Its key."""
        return self.venue, self.month

    @property
    def is_active(self) -> bool:
        """Whether anything took place, which a timetable tells everybody."""
        return self.figures["sessions"] > 0 or self.figures["visits"] > 0

    def hides(self, measure: str, smallest: int) -> bool:
        """Whether a figure is hidden: it is too small, or the people are."""
        return min(self.figures[measure], self.figures["people"]) < smallest

    def is_small(self, measure: str, smallest: int) -> bool:
        """Whether readers know of a hidden figure that it is below the threshold."""
        return measure in AT_MOST_PEOPLE or self.figures["people"] >= smallest


@dataclass(frozen=True)
class CountGroup:
    """Hidden counts that are counted together or not at all."""

    measure: str
    cells: frozenset[Cell]


@dataclass(frozen=True)
class ProtectedSums:
    """The months of one document by their cell, and the groups that exist; ``smallest``: the threshold."""

    months: Mapping[Cell, ProtectedMonth]
    groups: Sequence[CountGroup]
    smallest: int

    def counted(self, measure: str, cells: Iterable[Cell]) -> set[Cell]:
        """Those of the cells whose figures are part of their sum."""
        wanted = set(cells)
        counted = {
            cell
            for cell in wanted
            if self.months[cell].is_active and not self.months[cell].hides(measure, self.smallest)
        }
        for group in self.groups:
            if group.measure == measure and group.cells <= wanted:
                counted |= group.cells
        return counted

    def total(self, measure: str, cells: Iterable[Cell]) -> int:
        """The sum over the cells as it may be shown, before rounding; 0: nothing of it."""
        return sum(self.months[cell].figures[measure] for cell in self.counted(measure, cells))

    def visits_of_answers(self, cells: Iterable[Cell]) -> int:
        """The visits of those cells whose answers are part of their sum."""
        return sum(self.months[cell].figures["visits"] for cell in self.counted("answers", cells))

    def moods(self, cells: Iterable[Cell]) -> Counter[int]:
        """The answers by their change of mood, as far as they may be shown."""
        moods: Counter[int] = Counter()
        for cell in self.counted("answers", cells):
            moods.update(self.months[cell].moods)
        return moods


def new_groups(
    months: Iterable[ProtectedMonth], groups: Iterable[CountGroup], smallest: int, measures: Iterable[str] = MEASURES
) -> list[CountGroup]:
    """The groups of these months that do not exist yet: a venue's hidden counts, in order, as soon as it is safe.

    The months of a year have to be complete from January on. Those that were stored under another threshold are left
    out, as readers know other bounds of their counts.
    """
    existing = list(groups)
    candidates = sorted(
        (month for month in months if month.is_active and month.smallest == smallest), key=lambda month: month.cell
    )
    added: list[CountGroup] = []
    for measure in measures:
        taken = {cell for group in existing if group.measure == measure for cell in group.cells}
        hidden = [month for month in candidates if month.hides(measure, smallest) and month.cell not in taken]
        for _, of_year in groupby(hidden, key=lambda month: (month.venue, month.month // 12)):
            added += _groups_of_year(measure, of_year, smallest)
    return added


def _groups_of_year(measure: str, hidden: Iterable[ProtectedMonth], smallest: int) -> Iterator[CountGroup]:
    waiting: list[ProtectedMonth] = []
    for month in hidden:
        waiting.append(month)
        are_small = all(other.is_small(measure, smallest) for other in waiting)
        if is_safe_together([other.figures[measure] for other in waiting], smallest, are_small=are_small):
            yield CountGroup(measure, frozenset(other.cell for other in waiting))
            waiting = []
