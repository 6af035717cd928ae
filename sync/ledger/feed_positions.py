"""The feeds' positions: one stream a venue, each number given once and none left out.

A position is given in the transaction that stores its entry, while the stream's row is held: whoever reads up to p has
seen everything up to p, however many writers there are. (A database's own sequence does not promise that: a lower
number can commit later.)

Each position has a mark: a random number of the transaction that gave it. A database that was restored from a backup
gives the same positions again, with other marks. A transaction that a database still has proves that it has all of the
stream's earlier ones too, so whoever knows a position and its mark can tell whether what was read before still holds.
"""

import secrets
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select, text

from sync.ledger import tables

# Begins the stream or moves it on, and of two who do either at once one waits: both databases have it in these words.
ADVANCE = text(
    "INSERT INTO stream (id, last_position, mark) VALUES (:stream, :count, :mark)"
    " ON CONFLICT (id) DO UPDATE"
    " SET last_position = stream.last_position + excluded.last_position, mark = excluded.mark"
    " RETURNING last_position"
).bindparams(bindparam("stream", type_=Uuid))
LAST = select(tables.stream.c.last_position, tables.stream.c.mark).where(tables.stream.c.id == bindparam("stream"))
MARK_BITS = 53  # the integers that every JSON reader has (RFC 8259 §6)


class Position(NamedTuple):
    """A position of a stream, with its mark; None: an older release gave it, or it is the beginning."""

    number: int
    mark: int | None


BEGINNING = Position(0, None)


def current(connection: Connection, stream: UUID) -> UUID:
    """The stream itself, or the one that it was merged into since the caller read which one it is."""
    found = select(tables.stream.c.successor).where(tables.stream.c.id == stream)
    return connection.execute(found).scalar() or stream


def end(connection: Connection, stream: UUID) -> Position:
    """How far the stream goes; BEGINNING before it has any entry."""
    row = connection.execute(LAST, {"stream": stream}).one_or_none()
    return Position(*row) if row else BEGINNING


def advance(connection: Connection, stream: UUID, count: int) -> Position:
    """Take the next ``count`` positions, with one mark; returns the first. Nobody else takes any until the commit."""
    mark = secrets.randbits(MARK_BITS)
    last: int = connection.execute(ADVANCE, {"stream": stream, "count": count, "mark": mark}).scalar_one()
    return Position(last - count + 1, mark)


def has(connection: Connection, stream: UUID, known: Position) -> bool:
    """Whether this database gave that position. Without a mark only the stream's end can say so."""
    last = end(connection, stream)
    if known.number > last.number:
        return False
    if known.mark is None or known.number == 0 or known == last:
        return True
    entry = tables.entry.c
    given = select(entry.mark).where(entry.stream == stream, entry.position == known.number)
    return connection.execute(given).scalar() == known.mark
