"""The use cases of kiosks: apply a heartbeat, end a pairing."""

from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, null, select, update

from sync.domain.events import OPTIONAL_FIELDS, KioskRevoked
from sync.ledger import feed_positions
from sync.ledger.hot_path_sql import hot_path
from sync.ledger.ledger import Ledger
from sync.ledger.store import Store
from sync.protocol import ClockState, Heartbeat, HeartbeatAnswer
from sync.server import tables
from sync.server.auth.scope import Permission, Scope
from sync.server.kiosks import (
    allocation,
    dealt_sessions,
    device_identity,
    pass_dealing,
    plan_readings,
    restored_database,
    slip_formats,
    token_rotation,
)
from sync.server.kiosks import repository as kiosk_repository
from sync.server.kiosks.repository import Kiosk
from sync.server.pass_keys import PassKeyring

MOST_DEVICES = 32  # of a kiosk that are stored


def apply_heartbeat(
    store: Store, kiosk: Kiosk, heartbeat: Heartbeat, now: int, token: str, *, keyring: PassKeyring | None = None
) -> HeartbeatAnswer:
    """Store what a kiosk reports of itself, and allocate to it. ``now``: ms since 1970 UTC. Raises StorageError.

    ``keyring``: of passes; None: none are dealt.
    """
    pass_keys = pass_dealing.read_keys(keyring) if keyring and heartbeat.passes else None
    with store.writing_concurrently() as connection:
        reported_up_to = _reported_up_to(connection, kiosk, heartbeat, now)
        kiosk_repository.record_contact(connection, kiosk.id, reported_up_to, now)
        is_sure = heartbeat.clock.sure if heartbeat.clock else None
        values = {"version": heartbeat.version, "waiting": heartbeat.waiting, "clock_sure": is_sure}
        values["clock_offset"] = heartbeat.clock.at - now if heartbeat.clock and is_sure else None
        values["devices"] = dict(islice(heartbeat.devices.items(), MOST_DEVICES)) or null()
        values["reads"] = slip_formats.stored(heartbeat.reads)
        connection.execute(update(tables.kiosk).where(tables.kiosk.c.id == kiosk.id).values(values))
        slips = slip_formats.answer(connection, kiosk.venue.id, heartbeat.reads)
        next_token = token_rotation.offer(connection, kiosk.id, token, now)
        stored = restored_database.stored(connection, kiosk.id, heartbeat)
        if restored_database.is_evident(connection, kiosk.venue.id, heartbeat, stored):
            restored_database.distrust_shares(connection, kiosk.venue.id)
        plan_readings.record(connection, kiosk.id, kiosk.venue.id, heartbeat, now)
        grant = wanted = None
        if heartbeat.share:
            grant, wanted = allocation.exchange(connection, kiosk.id, kiosk.venue.id, heartbeat.share, now)
        deal = None
        if pass_keys and heartbeat.passes:
            deal = pass_dealing.deal(connection, kiosk.id, heartbeat.passes, pass_keys, now)
        end, copied = feed_positions.end(connection, kiosk.venue.id), device_identity.copied(connection, kiosk.id)
        return HeartbeatAnswer(
            now,
            end.number,
            next_token,
            grant,
            wanted,
            end.mark,
            stored,
            copied=copied,
            slips=slips,
            entry_fields=list(OPTIONAL_FIELDS),
            ahead=list(dealt_sessions.AHEAD) if heartbeat.share else None,
            passes=deal,
        )


def _reported_up_to(connection: Connection, kiosk: Kiosk, heartbeat: Heartbeat, now: int) -> int | None:
    """Before which time (ms since 1970 UTC) the kiosk has sent everything; None: unknown.

    That is when the kiosk counted its waiting entries, or the oldest of these. What it records while the heartbeat is
    under way is not among them, so the time of arrival counts only for a client that does not send its time.
    """
    counted_at = now if heartbeat.clock is None else _time_of(connection, kiosk.venue.id, heartbeat.clock)
    oldest = heartbeat.oldest_waiting if heartbeat.waiting else counted_at
    return None if counted_at is None or oldest is None else min(counted_at, oldest)


def _time_of(connection: Connection, venue: UUID, clock: ClockState) -> int | None:
    """The time that a kiosk states, by the anchor of its boot where its clock is not set; None: unknown."""
    if clock.sure:
        return clock.at
    anchor = hot_path(connection).anchors(venue, {clock.boot}).get(clock.boot)
    return None if anchor is None else clock.up + anchor.offset - anchor.error


def revoke(ledger: Ledger, scope: Scope, kiosk: UUID, now: int) -> None:
    """End a kiosk's pairing, if the scope allows it: its token is void and its share returns to the pool.

    What it reported stays. ``now``: ms since 1970 UTC. Raises StorageError.
    """
    with ledger.store.writing() as connection:
        venue = connection.execute(select(tables.kiosk.c.venue).where(tables.kiosk.c.id == kiosk)).scalar()
        if venue is not None and scope.allows(Permission.MANAGE, venue):
            end_pairing(ledger, connection, kiosk, venue, now)
            pass_dealing.revoke_unused(ledger, connection, kiosk, venue)


def end_pairing(ledger: Ledger, connection: Connection, kiosk: UUID, venue: UUID, now: int) -> None:
    """End a kiosk's pairing within a transaction, and let its venue's other kiosks know, which change their key."""
    is_paired = (tables.kiosk.c.id == kiosk) & tables.kiosk.c.revoked_at.is_(None)
    if not connection.execute(update(tables.kiosk).where(is_paired).values(revoked_at=now)).rowcount:
        return
    allocation.end_share(connection, kiosk)
    ledger.record_within(connection, (kiosk, KioskRevoked()), stream=venue)
