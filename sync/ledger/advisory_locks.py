"""What a push locks on PostgreSQL, so that pushes side by side give the rows that they would give one after another.

A row follows from what its venue has of the subject, of the closing of its session and of the anchor of its boot
(tables.py), so whoever folds holds the venue first, and reads after that what others have committed before. A venue's
few kiosks wait for each other, and for nobody else's. A lock rather than SERIALIZABLE, because a push is then never
tried again in vain: at an evening's end, when a venue's kiosks all write of the same session, most would be.

It comes before every other lock of the transaction, so that no two wait for each other, and ends with it. SQLite has
one writer at a time and needs none.
"""

from uuid import UUID

from sqlalchemy import Connection, text

VENUE = 1  # the first of the lock's two numbers; 0 is the gate in engine.py
NUMBERS = 2**31 - 1  # the second; two venues with the same one wait for each other, and lose nothing else
HOLD = text(f"SELECT pg_advisory_xact_lock({VENUE}, :number)")


def hold_venue(connection: Connection, venue: UUID) -> None:
    """Let nobody else take in what a kiosk of this venue wrote, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(HOLD, {"number": venue.int % NUMBERS})
