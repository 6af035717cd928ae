"""How many people with a pass came in a period, each once, from the rows of pass_days.py.

Whole months are counted by ``return_count``, other periods by the rows of their days. What stands there is corrected by
the days that have changed since.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select

from sync.ledger.chunks import chunks
from sync.server import tables
from sync.server.reports.pass_days import (
    ANYWHERE,
    GAPS,
    LONGEST_GAPS,
    NEVER,
    Correction,
    PassDay,
    PassHistory,
    gap_of,
    month_of,
)

_row, _count = tables.pass_day.c, tables.return_count.c


@dataclass
class PassFigures:
    """People with a pass in a period, each once. ``returning``: those who had come before the period began.

    ``came_back``: those who came back in the period, once each at their first return, by range of the days between.
    """

    first_visits: int = 0
    returning: int = 0
    came_back: Counter[int] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        """How many came."""
        return self.first_visits + self.returning

    def add(self, before: int, first: int, *, is_second: bool, gap: int, amount: int) -> None:
        """Count rows of the period that begins with the unit ``first``; what was ``before`` in the same unit."""
        if before == NEVER:
            self.first_visits += amount
        elif before < first:
            self.returning += amount
            self.came_back[gap] += amount
        elif is_second:  # their first visit is in the period too
            self.came_back[gap] += amount

    def include(self, other: "PassFigures") -> None:
        """Add these people, who are others."""
        self.first_visits += other.first_visits
        self.returning += other.returning
        self.came_back.update(other.came_back)

    def subtract(self, other: "PassFigures") -> None:
        """Take these people out."""
        self.first_visits -= other.first_visits
        self.returning -= other.returning
        self.came_back.subtract(other.came_back)


@dataclass(frozen=True)
class PassPeriod:
    """The days to count, both included."""

    first: int
    last: int

    @property
    def is_months(self) -> bool:
        """Whether they are whole months."""
        return date.fromordinal(self.first).day == 1 and date.fromordinal(self.last + 1).day == 1

    def includes(self, key: PassDay) -> bool:
        """Whether the row is of one of these days."""
        return self.first <= key.day <= self.last


def count_people(
    connection: Connection, venues: Collection[UUID], others: Collection[UUID], period: PassPeriod, correct: Correction
) -> PassFigures:
    """The people with a pass who came to one of these venues in the period, each once.

    For a single venue what was before is counted there alone; for several, wherever in the organisation it was, also at
    one of the ``others``, which are all that it has besides.
    """
    venue = next(iter(venues)) if len(venues) == 1 else ANYWHERE
    figures = _count_stored(connection, venue, period)
    figures.subtract(_count_rows(correct.stored, venue, period))
    figures.include(_count_rows(correct.current, venue, period))
    if venue == ANYWHERE and others:
        figures.subtract(_count_outside(connection, venues, others, period, correct))
    return figures


def _count_stored(connection: Connection, venue: UUID, period: PassPeriod) -> PassFigures:
    if not period.is_months:
        return _count_by_day(connection, venue, period)
    first, last = month_of(period.first), month_of(period.last)
    moment = case((_count.before_month == NEVER, NEVER), (_count.before_month < first, 1), else_=2)
    query = select(moment.label("moment"), _count.is_second, _count.gap, func.sum(_count.amount))
    query = query.group_by("moment", _count.is_second, _count.gap)
    query = query.where(_count.venue == venue, _count.month.between(first, last))
    return _figures(connection, query)


def _figures(connection: Connection, query: Select[Any]) -> PassFigures:
    """``query``: 0, 1 or 2 for never before, before the period, in it; is_second, gap, amount."""
    figures = PassFigures()
    for moment, is_second, gap, amount in connection.execute(query):
        figures.add(moment, 2, is_second=is_second, gap=gap, amount=int(amount))
    return figures


def _count_by_day(
    connection: Connection, venue: UUID, period: PassPeriod, condition: ColumnElement[bool] | None = None
) -> PassFigures:
    """From the rows of each day; ``condition``: of the rows to count."""
    is_anywhere = venue == ANYWHERE
    before = _row.before_anywhere if is_anywhere else _row.before
    is_second = (_row.is_second_anywhere if is_anywhere else _row.is_second).label("second")
    moment = case((before.is_(None), NEVER), (before < period.first, 1), else_=2).label("moment")
    ranges = [(_row.day - before <= longest, place) for place, longest in enumerate(LONGEST_GAPS, 1)]
    gap = case((before.is_(None), NEVER), *ranges, else_=GAPS).label("gap")
    query = select(moment, is_second, gap, func.count()).where(_row.day.between(period.first, period.last))
    query = query.where(_row.is_first_venue.is_(True) if is_anywhere else _row.venue == venue)
    if condition is not None:
        query = query.where(condition)
    return _figures(connection, query.group_by("moment", "second", "gap"))


def _count_rows(rows: Mapping[PassDay, PassHistory], venue: UUID, period: PassPeriod) -> PassFigures:
    figures = PassFigures()
    for key, history in rows.items():
        if not period.includes(key):
            continue
        if venue == ANYWHERE and history.is_first_venue:
            before, is_second = history.before_anywhere, history.is_second_anywhere
        elif venue == key.venue:
            before, is_second = history.before, history.is_second
        else:
            continue
        gap = NEVER if before is None else gap_of(key.day - before)
        figures.add(before or NEVER, period.first, is_second=is_second, gap=gap, amount=1)
    return figures


def _count_outside(
    connection: Connection,
    venues: Collection[UUID],
    others: Collection[UUID],
    period: PassPeriod,
    correct: Correction,
) -> PassFigures:
    """Those who came to other venues alone, of whom ANYWHERE's figures have to be freed."""
    other, here = tables.pass_day.alias(), tables.pass_day.alias()
    came_here = exists().where(
        here.c.pass_id == other.c.pass_id,
        here.c.venue.in_(venues),
        here.c.day.between(period.first, period.last),
    )
    came_elsewhere = select(other.c.pass_id).where(
        other.c.venue.in_(others), other.c.day.between(period.first, period.last), ~came_here
    )
    outside = _count_by_day(connection, ANYWHERE, period, _row.pass_id.in_(came_elsewhere))
    for some in chunks(correct.passes):
        is_corrected = and_(_row.pass_id.in_(some), _row.pass_id.in_(came_elsewhere))
        outside.subtract(_count_by_day(connection, ANYWHERE, period, is_corrected))
    came = {key.pass_id for key in correct.current if key.venue in venues and period.includes(key)}
    rows = {key: history for key, history in correct.current.items() if key.pass_id not in came}
    outside.include(_count_rows(rows, ANYWHERE, period))
    return outside
