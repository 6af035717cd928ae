"""The positions of the feeds: one stream for each venue, every number assigned once and none left out.

A position is assigned in the transaction that stores its entry, while the stream's row is locked: a reader that has
seen position p has seen everything up to p, however many writers there are. (A database's own sequence does not promise
that: a lower number can commit later.)

Each position has a mark: a random number of the transaction that assigned it. A database that was restored from a
backup assigns the same positions again, with other marks. A transaction that a database still has proves that it has
all of the stream's earlier ones too, so a position with its mark tells whether what was read before still holds.
"""

import secrets
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select, text

from sync.ledger import tables

# Inserts or advances the stream, and serializes concurrent writers of it. SQLite and PostgreSQL share this syntax.
ADVANCE = text(
    "INSERT INTO stream (id, last_position, mark) VALUES (:stream, :count, :mark)"
    " ON CONFLICT (id) DO UPDATE"
    " SET last_position = stream.last_position + excluded.last_position, mark = excluded.mark"
    " RETURNING last_position"
).bindparams(bindparam("stream", type_=Uuid))
LAST = select(tables.stream.c.last_position, tables.stream.c.mark).where(tables.stream.c.id == bindparam("stream"))
MARK_BITS = 53  # the integers that every JSON reader has (RFC 8259 §6)


class Position(NamedTuple):
    """A position of a stream, with its mark; None: an older release assigned it, or it is the beginning."""

    number: int
    mark: int | None


BEGINNING = Position(0, None)


def resolve(connection: Connection, stream: UUID) -> UUID:
    """The stream itself, or the one that it has been merged into."""
    successor = select(tables.stream.c.successor).where(tables.stream.c.id == stream)
    return connection.execute(successor).scalar() or stream


def end(connection: Connection, stream: UUID) -> Position:
    """The last position of the stream; BEGINNING where it has no entry."""
    row = connection.execute(LAST, {"stream": stream}).one_or_none()
    return Position(*row) if row else BEGINNING


def advance(connection: Connection, stream: UUID, count: int) -> Position:
    """Assign the next ``count`` positions, with one mark; returns the first. Locks the stream until the commit."""
    mark = secrets.randbits(MARK_BITS)
    last: int = connection.execute(ADVANCE, {"stream": stream, "count": count, "mark": mark}).scalar_one()
    return Position(last - count + 1, mark)


def is_valid(connection: Connection, stream: UUID, position: Position) -> bool:
    """Whether this database assigned that position. Without a mark only the stream's end can tell."""
    last = end(connection, stream)
    if position.number > last.number:
        return False
    if position.mark is None or position.number == 0 or position == last:
        return True
    entry = tables.entry.c
    mark = select(entry.mark).where(entry.stream == stream, entry.position == position.number)
    return connection.execute(mark).scalar() == position.mark
