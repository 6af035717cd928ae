"""The feeds' positions: one stream a venue, each number given once and none left out.

A position is given in the transaction that stores its entry, while the stream's row is held: whoever reads up to p has
seen everything up to p, however many writers there are. (A database's own sequence does not promise that: a lower
number can commit later.)
"""

from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select, text

from sync.ledger import tables

# Begins the stream or moves it on, and of two who do either at once one waits: both databases have it in these words.
ADVANCE = text(
    "INSERT INTO stream (id, last_position) VALUES (:stream, :count)"
    " ON CONFLICT (id) DO UPDATE SET last_position = stream.last_position + excluded.last_position"
    " RETURNING last_position"
).bindparams(bindparam("stream", type_=Uuid))
LAST = select(tables.stream.c.last_position).where(tables.stream.c.id == bindparam("stream"))


def last_position(connection: Connection, stream: UUID) -> int:
    """How far the stream goes; 0 before it has begun."""
    return connection.execute(LAST, {"stream": stream}).scalar() or 0


def advance(connection: Connection, stream: UUID, count: int) -> int:
    """Take the next ``count`` positions; returns the first. Nobody else takes any until the transaction ends."""
    last: int = connection.execute(ADVANCE, {"stream": stream, "count": count}).scalar_one()
    return last - count + 1
