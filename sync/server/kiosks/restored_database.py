"""Detects that the database was restored from a backup: a kiosk knows entries that the database lacks.

What a kiosk was granted after the backup is not in the database, so granting from the pool could promise it twice.
Until each kiosk of the venue has reported its share, nothing is granted there.
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
    """The last stored seq of the heartbeat's journal; None: the heartbeat has no journal."""
    if heartbeat.journal is None:
        return None
    query = select(_journal.last_seq).where(_journal.id == heartbeat.journal, _journal.kiosk == kiosk)
    return connection.execute(query).scalar() or 0


def is_evident(connection: Connection, venue: UUID, heartbeat: Heartbeat, stored: int | None) -> bool:
    """Whether a kiosk knows entries, or an acknowledgement, that are not in this database."""
    if stored is not None and stored < (heartbeat.acknowledged or 0):
        return True
    position = Position(heartbeat.feed or 0, heartbeat.feed_mark)
    return not feed_positions.is_valid(connection, venue, position)


def distrust_shares(connection: Connection, venue: UUID | None = None) -> None:
    """Require each kiosk of a venue (None: of all venues) to confirm its share."""
    statement = update(tables.share).values(unconfirmed=True)
    if venue is not None:
        statement = statement.where(_share.kiosk.in_(select(_kiosk.id).where(_kiosk.venue == venue)))
    connection.execute(statement)
