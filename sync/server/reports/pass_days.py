"""Which pass came to which venue on which day, when it had come before, and how often passes came back, by month.

A day counts a pass once, and neither days nor venues can be added up. So each row of a pass's day says which day was
the pass's before it: at this venue, and at any. Of a period the first row of a pass is the one whose day before lies
ahead of the period, so that different passes are counted without comparing them with each other. For whole months they
are counted beforehand, in ``return_count``.

Rows are computed from the visits like the other roll-ups (rollups.py) and for the same days. A change of a day also
changes what was before the next days of its passes. Days are numbers as :meth:`date.toordinal` gives them.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Uuid,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from sync.domain.ids import pass_subject
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import counted_visit
from sync.server import tables
from sync.server.reports.json_table import ColumnType, json_table
from sync.server.reports.spans import SPANS_AT_ONCE, Span, VenueDay, is_of_ordinals, span_table

ANYWHERE = UUID(int=0)  # in place of a venue: the whole organisation
LONGEST_GAPS = (7, 28, 91, 365)  # the longest of each range in days; the last range has no end
GAPS = len(LONGEST_GAPS) + 1  # ranges, which count from 1
ROWS_AT_ONCE = 2_000  # in one statement
NEVER = 0  # no month, and no gap: the pass had not come before

_visit, _pass = ledger_tables.visit.c, ledger_tables.pass_state.c
_row, _count = tables.pass_day.c, tables.return_count.c


class PassDay(NamedTuple):
    """A pass that came to a venue on a day."""

    venue: UUID
    day: int
    pass_id: UUID


@dataclass(frozen=True)
class PassHistory:
    """What was before a pass's day. ``is_first_venue``: of those it came to on that day; the others count once only."""

    before: int | None = None
    is_second: bool = False
    before_anywhere: int | None = None
    is_second_anywhere: bool = False
    is_first_venue: bool = True


class ReturnKey(NamedTuple):
    """The key of a count: rows of a venue, or ANYWHERE, and a period's unit of time, by what was before them.

    ``unit``: the month for ``return_count``, the day where days are asked for; ``before`` likewise.
    """

    venue: UUID
    unit: int
    before: int
    is_second: bool
    gap: int


@cache
def month_of(day: int) -> int:
    """The month of a day as a number: 12 * year + month."""
    on = date.fromordinal(day)
    return 12 * on.year + on.month


def gap_of(days: int) -> int:
    """In which range so many days are, counted from 1."""
    return bisect_left(LONGEST_GAPS, days) + 1


def compute(connection: Connection, spans: Sequence[Span]) -> set[PassDay]:
    """The passes that came on these days, from the visits, without those that were forgotten anywhere."""
    came: set[PassDay] = set()
    for some in chunks(spans, SPANS_AT_ONCE):
        span = span_table(connection, some)
        in_span = and_(_visit.venue == span.c.venue, _visit.checked_in >= span.c.start, _visit.checked_in < span.c.end)
        query = select(_visit.venue, span.c.day, _visit.pass_).join_from(span, ledger_tables.visit, in_span)
        query = query.where(_visit.pass_.is_not(None), counted_visit()).distinct()
        came |= {PassDay(venue, day, pass_subject(hash_)) for venue, day, hash_ in connection.execute(query)}
    forgotten: set[UUID] = set()
    for some_passes in chunks({key.pass_id for key in came}):
        forgotten_query = select(_pass.id).where(_pass.id.in_(some_passes), _pass.forgotten.is_(True))
        forgotten.update(connection.execute(forgotten_query).scalars())
    return {key for key in came if key.pass_id not in forgotten}


def read_stored(connection: Connection, days: Collection[VenueDay]) -> dict[PassDay, PassHistory]:
    """The rows of these days as they are stored."""
    if not days:
        return {}
    return _read(connection, select(tables.pass_day).where(is_of_ordinals(connection, _row.venue, _row.day, days)))


def _read(connection: Connection, query: Select[Any]) -> dict[PassDay, PassHistory]:
    return {PassDay(*row[:3]): PassHistory(*row[3:]) for row in connection.execute(query)}


