"""Adds evacuations: who was counted out."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, String, Uuid

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """There were none before."""
    op.create_table(
        "evacuation",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("journal", Uuid),
        Column("zone", String(64)),
        Column("sessions", JSON, nullable=False),
        Column("started", BigInteger),
        Column("ended", BigInteger),
        Column("estimated", Boolean, nullable=False),
        Column("out", JSON, nullable=False),
        Column("staff_out", Integer, nullable=False),
    )
