"""What a push locks on PostgreSQL, so that concurrent pushes give the same rows as pushes one after another.

A row depends on its venue's entries of the subject, of the closing of its session and of the anchor of its boot
(tables.py). So a writer locks the venue before it folds, and then reads what others have committed before. Only a
venue's few kiosks wait for each other. SERIALIZABLE transactions would need no lock, but would fail and be retried: at
an evening's end, when a venue's kiosks all write of the same session, most would.

This lock is taken before every other of the transaction, which rules out deadlocks, and is released with it. SQLite
has one writer at a time and needs none.
"""

from uuid import UUID

from sqlalchemy import Connection, text

VENUE = 1  # the first of the lock's two numbers; 0 is the gate in store.py, 2 the server's roll-ups
NUMBERS = 2**31 - 1  # the second; two venues with the same one wait for each other, and that is all
LOCK = text(f"SELECT pg_advisory_xact_lock({VENUE}, :number)")


def lock_venue(connection: Connection, venue: UUID) -> None:
    """Lock out other pushes of this venue until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK, {"number": venue.int % NUMBERS})
