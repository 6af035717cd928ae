"""The sessions of a venue whose seats are dealt to its kiosks: those that are open, and those of the next days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs
from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, exists, func, select

from sync.allocation import model
from sync.allocation.model import PLANS, SERIES, Seats
from sync.domain import series as weekly
from sync.domain.series import Occurrence, Series
from sync.ledger import projections
from sync.ledger import tables as ledger_tables
from sync.server import tables

AHEAD = (PLANS, SERIES)  # whose seats are dealt before they open
AHEAD_MS = 14 * 24 * 60 * 60 * 1000  # before they begin, at most
MAX_AHEAD = 30  # of each zone, the earliest: a share can mention 200, and headroom counts as well
HOUR = 60 * 60 * 1000  # ms
RETAINED_MS = 24 * 60 * 60 * 1000  # how long a closed session's seats stay dealt

_kiosk, _session, _journal = tables.kiosk.c, ledger_tables.session.c, ledger_tables.journal.c
_visit, _ended, _heir = ledger_tables.visit.c, tables.kiosk.alias("ended"), tables.kiosk.alias("heir")
_wrote = ledger_tables.journal.alias("wrote")
_is_open = _session.opened.is_not(None) & _session.closed.is_(None)
_is_waiting = _session.opened.is_(None) & _session.closed.is_(None) & _session.cancelled.is_(False)


def _taken(*, over: bool) -> ColumnElement[int]:
    """Seats of people whom a revoked kiosk let in (``over`` the capacity): no other kiosk counts them."""
    people = (
        select(func.coalesce(func.sum(_visit.party_size), 0))
        .join_from(ledger_tables.visit, _wrote, _wrote.c.id == _visit.journal)
        .join(_ended, _ended.c.id == _wrote.c.kiosk)
        .where(_visit.session == _session.id, _visit.venue == _session.venue)
        .where(_visit.checked_in.is_not(None), _visit.checked_out.is_(None), _visit.voided.is_(False))
        .where(_visit.over_capacity.is_(over), _ended.c.revoked_at.is_not(None))
        .where(
            ~exists().where(  # the same device, paired again, still counts them
                _heir.c.device_hash == _ended.c.device_hash,
                _heir.c.revoked_at.is_(None),
                _heir.c.venue == _ended.c.venue,
            )
        )
        .correlate(ledger_tables.session)
        .scalar_subquery()
    )
    is_counted = _is_open & _session.firm_limit.is_not(None) if over else _is_open
    return case((is_counted, people), else_=0)


_is_coming = _is_waiting & (_session.planned_end > bindparam("now")) & (_session.planned_start < bindparam("until"))
_COLUMNS: list[ColumnElement[Any]] = [
    *(_session.id, _session.zone, _session.capacity, _session.firm_limit),
    *(_session.opened, _session.closed, _session.cancelled, _session.planned_start),
    _journal.kiosk.label("opener"),
    _kiosk.revoked_at,
    _taken(over=False).label("taken"),
    _taken(over=True).label("taken_over"),
]
_ALL = (
    select(*_COLUMNS)
    .join_from(ledger_tables.session, ledger_tables.journal, _journal.id == _session.journal, isouter=True)
    .join(tables.kiosk, _kiosk.id == _journal.kiosk, isouter=True)
    .where(_session.venue == bindparam("venue"))
)
SESSIONS = _ALL.where(_is_open | _is_coming)
SESSIONS_AND_SOME = _ALL.where(_is_open | _is_coming | _session.id.in_(bindparam("ids", expanding=True)))
SERIES_OF_VENUE = (
    select(ledger_tables.series, tables.venue.c.time_zone, _kiosk.zone.label("writers_zone"))
    .join_from(ledger_tables.series, tables.venue, tables.venue.c.id == ledger_tables.series.c.venue)
    .join(ledger_tables.journal, _journal.id == ledger_tables.series.c.journal, isouter=True)
    .join(tables.kiosk, _kiosk.id == _journal.kiosk, isouter=True)
    .where(ledger_tables.series.c.venue == bindparam("venue"), ledger_tables.series.c.ended.is_(False))
)


class DealtSession(NamedTuple):
    """A session, with what is dealt of it: ``limits`` are its seats and headroom, by the ids that shares have.

    ``is_dealt_ahead``: kiosks that can't reach each other may open it; any other is wholly its opener's at first.
    ``start``: of one that has not opened, ms since 1970 UTC. ``taken``, ``taken_over``: people who are in, admitted by
    kiosks whose pairing was ended.
    """

    id: UUID
    zone: str
    limits: Seats
    over: UUID | None  # the headroom's id; None: no firm limit
    start: int
    is_dealt_ahead: bool = True
    is_open: bool = False
    opener: UUID | None = None
    is_orphaned: bool = False  # its opener's pairing was ended
    taken: int = 0
    taken_over: int = 0


def read(connection: Connection, venue: UUID, now: int, ahead: int = AHEAD_MS) -> list[DealtSession]:
    """The open sessions, and those that begin within ``ahead`` ms: of each zone the earliest.

    ``now``: ms since 1970 UTC.
    """
    expected = _expected(connection, venue, now, ahead) if ahead else {}
    times = {"venue": venue, "now": now, "until": now + ahead}
    if expected:
        rows = connection.execute(SESSIONS_AND_SOME, {**times, "ids": list(expected)}).all()
    else:
        rows = connection.execute(SESSIONS, times).all()
    sessions = [
        _dealt_session(row) for row in rows if row.closed is None and not (row.opened is None and row.cancelled)
    ]
    started = {row.id for row in rows}
    coming = [session for session in sessions if not session.is_open]
    coming += [session for id, session in expected.items() if id not in started]
    return [*(session for session in sessions if session.is_open), *_earliest(coming)]


def _dealt_session(row: Row[Any]) -> DealtSession:
    return DealtSession(
        row.id,
        row.zone or "",
        model.limits_of(row.id, row.capacity, row.firm_limit),
        None if row.firm_limit is None else model.over_id(row.id),
        row.planned_start or 0,
        row.planned_start is not None or row.id.version == model.DERIVED,
        row.opened is not None,
        row.opener,
        row.revoked_at is not None,
        row.taken,
        row.taken_over,
    )


def _expected(connection: Connection, venue: UUID, now: int, ahead: int) -> dict[UUID, DealtSession]:
    """The sessions of the venue's weekly series within that time, whatever has become of them."""
    expected: dict[UUID, DealtSession] = {}
    for series, time_zone in lasting_series(connection, venue):
        for occurrence in _occurrences(series, time_zone, now // HOUR, ahead):
            if occurrence.end > now:
                expected[occurrence.id] = DealtSession(
                    occurrence.id,
                    series.zone or "",
                    model.limits_of(occurrence.id, series.capacity, series.firm_limit),
                    None if series.firm_limit is None else model.over_id(occurrence.id),
                    occurrence.start,
                )
    return expected


def lasting_series(connection: Connection, venue: UUID) -> list[tuple[Series, str]]:
    """The venue's series that have not ended, each with the venue's time zone.

    The zone of one that was set before its kiosk was paired is that of the kiosk.
    """
    lasting = []
    for *fields, time_zone, writers_zone in connection.execute(SERIES_OF_VENUE, {"venue": venue}):
        series = projections.read_series(fields)
        if not _is_id(series.zone or ""):
            series = structs.replace(series, zone=str(writers_zone or ""))
        lasting.append((series, time_zone))
    return lasting


@lru_cache(maxsize=1000)
def _occurrences(series: Series, time_zone: str, hour: int, ahead: int) -> Sequence[Occurrence]:
    """Cached, because kiosks send a heartbeat every minute; ``hour``: since 1970 UTC."""
    return weekly.occurrences(series, ZoneInfo(time_zone), hour * HOUR, hour * HOUR + ahead)[:MAX_AHEAD]


def _is_id(zone: str) -> bool:
    try:
        UUID(zone)
    except ValueError:
        return False
    return True


def _earliest(coming: Iterable[DealtSession]) -> list[DealtSession]:
    by_zone: dict[str, list[DealtSession]] = defaultdict(list)
    for session in sorted(coming, key=lambda session: session.start):
        if len(by_zone[session.zone]) < MAX_AHEAD:
            by_zone[session.zone].append(session)
    return [session for sessions in by_zone.values() for session in sessions]


def past(connection: Connection, venue: UUID, ids: Collection[UUID], now: int) -> set[UUID]:
    """Which of these are of sessions that were over a day ago; until then a closing may still be undone."""
    query = select(_session.id, _session.opened, _session.closed, _session.planned_end)
    rows = connection.execute(query.where(_session.venue == venue, _session.id.in_(ids)))
    recent = {row.id for row in rows if _is_recent(row.opened, row.closed, row.planned_end, now)}
    return set(ids) - recent - {model.over_id(session) for session in recent}


def _is_recent(opened: int | None, closed: int | None, planned_end: int | None, now: int) -> bool:
    ended = planned_end if opened is None else closed
    return ended is None or ended > now - RETAINED_MS
