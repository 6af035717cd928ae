"""What is counted of a venue's day by bucket: arrivals and departures by hour, stays by length, and more.

Roll-ups like those of rollups.py, which computes both for the same days. A visit counts on the day of its check-in;
sync/ledger/counted.py says which visits are left out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    join,
    literal_column,
    select,
    union_all,
)

from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import COUNTED_VISIT
from sync.server import tables
from sync.server.reports.session_filter import EVERY_SESSION, SessionFilter
from sync.server.reports.spans import SPANS_AT_ONCE, Span, VenueDay, is_of_days, span_table

HOUR_MS = 3_600_000
STAY_MS = 15 * 60_000  # of a bucket of stays
ROWS_AT_ONCE = 2_000  # that are inserted by one statement
LONGEST_STAY = 32  # bucket of stays of eight hours and more

Measure = Literal[
    "arrived",
    "left",
    "stay",
    "guessed_stay",
    "mood_change",
    "early",
    "lost_phones",
    "not_back",
    "over_capacity",
    "lost_pouches",
    "lost_lockers",
    "with_pass",
]

_visit = ledger_tables.visit.c
_session = ledger_tables.session.c
_count = tables.day_count.c

CountKey = tuple[Measure, date, int]  # day and bucket


@dataclass(frozen=True)
class DayCount:
    """An amount of one bucket of a venue's day. The buckets:

    ``arrived`` and ``left``: full hours that were over before that moment, since the day's midnight (-1: at midnight
    itself), so that who comes or leaves at a full hour does so in the hour before it; people of visits that have ended,
    and not before they began, by clocks that disagree. ``stay``: quarters of an hour up to LONGEST_STAY; visits with a
    known stay. ``guessed_stay``: 0; visits with an estimated one.
    ``mood_change``: the mood after less the mood before; visits with both. ``early``: 0; visits that took a phone
    early. ``lost_phones``: 0; phones. ``not_back``: 0; visits that have ended with something still out.
    ``over_capacity``: 0; people. ``lost_pouches`` and ``lost_lockers``: 0; numbers that have not been found again.
    ``with_pass``: 0; visits.
    """

    measure: Measure
    venue: UUID
    day: date
    zone: str
    session_kind: str
    title: str
    bucket: int
    amount: int


@dataclass(frozen=True)
class CountQuery:
    """Which counts to read; both days of the period are included; None: all.

    ``is_by_day``: False where the sums of the whole period will do, which are read many times faster.
    """

    measures: Collection[Measure]
    venues: Collection[UUID]
    first: date
    last: date
    sessions: SessionFilter = EVERY_SESSION
    is_by_day: bool = True

    def key(self, measure: Measure, day: date, bucket: int) -> CountKey:
        """The key of a sum: without days all are of the first one."""
        return measure, day if self.is_by_day else self.first, bucket

    def includes(self, count: DayCount) -> bool:
        """Whether it asks for this count."""
        return (
            count.measure in self.measures
            and count.venue in self.venues
            and self.first <= count.day <= self.last
            and self.sessions.includes(count)
        )


def compute(connection: Connection, spans: Sequence[Span]) -> Iterator[DayCount]:
    """The counts of these days, from the visits."""
    for some in chunks(spans, SPANS_AT_ONCE):
        for measure, venue, day, zone, kind, title, bucket, amount in connection.execute(_counts(connection, some)):
            yield DayCount(measure, venue, date.fromordinal(day), zone, kind, title, bucket, int(amount))


def _counts(connection: Connection, spans: Iterable[Span]) -> CompoundSelect[Any]:
    """Measure, venue, day (its ordinal), zone, kind, title, bucket, amount. The visits are read once for them all."""
    visit = _visits(span_table(connection, spans)).cte("counted").prefix_with("MATERIALIZED").c
    people, visits = func.sum(visit.party_size), func.count()
    zero: ColumnElement[int] = literal_column("0", Integer)
    has_stay = visit.stay.is_not(None)
    measures: Sequence[tuple[Measure, ColumnElement[int], ColumnElement[int], ColumnElement[bool]]] = (
        ("arrived", visit.arrived, people, visit.is_followed),
        ("left", visit.left, people, visit.is_followed),
        ("stay", visit.stay, visits, and_(has_stay, visit.estimated.is_(False))),
        ("guessed_stay", zero, visits, and_(has_stay, visit.estimated.is_(True))),
        ("mood_change", visit.mood_change, visits, visit.mood_change.is_not(None)),
        ("early", zero, visits, visit.taken_early.is_(True)),
        ("lost_phones", zero, func.sum(visit.phones_lost), visit.phones_lost > 0),
        ("not_back", zero, visits, and_(visit.outstanding.is_(True), visit.is_out)),
        ("over_capacity", zero, people, visit.over_capacity.is_(True)),
        ("lost_pouches", zero, func.sum(visit.lost), and_(visit.lost > 0, visit.stow == "pouch")),
        ("lost_lockers", zero, func.sum(visit.lost), and_(visit.lost > 0, visit.stow == "locker")),
        ("with_pass", zero, visits, visit.has_pass),
    )
    day = (visit.venue, visit.day, visit.zone, visit.session_kind, visit.title)
    return union_all(
        *(
            select(literal_column(f"'{measure}'"), *day, bucket.label("bucket"), amount)
            .where(condition)
            .group_by(*day, *(() if bucket is zero else (bucket,)))
            for measure, bucket, amount, condition in measures
        )
    )


def _visits(span: CTE) -> Select[Any]:
    """What is counted of each visit."""
    stay = case((_visit.stay >= LONGEST_STAY * STAY_MS, LONGEST_STAY), else_=_visit.stay // STAY_MS)
    lost: ColumnElement[int] = func.json_array_length(_visit.lost, type_=Integer)
    in_span = and_(_visit.venue == span.c.venue, _visit.checked_in >= span.c.start, _visit.checked_in < span.c.end)
    of_session = (_session.id == _visit.session) & (_session.venue == _visit.venue)
    query = select(
        _visit.venue,
        span.c.day,
        func.coalesce(_session.zone, literal_column("''")).label("zone"),
        func.coalesce(_session.session_kind, literal_column("''")).label("session_kind"),
        func.coalesce(_session.title, literal_column("''")).label("title"),
        _hours_before(_visit.checked_in, span).label("arrived"),
        _hours_before(_visit.checked_out, span).label("left"),
        (_visit.checked_out >= _visit.checked_in).label("is_followed"),
        _visit.checked_out.is_not(None).label("is_out"),
        stay.label("stay"),
        (_visit.after - _visit.before).label("mood_change"),
        lost.label("lost"),
        _visit.pass_.is_not(None).label("has_pass"),
        _visit.party_size,
        _visit.estimated,
        _visit.taken_early,
        _visit.phones_lost,
        _visit.outstanding,
        _visit.over_capacity,
        _visit.stow,
    )
    visits = join(span, ledger_tables.visit, in_span).outerjoin(ledger_tables.session, of_session)
    return query.select_from(visits).where(COUNTED_VISIT)


def _hours_before(at: Column[int], span: CTE) -> ColumnElement[int]:
    """The full hours that were over before the moment; what is divided is not negative, as databases round these up."""
    return (at - span.c.midnight + HOUR_MS - 1) // HOUR_MS - 1


def replace_days(connection: Connection, days: Iterable[VenueDay], counts: Iterable[DayCount]) -> None:
    """Store the counts of these days instead of those that were stored."""
    connection.execute(delete(tables.day_count).where(_of_days(connection, days)))
    for some in chunks(counts, ROWS_AT_ONCE):
        connection.execute(insert(tables.day_count), [vars(count) for count in some])


def _of_days(connection: Connection, days: Iterable[VenueDay]) -> ColumnElement[bool]:
    return is_of_days(connection, _count.venue, _count.day, days)


def read_sums(
    connection: Connection, query: CountQuery, stale: Collection[VenueDay], computed: Iterable[DayCount]
) -> Counter[CountKey]:
    """The amounts by measure, day (the first one of a query without days) and bucket, over all its venues together.

    ``stale``: days whose stored counts are not used; ``computed``: theirs instead, of which the query takes its own.
    """
    sums: Counter[CountKey] = Counter()
    for *key, amount in connection.execute(_stored(query)):
        sums[_key_of_row(query, key)] += int(amount)
    if stale:
        for *key, amount in connection.execute(_stored(query).where(_of_days(connection, stale))):
            sums[_key_of_row(query, key)] -= int(amount)
    for count in computed:
        if query.includes(count):
            sums[query.key(count.measure, count.day, count.bucket)] += count.amount
    return +sums


def read_sums_by_venue(
    connection: Connection, query: CountQuery, stale: Collection[VenueDay], computed: Iterable[DayCount]
) -> dict[UUID, Counter[CountKey]]:
    """The same of each of its venues, by the venue's id."""
    sums: dict[UUID, Counter[CountKey]] = {venue: Counter() for venue in query.venues}
    for venue, *key, amount in connection.execute(_stored(query, _count.venue)):
        sums[venue][_key_of_row(query, key)] += int(amount)
    if stale:
        for venue, *key, amount in connection.execute(_stored(query, _count.venue).where(_of_days(connection, stale))):
            sums[venue][_key_of_row(query, key)] -= int(amount)
    for count in computed:
        if query.includes(count):
            sums[count.venue][query.key(count.measure, count.day, count.bucket)] += count.amount
    return {venue: +counts for venue, counts in sums.items()}


def _key_of_row(query: CountQuery, key: Sequence[Any]) -> CountKey:
    if query.is_by_day:
        measure, day, bucket = key
        return measure, day, bucket
    measure, bucket = key
    return measure, query.first, bucket


def _stored(query: CountQuery, *before: Column[Any]) -> Select[Any]:
    """``before``: columns by which the sums are grouped too."""
    day = [_count.day] if query.is_by_day else []
    columns = [_count.measure, *day, _count.bucket]  # in the index's order, so that nothing is sorted
    stored = select(*before, *columns, func.sum(_count.amount)).group_by(*columns, *before)
    stored = stored.where(_count.measure.in_(query.measures), _count.venue.in_(query.venues))
    return stored.where(_count.day >= query.first, _count.day <= query.last, *query.sessions.conditions(_count))
