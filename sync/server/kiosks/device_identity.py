"""Which of several devices serves as a kiosk, when its data folder was moved to another device or copied.

Devices are told apart by a keyed hash that they send. Where one follows the other for good, the folder has moved: the
new device serves, without pairing. Where the earlier one shows that it is still in use, the folder was copied: the
earliest device that is in use serves, and all that came after it have to be paired themselves.

A request of the earlier device that the network delivers late, or twice, is no sign of use. So the server draws a
random ``turn`` whenever a device takes over, and asks the earlier one to send it back: only a device that has received
an answer since can know it.
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
    """What a request says of the device that sends it. ``turn``: as it was asked to send; None: it was not asked."""

    device: str
    turn: str | None = None


@dataclass(frozen=True)
class Copies:
    """How many devices were told to be paired themselves and have not been, and when the last was noticed (ms)."""

    count: int
    found_at: int


def check(store: Store, kiosk: UUID, venue: UUID, sender: Sender, now: int) -> str | None:
    """Let a device act as a kiosk. Raises Copy where it may not.

    Returns the turn that the device is to send back, where another one has taken over from it; None otherwise.
    """
    with store.writing() as connection:
        serving = connection.execute(select(_kiosk.device, _kiosk.turn).where(_kiosk.id == kiosk)).one()
        if serving.device == sender.device:
            return None
        mine = select(tables.kiosk_device).where(_device.kiosk == kiosk, _device.device == sender.device)
        known = connection.execute(mine).one_or_none()
        if known is None:
            take_over(connection, kiosk, venue, sender.device)
            return None
        if known.copy_found_at is not None:
            raise CopiedData
        if sender.turn != serving.turn:
            turn: str = serving.turn
            return turn
        _end_copies(connection, kiosk, venue, known.number, now)
        _serve(connection, kiosk, sender.device)
        return None


def take_over(connection: Connection, kiosk: UUID, venue: UUID, device: str) -> None:
    """This device, which has not been heard from before, serves as the kiosk from now on."""
    mine = _device.kiosk == kiosk
    last = connection.execute(select(func.max(_device.number)).where(mine)).scalar() or 0
    position = feed_positions.end(connection, venue).number
    values = {"kiosk": kiosk, "device": device, "number": last + 1, "feed_position": position}
    connection.execute(insert(tables.kiosk_device).values(values))
    _serve(connection, kiosk, device)


def _serve(connection: Connection, kiosk: UUID, device: str) -> None:
    values = {"device": device, "turn": secrets.token_urlsafe(TURN_BYTES)}
    connection.execute(update(tables.kiosk).where(_kiosk.id == kiosk).values(values))


def _end_copies(connection: Connection, kiosk: UUID, venue: UUID, number: int, now: int) -> None:
    """The device of that number is in use: those that came after it work on copies."""
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
    """Where in the feed a copy may have pushed entries as this kiosk; None: none was found."""
    row = connection.execute(select(_kiosk.copied_after, _kiosk.copied_up_to).where(_kiosk.id == kiosk)).one()
    return None if row.copied_up_to is None else CopiedRange(row.copied_after, row.copied_up_to)


def paired(connection: Connection, device: str) -> None:
    """A device was paired: if it worked on a copy, that is settled."""
    connection.execute(delete(tables.kiosk_device).where(_device.device == device, _device.copy_found_at.is_not(None)))


def copies(store: Store) -> Mapping[UUID, Copies]:
    """The kiosks of which copies were found that are not paired yet."""
    counted = select(_device.kiosk, func.count(), func.max(_device.copy_found_at)).where(
        _device.copy_found_at.is_not(None)
    )
    with store.reading() as connection:
        found = connection.execute(counted.group_by(_device.kiosk))
        return {kiosk: Copies(count, at) for kiosk, count, at in found}
