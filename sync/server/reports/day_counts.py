"""What is counted of a venue's day by bucket: arrivals and departures by hour, stays by length, moods, and more.

Roll-ups like those of rollups.py, which computes both for the same days. A visit counts on the day of its check-in;
sync/ledger/counted.py says which visits are left out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
)

from sync.domain.events import SessionKind
from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import COUNTED_VISIT
from sync.server import tables

HOUR_MS = 3_600_000
STAY_MS = 15 * 60_000  # of a bucket of stays
DAYS_AT_ONCE = 100  # in one statement
LONGEST_STAY = 32  # bucket of stays of eight hours and more

Measure = Literal[
    "arrived",
    "left",
    "stay",
    "guessed_stay",
    "moods",
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

VenueDay = tuple[UUID, date]
CountKey = tuple[Measure, date, int]  # day and bucket


@dataclass(frozen=True)
class DayCount:
    """An amount of one bucket of a venue's day. The buckets:

    ``arrived`` and ``left``: full hours since the day's midnight; people of visits that have ended. ``stay``: quarters
    of an hour up to LONGEST_STAY; visits with a known stay. ``guessed_stay``: 0; visits with an estimated one.
    ``moods``: 10 × the mood before + the mood after, 0: not given; visits. ``early``: 0; visits that took a phone
    early. ``lost_phones``: 0; phones. ``not_back``: 0; visits that have ended with something still out.
    ``over_capacity``: 0; people. ``lost_pouches`` and ``lost_lockers``: 0; numbers that have not been found again.
    ``with_pass``: 0; visits.
    """

    measure: Measure
    venue: UUID
    day: date
    zone: str
    session_kind: str
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
    zone: str | None = None
    kind: SessionKind | None = None
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
            and self.zone in (None, count.zone)
            and self.kind in (None, count.session_kind)
        )


@dataclass(frozen=True)
class Span:
    """A day of venues that share a time zone, in ms since 1970 UTC; ``start`` may be later than its midnight."""

    day: date
    midnight: int
    start: int
    end: int


def compute_span(connection: Connection, venues: list[UUID], span: Span) -> list[DayCount]:
    """The counts of these venues on a day, from the visits."""
    return [
        DayCount(measure, venue, span.day, zone, kind, bucket, int(amount))
        for measure, query in _queries(venues, span)
        for venue, zone, kind, bucket, amount in connection.execute(query)
    ]


def _queries(venues: list[UUID], span: Span) -> Iterator[tuple[Measure, Select[Any]]]:
    """For each measure: venue, zone, kind, bucket and amount."""
    people, visits = func.sum(_visit.party_size), func.count()
    stay = case((_visit.stay >= LONGEST_STAY * STAY_MS, LONGEST_STAY), else_=_visit.stay // STAY_MS)
    moods = func.coalesce(_visit.before, 0) * 10 + func.coalesce(_visit.after, 0)
    lost: ColumnElement[int] = func.json_array_length(_visit.lost, type_=Integer)
    zero: ColumnElement[int] = literal_column("0", Integer)
    is_out, has_stay = _visit.checked_out.is_not(None), _visit.stay.is_not(None)
    measures: Sequence[tuple[Measure, ColumnElement[int], ColumnElement[int], ColumnElement[bool]]] = (
        ("arrived", (_visit.checked_in - span.midnight) // HOUR_MS, people, is_out),
        ("left", (_visit.checked_out - span.midnight) // HOUR_MS, people, is_out),
        ("stay", stay, visits, and_(has_stay, _visit.estimated.is_(False))),
        ("guessed_stay", zero, visits, and_(has_stay, _visit.estimated.is_(True))),
        ("moods", moods, visits, or_(_visit.before.is_not(None), _visit.after.is_not(None))),
        ("early", zero, visits, _visit.taken_early.is_(True)),
        ("lost_phones", zero, func.sum(_visit.phones_lost), _visit.phones_lost > 0),
        ("not_back", zero, visits, and_(_visit.outstanding.is_(True), is_out)),
        ("over_capacity", zero, people, _visit.over_capacity.is_(True)),
        ("lost_pouches", zero, func.sum(lost), and_(lost > 0, _visit.stow == "pouch")),
        ("lost_lockers", zero, func.sum(lost), and_(lost > 0, _visit.stow == "locker")),
        ("with_pass", zero, visits, _visit.pass_.is_not(None)),
    )
    of_session = (_session.id == _visit.session) & (_session.venue == _visit.venue)
    zone = func.coalesce(_session.zone, literal_column("''"))
    kind = func.coalesce(_session.session_kind, literal_column("''"))
    in_span = and_(
        _visit.venue.in_(venues),
        _visit.checked_in >= span.start,
        _visit.checked_in < span.end,
        COUNTED_VISIT,
    )
    for measure, bucket, amount, condition in measures:
        query = select(_visit.venue, zone, kind, bucket.label("bucket"), amount)
        query = query.join_from(ledger_tables.visit, ledger_tables.session, of_session, isouter=True)
        yield measure, query.where(in_span, condition).group_by(_visit.venue, zone, kind, literal_column("bucket"))


def replace_days(connection: Connection, days: Iterable[VenueDay], counts: Iterable[DayCount]) -> None:
    """Store the counts of these days instead of those that were stored."""
    for some_days in chunks(days, DAYS_AT_ONCE):
        connection.execute(delete(tables.day_count).where(_of_days(some_days)))
    for some in chunks(counts):
        connection.execute(insert(tables.day_count), [asdict(count) for count in some])


def _of_days(days: Iterable[VenueDay]) -> ColumnElement[bool]:
    return or_(*(and_(_count.venue == venue, _count.day == day) for venue, day in days))


def read_sums(
    connection: Connection, query: CountQuery, stale: Collection[VenueDay], computed: Iterable[DayCount]
) -> Counter[CountKey]:
    """The amounts by measure, day (the first one of a query without days) and bucket, over all its venues together.

    ``stale``: days whose stored counts are not used; ``computed``: theirs instead, of which the query takes its own.
    """
    sums: Counter[CountKey] = Counter()
    for *key, amount in connection.execute(_stored(query)):
        sums[_key_of_row(query, key)] += int(amount)
    for some in chunks(stale, DAYS_AT_ONCE):
        for *key, amount in connection.execute(_stored(query).where(_of_days(some))):
            sums[_key_of_row(query, key)] -= int(amount)
    for count in computed:
        if query.includes(count):
            sums[query.key(count.measure, count.day, count.bucket)] += count.amount
    return +sums


def _key_of_row(query: CountQuery, key: Sequence[Any]) -> CountKey:
    if query.is_by_day:
        measure, day, bucket = key
        return measure, day, bucket
    measure, bucket = key
    return measure, query.first, bucket


def _stored(query: CountQuery) -> Select[Any]:
    day = [_count.day] if query.is_by_day else []
    columns = [_count.measure, *day, _count.bucket]  # in the index's order, so that nothing is sorted
    stored = select(*columns, func.sum(_count.amount)).group_by(*columns)
    stored = stored.where(_count.measure.in_(query.measures), _count.venue.in_(query.venues))
    stored = stored.where(_count.day >= query.first, _count.day <= query.last)
    if query.zone is not None:
        stored = stored.where(_count.zone == query.zone)
    return stored if query.kind is None else stored.where(_count.session_kind == query.kind)
