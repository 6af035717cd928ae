"""How full each session was: its seats, how many were taken at once and on average, who came beyond or was turned away.

A roll-up like those of rollups.py, computed for the same days; a session is on the day of its opening, with all its
visits, whenever these were, and is counted once it has closed. Voided visits are left out. A visit takes as many seats
as its party has people, from check-in to check-out, on a break too; one that a host has let in over the capacity takes
none.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
)

from sync.ledger import tables as ledger_tables
from sync.ledger.chunks import chunks
from sync.ledger.counted import COUNTED_SESSION
from sync.server import tables
from sync.server.reports.session_filter import EVERY_SESSION, SessionFilter
from sync.server.reports.spans import SPANS_AT_ONCE, Span, VenueDay, is_of_days, window_table

_visit, _session, _use = ledger_tables.visit.c, ledger_tables.session.c, tables.session_use.c


@dataclass(frozen=True)
class SessionUse:
    """One session. ``seats`` None: it has no capacity. ``fullest``: people who had a seat at once.

    ``taken_ms``: the sum over seats of the time for which they were taken while it was open; ``open_ms``: that time.
    ``over_capacity``: people whom a host let in beyond the seats; ``turned_away``: who could not come in, as noted.
    """

    session: UUID
    venue: UUID
    day: date
    zone: str
    session_kind: str
    title: str
    seats: int | None
    fullest: int
    taken_ms: int
    open_ms: int
    over_capacity: int
    turned_away: int

    @property
    def average(self) -> float:
        """How many seats were taken on average over the time for which it was open."""
        return self.taken_ms / self.open_ms if self.open_ms else 0.0


def compute(connection: Connection, spans: Sequence[Span]) -> Iterator[SessionUse]:
    """The sessions that were opened on these days, with their visits."""
    for some in chunks(spans, SPANS_AT_ONCE):
        yield from _compute(connection, some)


def _compute(connection: Connection, spans: Sequence[Span]) -> list[SessionUse]:
    window, days = window_table(connection, spans), {(span.venue, span.day, span.start) for span in spans}
    columns = (_session.zone, _session.session_kind, _session.title)
    times = (_session.capacity, _session.opened, _session.closed, _session.turned_away)
    query = select(window.c.day, window.c.start, _session.id, _session.venue, *columns, *times)
    query = query.join_from(
        window, ledger_tables.session, and_(_session.opened >= window.c.start, _session.opened < window.c.end)
    )
    query = query.where(_session.closed.is_not(None), COUNTED_SESSION)
    rows = [(date.fromordinal(day), start, row) for day, start, *row in connection.execute(query)]
    sessions = [(day, row) for day, start, row in rows if (row[1], day, start) in days]
    fullest: dict[tuple[UUID, UUID], int] = {}
    sums: dict[tuple[UUID, UUID], tuple[int, int]] = {}
    for ids in chunks({row[0] for _, row in sessions}):
        for session, venue, people in connection.execute(_fullest(ids)):
            fullest[session, venue] = int(people)
        for session, venue, taken, over in connection.execute(_sums(ids)):
            sums[session, venue] = int(taken), int(over)
    return [
        SessionUse(
            session,
            venue,
            day,
            zone or "",
            kind,
            title,
            seats,
            max(0, fullest.get((session, venue), 0)),
            sums.get((session, venue), (0, 0))[0],
            max(0, closed - opened),
            sums.get((session, venue), (0, 0))[1],
            turned_away,
        )
        for day, (session, venue, zone, kind, title, seats, opened, closed, turned_away) in sessions
    ]


def _counted(sessions: Collection[UUID]) -> ColumnElement[bool]:
    """The counted visits of these sessions. With a condition on the venue SQLite would read all of its visits."""
    return and_(_visit.session.in_(sessions), _visit.voided.is_(False), _visit.checked_in.is_not(None))


def _sums(sessions: Collection[UUID]) -> Select[Any]:
    """By session and venue the time for which seats were taken, and the people who were let in beyond them."""
    begin = case((_visit.checked_in < _session.opened, _session.opened), else_=_visit.checked_in)
    left = func.coalesce(_visit.checked_out, _session.closed)
    end = case((left > _session.closed, _session.closed), else_=left)
    takes_seat = and_(_visit.over_capacity.is_(False), end > begin)
    taken = case((takes_seat, cast(_visit.party_size, BigInteger) * (end - begin)), else_=0)
    over = case((_visit.over_capacity.is_(True), _visit.party_size), else_=0)
    of_session = and_(_session.id == _visit.session, _session.venue == _visit.venue)
    query = select(_visit.session, _visit.venue, func.sum(taken), func.sum(over))
    query = query.join_from(ledger_tables.visit, ledger_tables.session, of_session).where(_counted(sessions))
    return query.group_by(_visit.session, _visit.venue)


def _fullest(sessions: Collection[UUID]) -> Select[Any]:
    """By session and venue the most people who had a seat at once; who leaves goes before who comes in that moment."""
    stays = or_(_visit.checked_out.is_(None), _visit.checked_out > _visit.checked_in)  # clocks of kiosks may disagree
    takes_seat = and_(_counted(sessions), _visit.over_capacity.is_(False), stays)
    visits = select(_visit.session, _visit.venue).where(takes_seat)
    came = visits.add_columns(_visit.checked_in.label("at"), _visit.party_size.label("people"))
    left = visits.add_columns(_visit.checked_out, -_visit.party_size)
    left = left.where(_visit.checked_out.is_not(None))
    moves = union_all(came, left).subquery("moves").c
    running = func.sum(moves.people).over(partition_by=(moves.session, moves.venue), order_by=(moves.at, moves.people))
    moments = select(moves.session, moves.venue, running.label("people")).subquery("moments").c
    query = select(moments.session, moments.venue, func.max(moments.people))
    return query.group_by(moments.session, moments.venue)


def replace_days(connection: Connection, days: Iterable[VenueDay], uses: Iterable[SessionUse]) -> None:
    """Store the sessions of these days instead of those that were stored."""
    connection.execute(delete(tables.session_use).where(is_of_days(connection, _use.venue, _use.day, days)))
    for some in chunks(uses):
        connection.execute(insert(tables.session_use), [vars(use) for use in some])


@dataclass(frozen=True)
class DaySeats:
    """The sessions of a venue's day that have closed. ``full`` to ``average`` are of those with a capacity, in seats.

    ``fullest`` and ``average``: the sums over sessions of the seats that were taken at the fullest moment of each, and
    on average. ``over_capacity`` and ``turned_away``: people, of all sessions.
    """

    venue: UUID
    day: date
    sessions: int
    unlimited: int
    full: int
    seats: int
    fullest: int
    average: float
    over_capacity: int
    turned_away: int


@dataclass(frozen=True)
class SeatQuery:
    """Which sessions to read; both days of the period are included."""

    venues: Collection[UUID]
    first: date
    last: date
    sessions: SessionFilter = EVERY_SESSION

    def includes(self, use: SessionUse) -> bool:
        """Whether it asks for this session."""
        return use.venue in self.venues and self.first <= use.day <= self.last and self.sessions.includes(use)


def read_seats(
    connection: Connection, query: SeatQuery, stale: Collection[VenueDay], computed: Iterable[SessionUse]
) -> list[DaySeats]:
    """The sums of each venue's day. ``stale``: days whose stored rows are not used; ``computed``: theirs instead."""
    days = [row for row in _read_stored(connection, query) if (row.venue, row.day) not in stale]
    by_day: dict[VenueDay, list[SessionUse]] = defaultdict(list)
    for use in computed:
        if query.includes(use):
            by_day[use.venue, use.day].append(use)
    return days + [_add_up(venue, day, uses) for (venue, day), uses in by_day.items()]


