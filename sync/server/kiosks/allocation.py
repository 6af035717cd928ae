"""Allocates a venue's pouches, lockers, codes and places to its kiosks, and stores each kiosk's share.

The policy is sync/allocation/policy.py. A venue's exchanges are serialised by a lock on its row.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from sync.allocation import policy
from sync.allocation.model import EMPTY_SHARE, NO_AMOUNTS, AllocationReport, Amounts, Grant, Share, add
from sync.allocation.policy import KioskState, OfferedSession
from sync.ledger import tables as ledger_tables
from sync.server import tables

Answer = tuple[Grant | None, Amounts | None]
LIVE_MS = 10 * 60 * 1000  # a kiosk seen within this time takes part; a silent one keeps its share

_kiosk, _share, _session, _journal = tables.kiosk.c, tables.share.c, ledger_tables.session.c, ledger_tables.journal.c
KIOSKS = (
    select(_kiosk.id, _kiosk.zone, _kiosk.last_seen_at, *[column for column in _share if column.key != "kiosk"])
    .join_from(tables.kiosk, tables.share, isouter=True)
    .where(_kiosk.revoked_at.is_(None))
)
_visit, _ended, _heir = ledger_tables.visit.c, tables.kiosk.alias("ended"), tables.kiosk.alias("heir")
_wrote = ledger_tables.journal.alias("wrote")
TAKEN = (  # places of people that a revoked kiosk admitted: no other kiosk counts them
    select(func.coalesce(func.sum(_visit.party_size), 0))
    .join_from(ledger_tables.visit, _wrote, _wrote.c.id == _visit.journal)
    .join(_ended, _ended.c.id == _wrote.c.kiosk)
    .where(_visit.session == _session.id, _visit.venue == _session.venue)
    .where(_visit.checked_in.is_not(None), _visit.checked_out.is_(None), _visit.voided.is_(False))
    .where(_ended.c.revoked_at.is_not(None))
    .where(
        ~exists().where(  # the same device, paired again, still counts them
            _heir.c.device_hash == _ended.c.device_hash, _heir.c.revoked_at.is_(None), _heir.c.venue == _ended.c.venue
        )
    )
    .correlate(ledger_tables.session)
    .scalar_subquery()
)
OPEN_SESSIONS = (
    select(
        _session.id,
        _session.zone,
        _session.capacity,
        _journal.kiosk.label("opener"),
        _kiosk.revoked_at,
        TAKEN.label("taken"),
    )
    .join_from(ledger_tables.session, ledger_tables.journal, _journal.id == _session.journal, isouter=True)
    .join(tables.kiosk, _kiosk.id == _journal.kiosk, isouter=True)
    .where(_session.opened.is_not(None), _session.closed.is_(None))
)


def exchange(connection: Connection, kiosk: UUID, venue: UUID, report: AllocationReport, now: int) -> Answer:
    """Apply a kiosk's report: take back what it returns, grant what it lacks. ``now``: ms since 1970 UTC.

    Returns the current grant (None: the kiosk has that version already), and what the kiosk is asked to return.
    """
    connection.execute(select(tables.venue.c.id).where(tables.venue.c.id == venue).with_for_update(key_share=True))
    others, stored = _kiosk_states(connection, venue, kiosk, now)
    if kiosk not in others:  # its pairing was ended a moment ago
        return None, None
    before, rows = others.pop(kiosk), _open_sessions(connection, venue)
    opened = {row.id for row in rows if row.opener == kiosk}
    state = policy.apply_report(before, report, {row.id for row in rows}, opened)
    state = policy.without_overlap(state, list(others.values()))
    sessions = _offered(rows, {kiosk: state, **others})
    decision = policy.deal(state, list(others.values()), sessions)
    after = decision.kiosk
    if not others:  # no other kiosk needs to know what this one has to spare
        after = dataclasses.replace(after, spare=before.spare)
    if kiosk not in stored:
        connection.execute(insert(tables.share).values(kiosk=kiosk, **_columns(after)))
    elif after != before:
        connection.execute(update(tables.share).where(_share.kiosk == kiosk).values(_columns(after)))
    grant = Grant(after.version, after.granted) if after.version != report.version else None
    return grant, decision.wanted if decision.wanted != NO_AMOUNTS else None


def begin_share(connection: Connection, kiosk: UUID, venue: UUID, device_hash: str | None = None) -> Grant:
    """Allocate to a kiosk at its pairing: what it or its device held before; everything, where it is the only kiosk.

    The version is a new one, so that returns of the former version that are still on their way are ignored. The caller
    holds the write lock.
    """
    former = _former(connection, kiosk, device_hash)
    inherited = _take_over(connection, former, venue)
    others, _ = _kiosk_states(connection, venue, kiosk, now=0)
    state, rows = others.pop(kiosk), _open_sessions(connection, venue)
    if state.unconfirmed:  # another kiosk may hold it by now
        state = dataclasses.replace(state, granted=EMPTY_SHARE, unconfirmed=False)
    shares = (state.granted, inherited, *(other.granted for other in others.values()))
    allocated = {session for share in shares for session in share.seats}
    own = {row.id: row.capacity for row in rows if row.opener in former and row.id not in allocated and row.capacity}
    state = dataclasses.replace(state, granted=add(state.granted, add(inherited, Share(seats=own))))
    after = policy.deal(state, list(others.values()), _offered(rows, {kiosk: state, **others})).kiosk
    after = dataclasses.replace(after, version=state.version + 1)
    end_share(connection, kiosk)
    connection.execute(insert(tables.share).values(kiosk=kiosk, **_columns(after)))
    return Grant(after.version, after.granted)


def end_share(connection: Connection, kiosk: UUID) -> None:
    """Return a kiosk's share to the pool, whatever it promises from now on."""
    connection.execute(delete(tables.share).where(_share.kiosk == kiosk))


