"""The sessions of a venue whose seats are dealt to its kiosks: those that are open, and those of the next days."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, exists, func, select

from sync.allocation import model
from sync.allocation.model import PLANS, Seats
from sync.ledger import tables as ledger_tables
from sync.server import tables

AHEAD = (PLANS,)  # whose seats are dealt before they open
AHEAD_MS = 14 * 24 * 60 * 60 * 1000  # before they begin, at most
MAX_AHEAD = 30  # of each zone, the earliest: a share can mention 200, and headroom counts as well
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


SESSIONS = (
    select(
        *(_session.id, _session.zone, _session.capacity, _session.firm_limit, _session.opened, _session.planned_start),
        _journal.kiosk.label("opener"),
        _kiosk.revoked_at,
        _taken(over=False).label("taken"),
        _taken(over=True).label("taken_over"),
    )
    .join_from(ledger_tables.session, ledger_tables.journal, _journal.id == _session.journal, isouter=True)
    .join(tables.kiosk, _kiosk.id == _journal.kiosk, isouter=True)
    .where(_session.venue == bindparam("venue"))
    .where(
        _is_open
        | (_is_waiting & (_session.planned_end > bindparam("now")) & (_session.planned_start < bindparam("until")))
    )
)


class DealtSession(NamedTuple):
    """A session, with what is dealt of it: ``limits`` are its seats and headroom, by the ids that shares have.

    ``planned_start``: None for a session that its host opened without a plan, and that is wholly its opener's at first.
    ``taken``, ``taken_over``: people who are in, admitted by kiosks whose pairing was ended.
    """

    id: UUID
    zone: str
    limits: Seats
    over: UUID | None  # the headroom's id; None: no firm limit
    planned_start: int | None
    is_open: bool = False
    opener: UUID | None = None
    is_orphaned: bool = False  # its opener's pairing was ended
    taken: int = 0
    taken_over: int = 0


def read(connection: Connection, venue: UUID, now: int, ahead: int = AHEAD_MS) -> list[DealtSession]:
    """The open sessions, and those that begin within ``ahead`` ms: of each zone the earliest.

    ``now``: ms since 1970 UTC.
    """
    rows = connection.execute(SESSIONS, {"venue": venue, "now": now, "until": now + ahead})
    sessions = [_dealt_session(row) for row in rows]
    coming = _earliest(session for session in sessions if not session.is_open)
    return [*(session for session in sessions if session.is_open), *coming]


def _dealt_session(row: Row[Any]) -> DealtSession:
    return DealtSession(
        row.id,
        row.zone or "",
        model.limits_of(row.id, row.capacity, row.firm_limit),
        None if row.firm_limit is None else model.over_id(row.id),
        row.planned_start,
        row.opened is not None,
        row.opener,
        row.revoked_at is not None,
        row.taken,
        row.taken_over,
    )


def _earliest(coming: Iterable[DealtSession]) -> list[DealtSession]:
    by_zone: dict[str, list[DealtSession]] = defaultdict(list)
    for session in sorted(coming, key=lambda session: session.planned_start or 0):
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