def _add_up(venue: UUID, day: date, uses: Sequence[SessionUse]) -> DaySeats:
    limited = [use for use in uses if use.seats is not None]
    return DaySeats(
        venue,
        day,
        sessions=len(uses),
        unlimited=len(uses) - len(limited),
        full=sum(use.fullest >= (use.seats or 0) for use in limited),
        seats=sum(use.seats or 0 for use in limited),
        fullest=sum(use.fullest for use in limited),
        average=sum(use.average for use in limited),
        over_capacity=sum(use.over_capacity for use in uses),
        turned_away=sum(use.turned_away for use in uses),
    )


def _read_stored(connection: Connection, query: SeatQuery) -> list[DaySeats]:
    is_limited = _use.seats.is_not(None)
    average = case((and_(is_limited, _use.open_ms > 0), cast(_use.taken_ms, Float) / _use.open_ms), else_=0.0)
    figures = {
        "sessions": func.count(),
        "unlimited": func.sum(case((is_limited, 0), else_=1)),
        "full": func.sum(case((_use.fullest >= _use.seats, 1), else_=0)),
        "seats": func.sum(func.coalesce(_use.seats, 0)),
        "fullest": func.sum(case((is_limited, _use.fullest), else_=0)),
        "over_capacity": func.sum(_use.over_capacity),
        "turned_away": func.sum(_use.turned_away),
    }
    stored = select(_use.venue, _use.day, func.sum(average), *figures.values()).group_by(_use.venue, _use.day)
    stored = stored.where(_use.venue.in_(query.venues), _use.day >= query.first, _use.day <= query.last)
    stored = stored.where(*query.sessions.conditions(_use))
    return [
        DaySeats(venue, day, average=float(average), **dict(zip(figures, map(int, sums), strict=True)))
        for venue, day, average, *sums in connection.execute(stored)
    ]
