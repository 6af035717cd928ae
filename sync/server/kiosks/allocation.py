"""Allocates a venue's pouches, lockers, codes and seats to its kiosks, and stores each kiosk's share.

The policy is sync/allocation/policy.py. A venue's exchanges are serialised by a lock on its row.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import structs
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from sync.allocation import intervals, policy
from sync.allocation.model import EMPTY_SHARE, NO_AMOUNTS, AllocationReport, Amounts, Grant, Share, add
from sync.allocation.policy import KioskState, OfferedSession, seats_granted
from sync.ledger import tables as ledger_tables
from sync.server import tables
from sync.server.kiosks import dealt_sessions
from sync.server.kiosks.dealt_sessions import DealtSession

Answer = tuple[Grant | None, Amounts | None]
LIVE_MS = 10 * 60 * 1000  # a kiosk seen within this time takes part; a silent one keeps its share

_kiosk, _share, _visit = tables.kiosk.c, tables.share.c, ledger_tables.visit.c
KIOSKS = (
    select(_kiosk.id, _kiosk.zone, _kiosk.last_seen_at, *[column for column in _share if column.key != "kiosk"])
    .join_from(tables.kiosk, tables.share, isouter=True)
    .where(_kiosk.revoked_at.is_(None), _kiosk.venue == bindparam("venue"))
)
LOCK = select(tables.venue.c.id).where(tables.venue.c.id == bindparam("venue")).with_for_update(key_share=True)
HELD = select(_visit.stow, _visit.held).where(
    _visit.venue == bindparam("venue"), _visit.outstanding.is_(True), _visit.stow != "none"
)


def exchange(connection: Connection, kiosk: UUID, venue: UUID, report: AllocationReport, now: int) -> Answer:
    """Apply a kiosk's report: take back what it returns, grant what it lacks. ``now``: ms since 1970 UTC.

    Returns the current grant (None: the kiosk has that version already), and what the kiosk is asked to return.
    """
    connection.execute(LOCK, {"venue": venue})
    others, stored = _kiosk_states(connection, venue, kiosk, now)
    if kiosk not in others:  # its pairing was ended a moment ago
        return None, None
    before, rivals, dealt = others.pop(kiosk), list(others.values()), dealt_sessions.read(connection, venue, now)
    state = _apply_report(before, report, kiosk, rivals, dealt)
    state = policy.without_overlap(state, rivals)
    sessions = _offered(dealt, {kiosk: state, **others})
    decision = policy.deal(state, rivals, sessions, lambda: _held_numbers(connection, venue))
    after = decision.kiosk
    if after.version != before.version:
        after = _without_past(connection, venue, after, sessions, now)
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
    state, rivals = others.pop(kiosk), list(others.values())
    dealt = dealt_sessions.read(connection, venue, now=0, ahead=0)  # plans with its first heartbeat
    if state.unconfirmed:  # another kiosk may hold it by now
        state = dataclasses.replace(state, granted=EMPTY_SHARE, unconfirmed=False)
    shares = (state.granted, inherited, *(other.granted for other in others.values()))
    allocated = {session for share in shares for session in share.seats}
    openings = [session.limits for session in dealt if session.opener in former]
    own = {id: limit for limits in openings for id, limit in limits.items() if id not in allocated}
    state = dataclasses.replace(state, granted=add(state.granted, add(inherited, Share(seats=own))))
    sessions = _offered(dealt, {kiosk: state, **others})
    after = policy.deal(state, rivals, sessions, lambda: _held_numbers(connection, venue)).kiosk
    after = dataclasses.replace(after, version=state.version + 1)
    end_share(connection, kiosk)
    connection.execute(insert(tables.share).values(kiosk=kiosk, **_columns(after)))
    return Grant(after.version, after.granted)


def end_share(connection: Connection, kiosk: UUID) -> None:
    """Return a kiosk's share to the pool, whatever it promises from now on; numbers that are held stay out of it."""
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
    rows = connection.execute(KIOSKS, {"venue": venue}).all()
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


def _apply_report(
    state: KioskState,
    report: AllocationReport,
    kiosk: UUID,
    others: Sequence[KioskState],
    dealt: Sequence[DealtSession],
) -> KioskState:
    opened: set[UUID] = set()
    left: dict[UUID, int] = {}  # of plans that it opened: what the others were not dealt
    coming: dict[UUID, int] = {}  # its seats of sessions that have not opened: all of them are free
    for session in dealt:
        if not session.is_open:
            for id in session.limits:
                if id in state.granted.seats:
                    coming[id] = state.granted.seats[id]
        elif session.opener == kiosk:
            opened.update(session.limits)
            if session.is_dealt_ahead:
                left |= {id: max(0, limit - seats_granted(id, others)) for id, limit in session.limits.items()}
    ids = {id for session in dealt for id in session.limits}
    spare = structs.replace(report.spare, seats={**coming, **report.spare.seats})
    return policy.apply_report(state, structs.replace(report, spare=spare), ids, opened, left)


def _offered(dealt: Sequence[DealtSession], states: Mapping[UUID, KioskState]) -> dict[UUID, OfferedSession]:
    """The seats and the headroom of each session. What is too much of one is taken from the other."""
    offered: dict[UUID, OfferedSession] = {}
    for session in dealt:
        is_shared, is_ahead = _is_shared(session, states), not session.is_open
        lacking_seats = lacking_headroom = 0
        if session.over is not None:
            lacking_seats = max(0, -_pool(session, session.id, session.taken, states))
            lacking_headroom = max(0, -_pool(session, session.over, session.taken_over, states))
        for id, limit in session.limits.items():
            taken = session.taken_over + lacking_seats if id == session.over else session.taken + lacking_headroom
            offered[id] = OfferedSession(session.zone, limit, is_shared, taken, is_ahead)
    return offered


def _pool(session: DealtSession, id: UUID, taken: int, states: Mapping[UUID, KioskState]) -> int:
    return session.limits[id] - seats_granted(id, states.values()) - taken


def _is_shared(session: DealtSession, states: Mapping[UUID, KioskState]) -> bool:
    """Whether the session's seats are the pool's: of a plan, or its opener's share has them, or that was revoked."""
    if not session.is_open or session.is_orphaned:
        return True
    opener = states.get(session.opener) if session.opener else None
    if opener and session.id in opener.granted.seats:
        return True
    return session.is_dealt_ahead and seats_granted(session.id, states.values()) > 0


def _held_numbers(connection: Connection, venue: UUID) -> Share:
    """Pouches that are not back, or have a phone in them, and lockers; whichever kiosk gave them."""
    held: dict[str, list[int]] = defaultdict(list)
    for stow, numbers in connection.execute(HELD, {"venue": venue}):
        held[stow] += numbers
    return Share(intervals.from_numbers(held["pouch"]), intervals.from_numbers(held["locker"]))


def _without_past(
    connection: Connection, venue: UUID, state: KioskState, sessions: Collection[UUID], now: int
) -> KioskState:
    """Drop the seats of sessions that were over long ago."""
    ids = state.granted.seats.keys() - set(sessions)
    past = dealt_sessions.past(connection, venue, ids, now) if ids else ids
    if not past:
        return state
    seats = {session: seats for session, seats in state.granted.seats.items() if session not in past}
    return dataclasses.replace(state, granted=structs.replace(state.granted, seats=seats))
