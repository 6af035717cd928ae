"""Queries for a roll call: evacuations, the visits that are on it, and how lately other kiosks were heard from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from sync.domain.clock import resolve_moment
from sync.domain.evacuation import Evacuation, of_one_roll
from sync.domain.events import read_entry
from sync.domain.visit import Visit
from sync.ledger import authority, projections, tables
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.store import Store
from sync.ledger.tables import LOCAL_VENUE

_evacuation, _session, _visit = tables.evacuation.c, tables.session.c, tables.visit.c
_entry, _journal = tables.entry.c, tables.journal.c
_WAS_IN = _visit.checked_in.is_not(None) & _visit.voided.is_(False)


@dataclass(frozen=True)
class LastHeard:
    """The latest entry of another kiosk's journal; ``at`` is None where its clock was not known to be set."""

    journal: UUID
    at: int | None  # ms since 1970 UTC


@dataclass(frozen=True)
class StoredRoll:
    """What a ledger has for a roll call: one consistent view.

    ``evacuations``: of one roll (:func:`sync.domain.evacuation.of_one_roll`), none where none is running.
    """

    evacuations: Sequence[Evacuation]
    visits: Sequence[Visit]
    others: Sequence[LastHeard]  # the latest first


def is_running(store: Store) -> bool:
    """Whether an evacuation is running at the venue, as far as this kiosk knows."""
    running = select(_evacuation.id).where(_evacuation.started.is_not(None), _evacuation.ended.is_(None)).limit(1)
    with store.reading() as connection:
        return connection.execute(running).first() is not None


def read_all(store: Store) -> list[Evacuation]:
    """Every evacuation that was started, the latest first."""
    query = select(tables.evacuation).where(_evacuation.started.is_not(None)).order_by(_evacuation.started.desc())
    with store.reading() as connection:
        return [projections.read_evacuation(row) for row in connection.execute(query)]


def read_roll(store: Store, now: int) -> StoredRoll:
    """The running evacuations, and the visits that were in when the first of them started, or are in.

    ``now`` (ms since 1970 UTC): the start, where none is running yet.
    """
    with store.reading() as connection:
        evacuations = of_one_roll(_started(connection))
        since = min((evacuation.started or now for evacuation in evacuations), default=now)
        return StoredRoll(evacuations, _visits(connection, since), _last_heard(connection))


def _started(connection: Connection) -> list[Evacuation]:
    rows = connection.execute(select(tables.evacuation).where(_evacuation.started.is_not(None)))
    return [projections.read_evacuation(row) for row in rows]


def _visits(connection: Connection, since: int) -> list[Visit]:
    """Visits that are in, or were at ``since`` (ms since 1970 UTC), of all sessions of the venue."""
    open_since = select(_session.id).where(
        _session.opened.is_not(None), or_(_session.closed.is_(None), _session.closed >= since)
    )
    is_in = _visit.outstanding.is_(True) & _visit.checked_out.is_(None)  # the partial index
    was_in = _visit.session.in_(open_since) & or_(_visit.checked_out.is_(None), _visit.checked_out >= since)
    visits: dict[UUID, Visit] = {}
    for condition in (is_in, was_in):
        rows = connection.execute(select(tables.visit).where(condition, _WAS_IN))
        visits |= {row.id: projections.read_visit(row) for row in rows}
    return sorted(visits.values(), key=lambda visit: (visit.checked_in or 0, visit.id))


def _last_heard(connection: Connection) -> list[LastHeard]:
    own = set(connection.execute(select(_journal.id)).scalars()) | (authority.server_journals(connection) or set())
    heard = [_latest(connection, journal) for journal in _journals(connection) if journal not in own]
    return sorted(heard, key=lambda other: (-(other.at or 0), other.journal))


def _journals(connection: Connection) -> list[UUID]:
    """Every journal that has entries. One index look-up for each: a GROUP BY would read the whole index."""
    journals: list[UUID] = []
    following = connection.execute(select(func.min(_entry.journal))).scalar()
    while following is not None:
        journals.append(following)
        following = connection.execute(select(func.min(_entry.journal)).where(_entry.journal > following)).scalar()
    return journals


def _latest(connection: Connection, journal: UUID) -> LastHeard:
    line = connection.execute(
        select(_entry.line)
        .where(_entry.journal == journal, _entry.subject.is_not(None))  # the readable ones
        .order_by(_entry.seq.desc())
        .limit(1)
    ).scalar()
    if line is None:
        return LastHeard(journal, None)
    entry = read_entry(line)
    anchor = hot_path(connection).anchors(LOCAL_VENUE, {entry.clock.boot}).get(entry.clock.boot)
    moment = resolve_moment(entry.at, entry.clock, anchor)
    return LastHeard(journal, None if moment.estimated else moment.at)