def _former(connection: Connection, kiosk: UUID, device_hash: str | None) -> set[UUID]:
    """The earlier pairings of the same device."""
    if device_hash is None:
        return set()
    query = select(_kiosk.id).where(_kiosk.device_hash == device_hash, _kiosk.id != kiosk)
    return set(connection.execute(query).scalars())


def _take_over(connection: Connection, former: set[UUID], venue: UUID) -> Share:
    """End the shares of earlier pairings; returns what they held at this venue."""
    inherited = EMPTY_SHARE
    query = select(_share.kiosk, _share.granted, _share.unconfirmed, _kiosk.venue).join_from(tables.share, tables.kiosk)
    for row in connection.execute(query.where(_share.kiosk.in_(former))).all():
        if row.venue == venue and not row.unconfirmed:
            inherited = add(inherited, msgspec.convert(row.granted, Share))
        end_share(connection, row.kiosk)
    return inherited


def _kiosk_states(
    connection: Connection, venue: UUID, kiosk: UUID, now: int
) -> tuple[dict[UUID, KioskState], set[UUID]]:
    """The states of the venue's kiosks that have a share, and of ``kiosk``; and which of them have a share."""
    rows = connection.execute(KIOSKS.where(_kiosk.venue == venue)).all()
    stored = {row.id for row in rows if row.version is not None}
    return {row.id: _kiosk_state(row, now) for row in rows if row.id in stored or row.id == kiosk}, stored


def _kiosk_state(row: Row[Any], now: int) -> KioskState:
    live = row.last_seen_at is not None and row.last_seen_at > now - LIVE_MS
    if row.version is None:
        return KioskState(str(row.zone), live=live)
    granted, spare = msgspec.convert(row.granted, Share), msgspec.convert(row.spare, Amounts)
    return KioskState(
        str(row.zone), row.version, granted, spare, row.pouches, row.lockers, live, unconfirmed=bool(row.unconfirmed)
    )


def _columns(state: KioskState) -> dict[str, object]:
    return {
        "version": state.version,
        "granted": msgspec.to_builtins(state.granted),
        "spare": msgspec.to_builtins(state.spare),
        "pouches": state.pouches,
        "lockers": state.lockers,
        "unconfirmed": state.unconfirmed,
    }


def _open_sessions(connection: Connection, venue: UUID) -> list[Row[Any]]:
    return list(connection.execute(OPEN_SESSIONS.where(_session.venue == venue)))


def _offered(rows: list[Row[Any]], states: Mapping[UUID, KioskState]) -> Mapping[UUID, OfferedSession]:
    return {row.id: OfferedSession(row.zone or "", row.capacity, _is_dealt(row, states), row.taken) for row in rows}


def _is_dealt(row: Row[Any], states: Mapping[UUID, KioskState]) -> bool:
    """Whether the session's places are the pool's: its opener's share includes it, or its opener was revoked."""
    return row.revoked_at is not None or (row.opener in states and row.id in states[row.opener].granted.seats)
