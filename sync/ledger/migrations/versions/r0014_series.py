"""Adds weekly series of sessions."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Uuid

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """There were none before."""
    op.create_table(
        "series",
        Column("id", Uuid, primary_key=True),
        Column("venue", Uuid, primary_key=True),
        Column("journal", Uuid),
        Column("zone", String(64)),
        Column("title", String(80), nullable=False),
        Column("session_kind", String(16), nullable=False),
        Column("weekdays", JSON, nullable=False),
        Column("start_minute", Integer, nullable=False),
        Column("minutes", Integer, nullable=False),
        Column("capacity", Integer),
        Column("rhythm", JSON, nullable=False),
        Column("stow_ways", JSON),
        Column("firm_limit", Integer),
        Column("first_day", Date),
        Column("last_day", Date),
        Column("skipped_days", JSON, nullable=False),
        Column("opens_itself", Boolean, nullable=False),
        Column("closes_itself", Boolean, nullable=False),
        Column("ended", Boolean, nullable=False),
    )
