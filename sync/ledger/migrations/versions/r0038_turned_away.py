"""Adds how many people were turned away from a session, to the session and to its roll-up.

No fact of earlier releases says so, so nothing has to be computed again. What is noted later updates the session's row,
by which the triggers of r0018 mark its day.
"""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Nobody is known to have been turned away from sessions so far."""
    for table in ("session", "session_use"):
        op.add_column(table, Column("turned_away", Integer, nullable=False, server_default="0"))
