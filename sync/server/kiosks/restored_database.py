"""Notices that the database was restored from a backup: a kiosk knows more than this database has.

What a kiosk was granted after the backup is not in the database, so granting anything from the pool could promise it
twice. Until each kiosk of the venue has said what it holds, nothing is granted there.
"""

from uuid import UUID

from sqlalchemy import Connection, select, update

from sync.ledger import feed_positions
from sync.ledger import tables as ledger_tables
from sync.ledger.feed_positions import Position
from sync.protocol import Heartbeat
from sync.server import tables

_journal, _share, _kiosk = ledger_tables.journal.c, tables.share.c, tables.kiosk.c


def stored(connection: Connection, kiosk: UUID, heartbeat: Heartbeat) -> int | None:
    """How far the journal is stored that the heartbeat names; None: it names none."""
    if heartbeat.journal is None:
        return None
    mine = (_journal.id == heartbeat.journal) & (_journal.kiosk == kiosk)
    return connection.execute(select(_journal.last_seq).where(mine)).scalar() or 0


def is_evident(connection: Connection, venue: UUID, heartbeat: Heartbeat, stored: int | None) -> bool:
    """Whether a kiosk knows entries, or an acknowledgement, that are not in this database."""
    if stored is not None and stored < (heartbeat.acknowledged or 0):
        return True
    known = Position(heartbeat.feed or 0, heartbeat.feed_mark)
    return not feed_positions.is_valid(connection, venue, known)


def distrust_shares(connection: Connection, venue: UUID | None = None) -> None:
    """What the database says of the shares of a venue (None: of all) has to be confirmed by each kiosk."""
    here = update(tables.share).values(unconfirmed=True)
    if venue is not None:
        here = here.where(_share.kiosk.in_(select(_kiosk.id).where(_kiosk.venue == venue)))
    connection.execute(here)
