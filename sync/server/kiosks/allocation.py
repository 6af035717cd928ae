"""Deals a venue's pouches, lockers, codes and places out between its kiosks, and remembers what each was dealt.

How much is fair stands in fairness.py. A venue's kiosks have their turns one after the other: its row is locked.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from sync.allocation import policy
from sync.allocation.model import EMPTY_SHARE, NO_AMOUNTS, Amounts, Share, add
from sync.allocation.policy import KioskState, OfferedSession
from sync.ledger import tables as ledger_tables
from sync.protocol import AllocationReport, Grant
from sync.server import tables

Answer = tuple[Grant | None, Amounts | None]
LIVE_MS = 10 * 60 * 1000  # a kiosk that was heard from in this time takes part; a silent one keeps what it has

_kiosk, _share, _session, _journal = tables.kiosk.c, tables.share.c, ledger_tables.session.c, ledger_tables.journal.c
KIOSKS = (
    select(_kiosk.id, _kiosk.zone, _kiosk.last_seen_at, *[column for column in _share if column.key != "kiosk"])
    .join_from(tables.kiosk, tables.share, isouter=True)
    .where(_kiosk.revoked_at.is_(None))
)
_visit, _ended, _heir = ledger_tables.visit.c, tables.kiosk.alias("ended"), tables.kiosk.alias("heir")
_wrote = ledger_tables.journal.alias("wrote")
TAKEN = (  # by people whom a kiosk let in that is gone: nobody counts them as its own
    select(func.coalesce(func.sum(_visit.party_size), 0))
    .join_from(ledger_tables.visit, _wrote, _wrote.c.id == _visit.journal)
    .join(_ended, _ended.c.id == _wrote.c.kiosk)
    .where(_visit.session == _session.id, _visit.venue == _session.venue)
    .where(_visit.checked_in.is_not(None), _visit.checked_out.is_(None), _visit.voided.is_(False))
    .where(_ended.c.revoked_at.is_not(None))
    .where(
        ~exists().where(  # the same device, paired anew, goes on counting them
            _heir.c.device_hash == _ended.c.device_hash, _heir.c.revoked_at.is_(None), _heir.c.venue == _ended.c.venue
        )
    )
    .correlate(ledger_tables.session)
    .scalar_subquery()
)
OPEN = (
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


def exchange(connection: Connection, kiosk: UUID, venue: UUID, said: AllocationReport, now: int) -> Answer:
    """A kiosk's turn: take back what it gives, grant what it lacks, and say what the others lack.

    Returns the share that stands (None: the kiosk has that version already), and what it is asked to give back.
    """
    connection.execute(select(tables.venue.c.id).where(tables.venue.c.id == venue).with_for_update(key_share=True))
    hands, stored = _hands(connection, venue, kiosk, now)
    if kiosk not in hands:  # its pairing was ended a moment ago
        return None, None
    before, rows = hands.pop(kiosk), _open(connection, venue)
    heard = policy.apply_report(before, said, {row.id for row in rows}, {row.id for row in rows if row.opener == kiosk})
    heard = policy.without_overlap(heard, list(hands.values()))
    sessions = _offered(rows, {kiosk: heard, **hands})
    turn = policy.deal(heard, list(hands.values()), sessions)
    after = turn.kiosk if hands else dataclasses.replace(turn.kiosk, spare=before.spare)  # alone: nobody asks for it
    if kiosk not in stored:
        connection.execute(insert(tables.share).values(kiosk=kiosk, **_columns(after)))
    elif after != before:
        connection.execute(update(tables.share).where(_share.kiosk == kiosk).values(_columns(after)))
    dealt = Grant(after.version, after.granted) if after.version != said.version else None
    return dealt, turn.wanted if turn.wanted != NO_AMOUNTS else None


def begin_share(connection: Connection, kiosk: UUID, venue: UUID, device_hash: str | None = None) -> Grant:
    """What a kiosk has when it is paired: what it had, or the same device was dealt, and all where it is the only one.

    The version is a new one: what was given back of the one before, and is still on its way, is not taken any more.
    Nobody else may write meanwhile.
    """
    former = _former(connection, kiosk, device_hash)
    inherited = _take_over(connection, former, venue)
    hands, _ = _hands(connection, venue, kiosk, now=0)
    mine, sessions = hands.pop(kiosk), _open(connection, venue)
    if mine.unconfirmed:  # what it held may be another one's by now
        mine = dataclasses.replace(mine, granted=EMPTY_SHARE, unconfirmed=False)
    held = (mine.granted, inherited, *(hand.granted for hand in hands.values()))
    spoken = {session for share in held for session in share.seats}
    own = {row.id: row.capacity for row in sessions if row.opener in former and row.id not in spoken and row.capacity}
    mine = dataclasses.replace(mine, granted=add(mine.granted, add(inherited, Share(seats=own))))
    dealt = policy.deal(mine, list(hands.values()), _offered(sessions, {kiosk: mine, **hands})).kiosk
    dealt = dataclasses.replace(dealt, version=mine.version + 1)
    end_share(connection, kiosk)
    connection.execute(insert(tables.share).values(kiosk=kiosk, **_columns(dealt)))
    return Grant(dealt.version, dealt.granted)


def end_share(connection: Connection, kiosk: UUID) -> None:
    """What this kiosk was dealt goes back to the pool, whatever it promises from now on."""
    connection.execute(delete(tables.share).where(_share.kiosk == kiosk))


def _former(connection: Connection, kiosk: UUID, device_hash: str | None) -> set[UUID]:
    """The earlier pairings of the same device."""
    if device_hash is None:
        return set()
    found = select(_kiosk.id).where(_kiosk.device_hash == device_hash, _kiosk.id != kiosk)
    return set(connection.execute(found).scalars())


def _take_over(connection: Connection, former: set[UUID], venue: UUID) -> Share:
    inherited = EMPTY_SHARE
    held = select(_share.kiosk, _share.granted, _share.unconfirmed, _kiosk.venue).join_from(tables.share, tables.kiosk)
    for row in connection.execute(held.where(_share.kiosk.in_(former))).all():
        if row.venue == venue and not row.unconfirmed:
            inherited = add(inherited, msgspec.convert(row.granted, Share))
        end_share(connection, row.kiosk)
    return inherited


def _hands(connection: Connection, venue: UUID, asking: UUID, now: int) -> tuple[dict[UUID, KioskState], set[UUID]]:
    """What this venue's kiosks hold, with the one that asks; and which of them have a share yet."""
    rows = connection.execute(KIOSKS.where(_kiosk.venue == venue)).all()
    stored = {row.id for row in rows if row.version is not None}
    return {row.id: _hand(row, now) for row in rows if row.id in stored or row.id == asking}, stored


