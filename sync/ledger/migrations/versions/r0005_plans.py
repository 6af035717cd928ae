"""Adds plans (planned start, cancellation) and the configuration of venues."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Uuid, false

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing was planned before."""
    op.add_column("session", Column("planned_start", BigInteger))
    op.create_index("ix_session_planned_start", "session", ["planned_start"])
    op.add_column("session", Column("cancelled", Boolean, nullable=False, server_default=false()))
    op.create_table(
        "configuration",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("name", String(80)),
        Column("time_zone", String(64)),
        Column("pouches", Integer),
        Column("lockers", Integer),
        Column("reach", String(80)),
    )
