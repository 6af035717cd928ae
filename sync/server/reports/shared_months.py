"""The figures of shared reports: each is a function of a venue's months that are stored once, whatever is shared later.

Documents that are shared one after the other can be subtracted from each other: a year less its months, all venues less
some. Rounding alone does not prevent that, since many documents narrow down what it leaves open. So a hidden count is
never part of a figure by itself. A figure is the sum of

- counts of a venue's month that are shown by themselves, and
- groups of hidden counts whose sum may be shown (disclosure.is_safe_together). A count is in one group at most, and a
  group is counted only where all of its counts are.

All documents together then say no more than the shown counts and the sums of the groups. This module is plain data:
shared_reports.py stores months and groups.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sync.server.reports.disclosure import is_safe_together

MonthNumber: TypeAlias = int  # 12 * year + month - 1
Cell: TypeAlias = tuple[UUID, MonthNumber]  # a venue's month
MEASURES = ("sessions", "visits", "people", "phones", "kept", "phone_free_hours", "answers")
AT_MOST_PEOPLE = ("visits", "people", "phones", "kept", "answers")  # small wherever the people are hidden


@dataclass(frozen=True)
class SharedMonth:
    """The figures of a venue's month by MEASURES, hours rounded to whole ones, and the answers by their change of mood.

    ``smallest``: the threshold when they were stored.
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
class SharedGroup:
    """Hidden counts that are counted together or not at all."""

    measure: str
    cells: frozenset[Cell]


@dataclass(frozen=True)
class SharedFigures:
    """The months of one document by their cell, and the groups that exist; ``smallest``: the threshold."""

    months: Mapping[Cell, SharedMonth]
    groups: Sequence[SharedGroup]
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

    def moods(self, cells: Iterable[Cell]) -> Counter[int]:
        """The answers by their change of mood, as far as they may be shown."""
        moods: Counter[int] = Counter()
        for cell in self.counted("answers", cells):
            moods.update(self.months[cell].moods)
        return moods


def new_groups(months: Iterable[SharedMonth], groups: Iterable[SharedGroup], smallest: int) -> list[SharedGroup]:
    """The groups that a document of these months adds: of one venue's months where that is safe, else of all venues'.

    Months that were stored under another threshold are left out, as readers know other bounds of their counts.
    """
    existing = list(groups)
    candidates = [month for month in months if month.is_active and month.smallest == smallest]
    added: list[SharedGroup] = []
    for measure in MEASURES:
        taken = {cell for group in existing if group.measure == measure for cell in group.cells}
        hidden = [month for month in candidates if month.hides(measure, smallest) and month.cell not in taken]
        added += _group(measure, hidden, smallest)
    return added


def _group(measure: str, hidden: Sequence[SharedMonth], smallest: int) -> list[SharedGroup]:
    groups, parts = [], []
    for venue in sorted({month.venue for month in hidden}):
        of_venue = [month for month in hidden if month.venue == venue]
        if _is_safe(measure, [[month] for month in of_venue], smallest):
            groups.append(SharedGroup(measure, frozenset(month.cell for month in of_venue)))
        elif len(of_venue) == 1 or _sum(measure, of_venue) < smallest:
            parts.append(of_venue)
    if _is_safe(measure, parts, smallest):
        groups.append(SharedGroup(measure, frozenset(month.cell for part in parts for month in part)))
    return groups


def _is_safe(measure: str, parts: Sequence[Sequence[SharedMonth]], smallest: int) -> bool:
    """Whether the sum of all parts may be shown. Readers know of a part of several months that its sum is small, as it
    would else be a group of its own or be in none."""
    are_small = all(month.is_small(measure, smallest) for part in parts for month in part)
    return is_safe_together([_sum(measure, part) for part in parts], smallest, are_small=are_small)


def _sum(measure: str, months: Sequence[SharedMonth]) -> int:
    return sum(month.figures[measure] for month in months)
