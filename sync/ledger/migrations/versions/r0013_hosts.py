"""Adds hosts, whose records are encrypted, and an index of the pairings that have ended."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, Uuid, text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """No host was in the journals before."""
    op.create_table(
        "host",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("number", Integer),
        Column("seals", JSON, nullable=False),
        Column("removed", Boolean, nullable=False),
    )
    where = text("kind = 'kiosk.revoked'")
    op.create_index("entry_kiosk_revoked", "entry", ["tick"], sqlite_where=where, postgresql_where=where)
