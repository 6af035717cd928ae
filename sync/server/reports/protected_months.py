"""The months of venues of which protected sums are made: as they are now, or as they were when first shared."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, func, insert, select

from sync.server import tables
from sync.server.kiosks.repository import Venue
from sync.server.reports import rollups
from sync.server.reports.base import ReportFilters
from sync.server.reports.day_counts import CountKey, CountQuery, Measure
from sync.server.reports.disclosure import month_end
from sync.server.reports.protected_sums import (
    MEASURES,
    Cell,
    CountGroup,
    MonthNumber,
    ProtectedMonth,
    ProtectedSums,
    new_groups,
)

MOODS: tuple[Measure, ...] = ("mood_change",)
HOUR_MS = 3_600_000

_month = tables.shared_month.c


def month_number(day: date) -> MonthNumber:
    """The month of a day."""
    return 12 * day.year + day.month - 1


def first_day(month: MonthNumber) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def read_figures(
    connection: Connection, venues: Collection[Venue], filters: ReportFilters, measures: Collection[str] = MEASURES
) -> ProtectedSums:
    """The figures of these venues in whole months, as a page shows them: months that were shared are as they were then.

    ``measures``: those whose sums will be asked for.
    """
    first, last = month_number(filters.first), month_number(filters.last)
    smallest = threshold(connection, filters.smallest_count)
    months = _stored_or_current(connection, venues, (first, last), smallest)
    grouped = [venue for venue in venues if _may_have_group(months, venue, measures, smallest)]
    if not grouped:
        return ProtectedSums(months, [], smallest)
    groups = read_groups(connection)
    before = _stored_or_current(connection, grouped, (first - first % 12, first - 1), smallest)
    groups += new_groups([*before.values(), *months.values()], groups, smallest, measures)
    return ProtectedSums(months, groups, smallest)


def _stored_or_current(
    connection: Connection, venues: Collection[Venue], period: tuple[MonthNumber, MonthNumber], smallest: int
) -> dict[Cell, ProtectedMonth]:
    current = {month.cell: month for month in read_current(connection, venues, *period, smallest)}
    return current | read_stored(connection, venues, *period)


def _may_have_group(
    months: Mapping[Cell, ProtectedMonth], venue: Venue, measures: Collection[str], smallest: int
) -> bool:
    """Whether several months of the venue hide something, without which no group lies within them."""
    of_venue = [month for (of, _), month in months.items() if of == venue.id and month.is_active]
    return any(sum(month.hides(measure, smallest) for month in of_venue) > 1 for measure in measures)


def threshold(connection: Connection, setting: int) -> int:
    """The smallest count that is shown: never less than in documents that were shared before."""
    highest = connection.execute(select(func.max(_month.smallest))).scalar()
    return max(setting, highest or 0)


def read_current(
    connection: Connection, venues: Collection[Venue], first: MonthNumber, last: MonthNumber, smallest: int
) -> list[ProtectedMonth]:
    """The months of the period as the visits give them now, of every venue, also without figures."""
    months = []
    for number in range(first, last + 1):
        begin = first_day(number)
        end = month_end(begin)
        sums = rollups.read_sums_by_venue(connection, venues, begin, end)
        query = CountQuery(MOODS, [venue.id for venue in venues], begin, end, is_by_day=False)
        counts = rollups.read_counts_by_venue(connection, venues, query)
        months += [
            _month_of((venue.id, number), sums[venue.id], _moods(counts[venue.id]), smallest) for venue in venues
        ]
    return months


def _month_of(cell: Cell, sums: Mapping[str, int], moods: Counter[int], smallest: int) -> ProtectedMonth:
    hours = round(sums["phone_free_ms"] / HOUR_MS)
    counts = {name: sums[name] for name in ("sessions", "visits", "people", "phones", "kept")}
    return ProtectedMonth(*cell, smallest, counts | {"phone_free_hours": hours, "answers": moods.total()}, dict(moods))


def _moods(counts: Mapping[CountKey, int]) -> Counter[int]:
    return Counter({change: amount for (_, _, change), amount in counts.items()})


def read_stored(
    connection: Connection, venues: Collection[Venue], first: MonthNumber, last: MonthNumber
) -> dict[Cell, ProtectedMonth]:
    """The months of the period that were shared, as they were then."""
    ids = [venue.id for venue in venues]
    query = select(tables.shared_month).where(_month.venue.in_(ids), _month.month.between(first, last))
    months = [
        ProtectedMonth(row.venue, row.month, row.smallest, row.figures, {int(step): n for step, n in row.moods.items()})
        for row in connection.execute(query)
    ]
    return {month.cell: month for month in months}


def store(connection: Connection, months: Sequence[ProtectedMonth]) -> None:
    """Store months that are shared for the first time."""
    rows = [
        {
            "venue": month.venue,
            "month": month.month,
            "smallest": month.smallest,
            "figures": dict(month.figures),
            "moods": {str(step): amount for step, amount in month.moods.items()},
        }
        for month in months
    ]
    if rows:
        connection.execute(insert(tables.shared_month), rows)


def read_groups(connection: Connection) -> list[CountGroup]:
    """The groups of all documents."""
    return [
        msgspec.convert(group, CountGroup)
        for groups in connection.execute(select(tables.shared_report.c.groups)).scalars()
        for group in groups
    ]