def _hand(row: Row[Any], now: int) -> KioskState:
    live = row.last_seen_at is not None and row.last_seen_at > now - LIVE_MS
    if row.version is None:
        return KioskState(str(row.zone), live=live)
    granted, spare = msgspec.convert(row.granted, Share), msgspec.convert(row.spare, Amounts)
    return KioskState(
        str(row.zone), row.version, granted, spare, row.pouches, row.lockers, live, unconfirmed=bool(row.unconfirmed)
    )


def _columns(hand: KioskState) -> dict[str, object]:
    return {
        "version": hand.version,
        "granted": msgspec.to_builtins(hand.granted),
        "spare": msgspec.to_builtins(hand.spare),
        "pouches": hand.pouches,
        "lockers": hand.lockers,
        "unconfirmed": hand.unconfirmed,
    }


def _open(connection: Connection, venue: UUID) -> list[Row[Any]]:
    return list(connection.execute(OPEN.where(_session.venue == venue)))


def _offered(rows: list[Row[Any]], hands: Mapping[UUID, KioskState]) -> Mapping[UUID, OfferedSession]:
    return {row.id: OfferedSession(row.zone or "", row.capacity, _is_dealt(row, hands), row.taken) for row in rows}


def _is_dealt(row: Row[Any], hands: Mapping[UUID, KioskState]) -> bool:
    """Whether its opener speaks of it as dealt, or can't speak any more."""
    return row.revoked_at is not None or (row.opener in hands and row.id in hands[row.opener].granted.seats)