def replace_days(connection: Connection, days: Collection[VenueDay], came: Collection[PassDay]) -> None:
    """Store who came on these days instead of what was stored, and correct the later rows and the counts by it."""
    stored = read_stored(connection, days)
    removed, added = stored.keys() - came, set(came) - stored.keys()
    if not removed and not added:
        return
    change: Counter[ReturnKey] = Counter()
    for key in removed:
        change.subtract(counted(key, stored[key]))
    _delete(connection, removed)
    for some in chunks(sorted(added), ROWS_AT_ONCE):
        connection.execute(insert(tables.pass_day), [key._asdict() | vars(PassHistory()) for key in some])
    affected: dict[PassDay, PassHistory] = {}
    for some in chunks(removed | added, ROWS_AT_ONCE):
        affected |= _read_affected(connection, some)
    for some in chunks(affected, ROWS_AT_ONCE):
        histories = _read_histories(connection, some)
        changed = {key: now for key, now in histories.items() if key in added or affected[key] != now}
        for key, now in changed.items():
            if key not in added:
                change.subtract(counted(key, affected[key]))
            change.update(counted(key, now))
        _update(connection, changed)
    _add_counts(connection, change)


def _delete(connection: Connection, keys: Iterable[PassDay]) -> None:
    passes: dict[tuple[UUID, int], list[UUID]] = defaultdict(list)
    for venue, day, pass_id in keys:
        passes[venue, day].append(pass_id)
    for (venue, day), ids in passes.items():
        for some in chunks(ids):
            of_day = and_(_row.venue == venue, _row.day == day, _row.pass_id.in_(some))
            connection.execute(delete(tables.pass_day).where(of_day))


def _update(connection: Connection, rows: Mapping[PassDay, PassHistory]) -> None:
    if rows:
        keys = {"venue": "of_venue", "day": "of_day", "pass_id": "of_pass"}
        is_row = and_(*(_row[name] == bindparam(parameter) for name, parameter in keys.items()))
        parameters = [
            {keys[name]: value for name, value in key._asdict().items()} | vars(now) for key, now in rows.items()
        ]
        connection.execute(update(tables.pass_day).where(is_row), parameters)


def counted(key: PassDay, history: PassHistory) -> Iterator[ReturnKey]:
    """The counts to which a row adds one: that of its venue, and once a day that of all venues."""
    yield _return_key(key.venue, key.day, history.before, is_second=history.is_second)
    if history.is_first_venue:
        yield _return_key(ANYWHERE, key.day, history.before_anywhere, is_second=history.is_second_anywhere)


def _return_key(venue: UUID, day: int, before: int | None, *, is_second: bool) -> ReturnKey:
    month, gap = (NEVER, NEVER) if before is None else (month_of(before), gap_of(day - before))
    return ReturnKey(venue, month_of(day), month, is_second, gap)


def _add_counts(connection: Connection, change: Mapping[ReturnKey, int]) -> None:
    """Add the amounts to the counts; one that becomes zero has no row."""
    rows = [(*key, amount) for key, amount in change.items() if amount]
    columns: dict[str, ColumnType] = {
        "venue": Uuid(),
        "month": Integer(),
        "before_month": Integer(),
        "is_second": Boolean(),
        "gap": Integer(),
        "amount": BigInteger(),
    }
    for some in chunks(rows, ROWS_AT_ONCE):
        added = json_table(connection, columns, some)
        stored = _insert(connection)(tables.return_count).from_select(list(columns), select(added).where(true()))
        increased = {"amount": _count.amount + stored.excluded.amount}
        connection.execute(stored.on_conflict_do_update(index_elements=list(columns)[:-1], set_=increased))
    if min(change.values(), default=0) < 0:
        months, venues = {key.unit for key in change}, {key.venue for key in change}
        of_change = and_(_count.venue.in_(venues), _count.month.between(min(months), max(months)))
        connection.execute(delete(tables.return_count).where(of_change, _count.amount == 0))


def _insert(connection: Connection) -> Callable[[Table], sqlite.Insert | postgresql.Insert]:
    """The dialect's INSERT, which knows ON CONFLICT."""
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


def _keys_table(connection: Connection, keys: Iterable[PassDay]) -> CTE:
    """Keys as a table of the statement."""
    return json_table(connection, {"venue": Uuid(), "day": Integer(), "pass_id": Uuid()}, keys)


