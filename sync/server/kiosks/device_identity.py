"""Decides which device may act as a kiosk, when the kiosk's data folder was moved to another device or copied.

Devices are distinguished by a keyed hash that they send. Where one device replaces another for good, the folder was
moved: the new device serves, without pairing. Where the earlier one is still in use, the folder was copied: the
earliest device in use serves, and all later ones have to be paired themselves.

A late or duplicated request of the earlier device does not prove that it is in use. So the server draws a random
``turn`` whenever a device takes over, and asks the earlier one to send it back: only a device that has received an
answer since can know it.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.ledger import feed_positions
from sync.ledger.store import Store
from sync.protocol import CopiedRange
from sync.server import tables

DEVICE = re.compile(r"[A-Za-z0-9_-]{16,64}")
TURN_BYTES = 12

_device, _kiosk = tables.kiosk_device.c, tables.kiosk.c


class CopiedData(Exception):
    """This device works on a copy of a kiosk's data folder: it has to be paired itself."""


@dataclass(frozen=True)
class Sender:
    """The device that sent a request; ``turn``: the one that it was asked to send back, None: it sent none."""

    device: str
    turn: str | None = None


@dataclass(frozen=True)
class Copies:
    """How many devices work on copies of a kiosk's data and are not paired yet, and when the last was found (ms)."""

    count: int
    found_at: int


def check(store: Store, kiosk: UUID, venue: UUID, sender: Sender, now: int) -> str | None:
    """Let a device act as a kiosk. Raises CopiedData where it may not.

    Returns the turn that the device is to send back, where another one has taken over from it; None otherwise.
    """
    with store.writing() as connection:
        serving = connection.execute(select(_kiosk.device, _kiosk.turn).where(_kiosk.id == kiosk)).one()
        if serving.device == sender.device:
            return None
        query = select(tables.kiosk_device).where(_device.kiosk == kiosk, _device.device == sender.device)
        earlier = connection.execute(query).one_or_none()
        if earlier is None:
            take_over(connection, kiosk, venue, sender.device)
            return None
        if earlier.copy_found_at is not None:
            raise CopiedData
        if sender.turn != serving.turn:
            turn: str = serving.turn
            return turn
        _mark_copies(connection, kiosk, venue, earlier.number, now)
        _set_serving(connection, kiosk, sender.device)
        return None


def take_over(connection: Connection, kiosk: UUID, venue: UUID, device: str) -> None:
    """Let a new device serve as the kiosk."""
    last = connection.execute(select(func.max(_device.number)).where(_device.kiosk == kiosk)).scalar() or 0
    position = feed_positions.end(connection, venue).number
    values = {"kiosk": kiosk, "device": device, "number": last + 1, "feed_position": position}
    connection.execute(insert(tables.kiosk_device).values(values))
    _set_serving(connection, kiosk, device)


def _set_serving(connection: Connection, kiosk: UUID, device: str) -> None:
    values = {"device": device, "turn": secrets.token_urlsafe(TURN_BYTES)}
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(values))


def _mark_copies(connection: Connection, kiosk: UUID, venue: UUID, number: int, now: int) -> None:
    """Mark the devices that came after the one of this number: it is in use, so they work on copies."""
    after = (_device.kiosk == kiosk) & (_device.number > number) & _device.copy_found_at.is_(None)
    first = connection.execute(select(func.min(_device.feed_position)).where(after)).scalar_one()
    before = connection.execute(select(_kiosk.copied_after).where(_kiosk.id == kiosk)).scalar()
    connection.execute(update(tables.kiosk_device).where(after).values(copy_found_at=now))
    values = {
        "copied_after": first if before is None else min(first, before),
        "copied_up_to": feed_positions.end(connection, venue).number,
    }
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(values))


def copied(connection: Connection, kiosk: UUID) -> CopiedRange | None:
    """Where in the feed a copy may have pushed entries as this kiosk; None: no copy was found."""
    row = connection.execute(select(_kiosk.copied_after, _kiosk.copied_up_to).where(_kiosk.id == kiosk)).one()
    return None if row.copied_up_to is None else CopiedRange(row.copied_after, row.copied_up_to)


def paired(connection: Connection, device: str) -> None:
    """Forget that a device worked on a copy, since it was paired."""
    connection.execute(delete(tables.kiosk_device).where(_device.device == device, _device.copy_found_at.is_not(None)))


def copies(store: Store) -> Mapping[UUID, Copies]:
    """By kiosk, the copies of its data that are not paired yet."""
    query = select(_device.kiosk, func.count(), func.max(_device.copy_found_at))
    query = query.where(_device.copy_found_at.is_not(None)).group_by(_device.kiosk)
    with store.reading() as connection:
        return {kiosk: Copies(count, at) for kiosk, count, at in connection.execute(query)}