def _read_affected(connection: Connection, some: list[PassDay]) -> dict[PassDay, PassHistory]:
    """The rows whose history depends on these keys: of the same day, and of the two next days on which the pass came.

    The second one because it says whether the first one was the pass's first day.
    """
    keys = _keys_table(connection, some)

    def later(than: ColumnElement[Any], *, is_here: bool) -> ColumnElement[Any]:
        other = tables.pass_day.alias()
        query = select(func.min(other.c.day)).where(other.c.pass_id == keys.c.pass_id, other.c.day > than)
        return (query.where(other.c.venue == keys.c.venue) if is_here else query).correlate(keys).scalar_subquery()

    columns: list[ColumnElement[Any]] = [keys.c.day]
    for is_here in (True, False):
        following = later(keys.c.day, is_here=is_here)
        columns += following, later(following, is_here=is_here)
    rows = connection.execute(select(keys.c.pass_id, *columns))
    affected = {PassDay(ANYWHERE, day, pass_id) for pass_id, *days in rows for day in days if day is not None}
    on_days = _keys_table(connection, affected)
    of_day = and_(_row.pass_id == on_days.c.pass_id, _row.day == on_days.c.day)
    return _read(connection, select(tables.pass_day).join(on_days, of_day))


def _read_histories(connection: Connection, some: list[PassDay]) -> dict[PassDay, PassHistory]:
    """What was before these rows, by what is stored now."""
    keys = _keys_table(connection, some)

    def earlier(than: ColumnElement[Any], *, is_here: bool) -> ColumnElement[Any]:
        other = tables.pass_day.alias()
        query = select(func.max(other.c.day)).where(other.c.pass_id == keys.c.pass_id, other.c.day < than)
        return (query.where(other.c.venue == keys.c.venue) if is_here else query).correlate(keys).scalar_subquery()

    columns: list[ColumnElement[Any]] = []
    for is_here in (True, False):
        before = earlier(keys.c.day, is_here=is_here)
        columns += before, earlier(before, is_here=is_here)
    other = tables.pass_day.alias()
    same_day = and_(other.c.pass_id == keys.c.pass_id, other.c.day == keys.c.day, other.c.venue < keys.c.venue)
    rows = connection.execute(select(keys, *columns, exists().where(same_day)))
    return {PassDay(*row[:3]): _history(*row[3:]) for row in rows}


def _history(
    before: int | None, earlier: int | None, before_anywhere: int | None, earlier_anywhere: int | None, is_again: bool
) -> PassHistory:
    return PassHistory(
        before,
        before is not None and earlier is None,
        before_anywhere,
        before_anywhere is not None and earlier_anywhere is None,
        not is_again,
    )


def histories_of(keys: Iterable[PassDay]) -> dict[PassDay, PassHistory]:
    """What was before each of these rows, which are all there are of their passes."""
    venues_by_day: dict[UUID, dict[int, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for venue, day, pass_id in keys:
        venues_by_day[pass_id][day].append(venue)
    rows: dict[PassDay, PassHistory] = {}
    for pass_id, by_day in venues_by_day.items():
        days: list[int] = []
        days_here: dict[UUID, list[int]] = defaultdict(list)
        for day in sorted(by_day):
            for place, venue in enumerate(sorted(by_day[day])):
                latest = (
                    _latest(days_here[venue], 1),
                    _latest(days_here[venue], 2),
                    _latest(days, 1),
                    _latest(days, 2),
                )
                rows[PassDay(venue, day, pass_id)] = _history(*latest, place > 0)
                days_here[venue].append(day)
            days.append(day)
    return rows


def _latest(days: list[int], place: int) -> int | None:
    return days[-place] if len(days) >= place else None


@dataclass(frozen=True)
class Correction:
    """What stored rows have to be read differently until changed days are computed again.

    ``stored``: all rows of the passes that are affected, as they are stored; ``current``: as the visits give them.
    """

    passes: frozenset[UUID] = frozenset()
    stored: Mapping[PassDay, PassHistory] = field(default_factory=dict)
    current: Mapping[PassDay, PassHistory] = field(default_factory=dict)


def read_correction(connection: Connection, stale: Collection[VenueDay], came: Collection[PassDay]) -> Correction:
    """``stale``: the days that have changed; ``came``: who came on these as the visits give it."""
    stored = read_stored(connection, stale)
    removed, added = stored.keys() - came, set(came) - stored.keys()
    passes = frozenset(key.pass_id for key in removed | added)
    rows: dict[PassDay, PassHistory] = {}
    for some in chunks(passes):
        rows |= _read(connection, select(tables.pass_day).where(_row.pass_id.in_(some)))
    return Correction(passes, rows, histories_of((rows.keys() - removed) | added))


def forget_all(connection: Connection) -> None:
    """Delete every row and count, so that all are computed again."""
    connection.execute(delete(tables.pass_day))
    connection.execute(delete(tables.return_count))
